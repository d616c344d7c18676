// SPDX-License-Identifier: GPL-2.0
/* The ruleset before a change, which comes back unless that is confirmed. */

#include <linux/jiffies.h>

#include "confirm.h"
#include "event.h"
#include "netns.h"
#include "ruleset.h"

/**
 * svcbind_confirm_keep() - let a change wait
 * @sn: the namespace, in which none waits
 * @rs: the ruleset before it, no longer to be found; kept whole, with all that
 *	it needs, so that nothing can fail when it comes back
 * @seconds: how long
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_confirm_keep(struct svcbind_net *sn, struct svcbind_ruleset *rs,
			  u32 seconds)
{
	unsigned long delay = seconds * HZ;

	sn->confirm.kept = rs;
	sn->confirm.deadline = jiffies + delay;
	schedule_delayed_work(&sn->confirm.work, delay);
}

/**
 * svcbind_confirm_left() - how long does a change still wait?
 * @sn: the namespace
 *
 * Context: holds the netns mutex.
 * Return: the seconds, at least 1 while one waits; 0 if none does.
 */
u32 svcbind_confirm_left(const struct svcbind_net *sn)
{
	unsigned long now = jiffies;

	if (!sn->confirm.kept)
		return 0;
	if (time_after_eq(now, sn->confirm.deadline))
		return 1;
	return DIV_ROUND_UP(sn->confirm.deadline - now, HZ);
}

/* The work may be waiting for the mutex: it looks before it acts. */
static struct svcbind_ruleset *svcbind_confirm_take(struct svcbind_net *sn)
{
	struct svcbind_ruleset *rs = sn->confirm.kept;

	sn->confirm.kept = NULL;
	cancel_delayed_work(&sn->confirm.work);
	return rs;
}

/**
 * svcbind_confirm_accept() - the change stays
 * @sn: the namespace, in which one waits
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_confirm_accept(struct svcbind_net *sn)
{
	svcbind_ruleset_free(svcbind_confirm_take(sn));
	svcbind_net_settle(sn);
	svcbind_event_config(sn, SVCBIND_EVENT_CONFIRM, NULL);
}

/**
 * svcbind_confirm_rollback() - put back what was there before the change
 * @sn: the namespace, in which one waits
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_confirm_rollback(struct svcbind_net *sn)
{
	svcbind_net_restore(sn, svcbind_confirm_take(sn));
	svcbind_event_config(sn, SVCBIND_EVENT_ROLLBACK, NULL);
}

/* Another change may wait by now, whose own time hasn't come. */
static void svcbind_confirm_expire(struct work_struct *work)
{
	struct svcbind_net *sn = container_of(to_delayed_work(work),
					      struct svcbind_net, confirm.work);

	mutex_lock(&sn->lock);
	if (sn->confirm.kept && time_after_eq(jiffies, sn->confirm.deadline))
		svcbind_confirm_rollback(sn);
	mutex_unlock(&sn->lock);
}

/**
 * svcbind_confirm_net_init() - prepare a namespace
 * @sn: the namespace
 */
void svcbind_confirm_net_init(struct svcbind_net *sn)
{
	INIT_DELAYED_WORK(&sn->confirm.work, svcbind_confirm_expire);
}

/**
 * svcbind_confirm_stop() - nothing comes back any more
 * @sn: the namespace
 *
 * Context: the namespace's end, before its hooks go; nobody changes its ruleset
 * but the work that this waits for.
 */
void svcbind_confirm_stop(struct svcbind_net *sn)
{
	cancel_delayed_work_sync(&sn->confirm.work);
	if (!sn->confirm.kept)
		return;
	svcbind_ruleset_free(sn->confirm.kept);
	sn->confirm.kept = NULL;
}
