/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_LISTEN_H
#define SVCBINDCTL_LISTEN_H

#include "nl.h"

int listen_open(void);
int listen_fd(void);
int listen_read(ctl_nl_reply_fn fn, void *arg);
void listen_close(void);

#endif
