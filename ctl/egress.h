/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_EGRESS_H
#define SVCBINDCTL_EGRESS_H

#include <stdbool.h>

struct ifaddrs;
struct service;
struct session;

bool egress_has_local(const struct ifaddrs *ifs, const char *dev,
		      const struct session *s);
const char *egress_device(const struct service *svc, bool enforced,
			  const struct session *s, const struct ifaddrs *ifs);

#endif
