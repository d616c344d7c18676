/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_ROUTE_H
#define SVCBINDCTL_ROUTE_H

#include <stdbool.h>

struct session;

bool route_find_device(struct session *session);
bool route_leads_through(const struct session *session, int ifindex);

#endif
