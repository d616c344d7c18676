/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CGROUP_H
#define SVCBINDCTL_CGROUP_H

#include <stddef.h>
#include <stdint.h>

const char *cgroup_mount(void);
void cgroup_find(uint64_t id, char *path, size_t size);

#endif
