/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_SSH_H
#define SVCBINDCTL_SSH_H

struct change;
struct policy;
struct services;
struct sessions;

int ssh_guard(const struct change *change, const struct sessions *sessions,
	      struct policy *policy, struct services *list);

#endif
