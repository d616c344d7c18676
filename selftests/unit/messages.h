/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_MESSAGES_H
#define SVCBIND_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "model.h"

struct nlattr;
struct nl_msg;

/* Where attributes begin. */
#define PAYLOAD_START	(NLMSG_HDRLEN + GENL_HDRLEN)

struct nlattr *message_nest(struct nl_msg *msg, int type);
void message_counts(struct nl_msg *msg, int type, int n);
void message_device(struct nl_msg *msg, const char *name, bool full);
struct nl_msg *message_service(const char *name);
struct nl_msg *message_policy(uint32_t generation);
struct service message_read(struct nl_msg *msg);

#endif
