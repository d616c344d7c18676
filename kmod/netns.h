/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_NETNS_H
#define _SVCBIND_NETNS_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "confirm.h"
#include "connect.h"
#include "event.h"
#include "refuse.h"

struct svcbind_ruleset;
struct svcbind_reply;

/* What may be registered in a netns; see svcbind_net_settle(). */
#define SVCBIND_NEED_OUTPUT	BIT(0)
#define SVCBIND_NEED_REPLY	BIT(1)
#define SVCBIND_NEED_ARP	BIT(2)
#define SVCBIND_NEED_SOURCE	BIT(3)
#define SVCBIND_NEED_CONNECT	BIT(4)

/**
 * struct svcbind_net - all that svcbind knows of one network namespace
 * @net: the namespace
 * @lock: serialises the control plane: every change of what follows
 * @ruleset: what the packets read; never NULL; written under @lock
 * @reply: memory of echo requests; NULL while the policy is off
 * @generation: counts the changes; under @lock
 * @have: SVCBIND_NEED_* that are registered; under @lock
 * @transactions: those of sockets, struct svcbind_transaction; under @lock
 * @confirm: a change that waits to be confirmed; under @lock
 * @pinned: a reference to the module is held; under @lock
 * @device_lock: guards @devices and what hangs off it; taken in softirq too
 * @devices: list of struct svcbind_device
 * @n_devices: how many, under @device_lock
 * @n_nexthops: how many next hops they have, under @device_lock
 * @stamp: counts walks through rulesets that look at each device once; under
 *	@lock
 * @refuse: connections that were refused
 * @connects: sockets that were bound when they connected
 * @want: has source NAT switched on for a packet that needs it
 * @wanted: it was; under @lock
 * @unable: and couldn't be, for the present ruleset; written under @lock
 * @gone: nothing is registered any more; under @lock
 * @drain: turns source NAT off when its last connection is gone
 * @draining: @drain has that left to do; under @lock
 * @events: tells of devices and drops
 */
struct svcbind_net {
	struct net *net;
	struct mutex lock;	/* the control plane */
	struct svcbind_ruleset __rcu *ruleset;
	struct svcbind_reply __rcu *reply;
	u32 generation;
	u32 have;
	struct list_head transactions;
	struct svcbind_confirm confirm;
	bool pinned;
	spinlock_t device_lock;	/* @devices, next hops */
	struct list_head devices;
	u32 n_devices;
	u32 n_nexthops;
	u32 stamp;
	struct svcbind_refuse refuse;
	struct svcbind_connects connects;
	struct work_struct want;
	bool wanted;
	bool unable;
	bool gone;
	struct delayed_work drain;
	bool draining;
	struct svcbind_events events;
};

extern unsigned int svcbind_net_id;

/**
 * svcbind_net() - svcbind's state of a network namespace
 * @net: the namespace
 *
 * Context: any, while the module is loaded.
 * Return: never NULL.
 */
static inline struct svcbind_net *svcbind_net(const struct net *net)
{
	return net_generic(net, svcbind_net_id);
}

int svcbind_net_publish(struct svcbind_net *sn, struct svcbind_ruleset *new,
			u32 confirm);
void svcbind_net_restore(struct svcbind_net *sn, struct svcbind_ruleset *rs);
void svcbind_net_settle(struct svcbind_net *sn);
void svcbind_net_want_source(struct svcbind_net *sn);

int svcbind_netns_init(void);
void svcbind_netns_exit(void);

#endif /* _SVCBIND_NETNS_H */
