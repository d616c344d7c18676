/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_EGRESS_H
#define SVCBINDCTL_EGRESS_H

#include <stdbool.h>

struct ifaddrs;
struct services;
struct session;

const char *egress_device(const struct services *list, bool enforced,
			  const struct session *s, const struct ifaddrs *ifs);

#endif
