/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CONNTRACK_H
#define SVCBINDCTL_CONNTRACK_H

#include <stdint.h>

struct session;

int conntrack_source(const struct session *session, uint8_t *addr);

#endif
