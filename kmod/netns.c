// SPDX-License-Identifier: GPL-2.0
/* svcbind's state of a network namespace, from its first day to its last. */

#include <linux/module.h>
#include <linux/rcupdate.h>

#include "arp.h"
#include "connect.h"
#include "netns.h"
#include "output.h"
#include "reply.h"
#include "ruleset.h"
#include "source.h"
#include "transaction.h"

unsigned int svcbind_net_id __read_mostly;

/* What a namespace may have registered. Source NAT comes before the hook that
 * uses it, and goes after it; sockets that were bound outlive their ruleset.
 */
static const struct svcbind_facility {
	u32 need;
	int (*enable)(struct svcbind_net *sn);
	void (*disable)(struct svcbind_net *sn);
} svcbind_facilities[] = {
	{ SVCBIND_NEED_CONNECT, svcbind_connect_enable, NULL },
	{ SVCBIND_NEED_SOURCE, svcbind_source_enable, svcbind_source_disable },
	{ SVCBIND_NEED_REPLY, svcbind_reply_enable, svcbind_reply_disable },
	{ SVCBIND_NEED_ARP, svcbind_arp_enable, svcbind_arp_disable },
	{ SVCBIND_NEED_OUTPUT, svcbind_output_enable, svcbind_output_disable },
};

static void svcbind_net_disable(struct svcbind_net *sn, u32 what)
{
	int i;

	for (i = ARRAY_SIZE(svcbind_facilities) - 1; i >= 0; i--) {
		if (!(svcbind_facilities[i].need & what & sn->have))
			continue;
		if (svcbind_facilities[i].disable)
			svcbind_facilities[i].disable(sn);
		sn->have &= ~svcbind_facilities[i].need;
	}
}

static int svcbind_net_enable(struct svcbind_net *sn, u32 what)
{
	u32 had = sn->have;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(svcbind_facilities); i++) {
		if (!(svcbind_facilities[i].need & what & ~sn->have))
			continue;
		err = svcbind_facilities[i].enable(sn);
		if (err) {
			svcbind_net_disable(sn, sn->have & ~had);
			return err;
		}
		sn->have |= svcbind_facilities[i].need;
	}
	return 0;
}

static u32 svcbind_net_need(const struct svcbind_net *sn,
			    const struct svcbind_ruleset *rs)
{
	return rs->need |
	       (sn->wanted && rs->sources ? SVCBIND_NEED_SOURCE : 0);
}

/**
 * svcbind_net_settle() - give up what is no longer needed
 * @sn: the namespace
 *
 * Hooks and module stay for a ruleset that may come back, too.
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_net_settle(struct svcbind_net *sn)
{
	const struct svcbind_ruleset *rs = svcbind_ruleset_own(sn);
	const struct svcbind_ruleset *kept = sn->confirm.kept;
	bool pin = rs->n || kept;

	sn->wanted = sn->wanted && (rs->sources || (kept && kept->sources));
	svcbind_net_disable(sn, ~(svcbind_net_need(sn, rs) |
				  (kept ? svcbind_net_need(sn, kept) : 0)));
	if (sn->pinned && !pin)
		module_put(THIS_MODULE);
	sn->pinned = pin;
}

/* What the new one needs is registered. Returns the old one, which packets may
 * still be reading.
 */
static struct svcbind_ruleset *svcbind_net_switch(struct svcbind_net *sn,
						  struct svcbind_ruleset *new)
{
	struct svcbind_ruleset *old = svcbind_ruleset_own(sn);

	rcu_assign_pointer(sn->ruleset, new);
	WRITE_ONCE(sn->unable, false);
	sn->generation++;
	svcbind_arp_announce_new(sn, old, new);
	return old;
}

/**
 * svcbind_net_publish() - replace the ruleset
 * @sn: the namespace
 * @new: the new one; consumed, on errors too
 * @confirm: seconds after which the old one comes back; 0: never
 *
 * What the new ruleset needs is registered before it is seen, what is no longer
 * needed is unregistered after. While there are services, the module stays.
 *
 * Context: process context, holds the netns mutex; no change waits.
 * Return: 0; or an error, and nothing has changed.
 */
int svcbind_net_publish(struct svcbind_net *sn, struct svcbind_ruleset *new,
			u32 confirm)
{
	bool pin = (new->n || confirm) && !sn->pinned;
	struct svcbind_ruleset *old;
	int err;

	if (pin && !try_module_get(THIS_MODULE)) {
		svcbind_ruleset_discard(new);
		return -ENODEV;
	}
	err = svcbind_net_enable(sn, svcbind_net_need(sn, new));
	if (err) {
		if (pin)
			module_put(THIS_MODULE);
		svcbind_ruleset_discard(new);
		return err;
	}
	old = svcbind_net_switch(sn, new);
	if (confirm)
		svcbind_confirm_keep(sn, old, confirm);
	else
		svcbind_ruleset_free(old);
	svcbind_net_settle(sn);
	return 0;
}

/**
 * svcbind_net_restore() - put a ruleset back that was kept
 * @sn: the namespace
 * @rs: the ruleset, of which all that it needs is still registered
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_net_restore(struct svcbind_net *sn, struct svcbind_ruleset *rs)
{
	svcbind_ruleset_free(svcbind_net_switch(sn, rs));
	svcbind_net_settle(sn);
}

static void svcbind_net_want(struct work_struct *work)
{
	struct svcbind_net *sn = container_of(work, struct svcbind_net, want);

	mutex_lock(&sn->lock);
	if (!sn->gone && svcbind_ruleset_own(sn)->sources) {
		sn->wanted = !svcbind_net_enable(sn, SVCBIND_NEED_SOURCE);
		WRITE_ONCE(sn->unable, !sn->wanted);
	}
	mutex_unlock(&sn->lock);
}

/**
 * svcbind_net_want_source() - have source NAT switched on
 * @sn: the namespace
 *
 * For a ruleset that could do without, as long as sockets are bound when they
 * connect: there was one that couldn't be. It stays until there are no sources
 * to be made right.
 *
 * Context: any.
 */
void svcbind_net_want_source(struct svcbind_net *sn)
{
	schedule_work(&sn->want);
}

static int __net_init svcbind_net_init(struct net *net)
{
	struct svcbind_net *sn = svcbind_net(net);

	sn->net = net;
	mutex_init(&sn->lock);
	spin_lock_init(&sn->device_lock);
	INIT_LIST_HEAD(&sn->devices);
	INIT_LIST_HEAD(&sn->transactions);
	INIT_WORK(&sn->want, svcbind_net_want);
	RCU_INIT_POINTER(sn->ruleset, &svcbind_ruleset_empty);
	svcbind_refuse_init(&sn->refuse);
	svcbind_event_init(sn);
	svcbind_source_net_init(sn);
	svcbind_confirm_net_init(sn);
	return 0;
}

/* Hooks go while the devices are still there, and before cleanup_net() waits
 * for the packets in them.
 */
static void __net_exit svcbind_net_pre_exit(struct net *net)
{
	struct svcbind_net *sn = svcbind_net(net);

	svcbind_confirm_stop(sn);
	mutex_lock(&sn->lock);
	sn->gone = true;
	svcbind_net_disable(sn, ~0);
	mutex_unlock(&sn->lock);
	svcbind_source_stop(sn);
}

static void __net_exit svcbind_net_exit(struct net *net)
{
	struct svcbind_net *sn = svcbind_net(net);

	svcbind_event_exit(sn);
	svcbind_transaction_close_all(sn);
	mutex_lock(&sn->lock);
	svcbind_ruleset_free(rcu_replace_pointer(sn->ruleset,
						 &svcbind_ruleset_empty,
						 lockdep_is_held(&sn->lock)));
	mutex_unlock(&sn->lock);
	svcbind_refuse_exit(&sn->refuse);
	cancel_work_sync(&sn->want);
	svcbind_connect_net_exit(sn);
	if (sn->pinned)
		module_put(THIS_MODULE);
}

/* The last rulesets end in the background, and look at struct svcbind_net,
 * which is freed when this returns.
 */
static void __net_exit svcbind_net_exit_batch(struct list_head *nets)
{
	struct net *net;

	list_for_each_entry(net, nets, exit_list) {
		if (!svcbind_net(net)->generation)
			continue;
		svcbind_ruleset_barrier();
		return;
	}
}

static struct pernet_operations svcbind_net_ops = {
	.init = svcbind_net_init,
	.pre_exit = svcbind_net_pre_exit,
	.exit = svcbind_net_exit,
	.exit_batch = svcbind_net_exit_batch,
	.id = &svcbind_net_id,
	.size = sizeof(struct svcbind_net),
};

/**
 * svcbind_netns_init() - have a state in every namespace
 *
 * Context: module init.
 * Return: 0 or what register_pernet_subsys() said.
 */
int svcbind_netns_init(void)
{
	return register_pernet_subsys(&svcbind_net_ops);
}

/**
 * svcbind_netns_exit() - leave all namespaces
 *
 * Context: module exit, after genetlink.
 */
void svcbind_netns_exit(void)
{
	unregister_pernet_subsys(&svcbind_net_ops);
}
