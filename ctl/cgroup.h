/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CGROUP_H
#define SVCBINDCTL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

bool cgroup_may_hold(const char *path, uint64_t id);

#endif
