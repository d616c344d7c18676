/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_NL_H
#define SVCBINDCTL_NL_H

#include <stdbool.h>

struct nlattr;
struct nl_msg;

typedef int (*ctl_nl_reply_fn)(struct nlattr **attrs, void *arg);

int ctl_nl_netns(const char *netns);
int ctl_nl_open(void);
void ctl_nl_close(void);
bool ctl_nl_loaded(void);

struct nl_msg *ctl_nl_request(int cmd, int flags);
int ctl_nl_run(struct nl_msg *msg, ctl_nl_reply_fn fn, void *arg);
int ctl_nl_fail(int err);

#endif
