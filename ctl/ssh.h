/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_SSH_H
#define SVCBINDCTL_SSH_H

struct change;

int ssh_guard(const struct change *change);

#endif
