/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_NETNS_H
#define SVCBINDCTL_NETNS_H

#include <stdbool.h>

int netns_open(const char *netns);
bool netns_is_our_own(int fd);

#endif
