/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_CONFIRM_H
#define _SVCBIND_CONFIRM_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct svcbind_net;
struct svcbind_ruleset;

/**
 * struct svcbind_confirm - a change that waits to be confirmed
 * @kept: the ruleset before it, whole; NULL while no change waits
 * @deadline: when that comes back, in jiffies
 * @work: puts it back
 *
 * Under the namespace's mutex, but for @work.
 */
struct svcbind_confirm {
	struct svcbind_ruleset *kept;
	unsigned long deadline;
	struct delayed_work work;
};

void svcbind_confirm_keep(struct svcbind_net *sn, struct svcbind_ruleset *rs,
			  u32 seconds);
u32 svcbind_confirm_left(const struct svcbind_net *sn);
void svcbind_confirm_accept(struct svcbind_net *sn);
void svcbind_confirm_rollback(struct svcbind_net *sn);

void svcbind_confirm_net_init(struct svcbind_net *sn);
void svcbind_confirm_stop(struct svcbind_net *sn);

#endif /* _SVCBIND_CONFIRM_H */
