/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_NL_H
#define SVCBINDCTL_NL_H

#include <stdbool.h>

struct nlattr;
struct nlmsghdr;
struct nl_msg;

/* Called for each message of a reply; return 0 or a negative errno. */
typedef int (*ctl_nl_reply_fn)(struct nlattr **attrs, void *arg);
typedef int (*ctl_nl_message_fn)(struct nlmsghdr *nlh, void *arg);

int ctl_nl_netns(const char *netns);
bool ctl_nl_is_elsewhere(void);
int ctl_nl_open(void);
void ctl_nl_close(void);
bool ctl_nl_loaded(void);

struct nl_msg *ctl_nl_request(int cmd, int flags);
int ctl_nl_run(struct nl_msg *msg, ctl_nl_reply_fn fn, void *arg);
int ctl_nl_post(struct nl_msg *msg);
int ctl_nl_refused(void);
int ctl_nl_ask(int protocol, struct nl_msg *msg, ctl_nl_message_fn fn,
	       void *arg);
int ctl_nl_fail(int err);

#endif
