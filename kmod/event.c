// SPDX-License-Identifier: GPL-2.0
/* Events: what changes is told to whoever listens.
 *
 * Changes of the configuration are told where they are made. Of devices and
 * drops nothing is told by who notices them, in atomic context or within a
 * packet: a work item compares what there is with what was told last. What
 * changes to and fro meanwhile isn't told.
 */

#include <linux/cred.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "event.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "ruleset.h"

/* Drops that go on for one reason are told no more often than this. */
#define SVCBIND_EVENT_REST	(10 * HZ)

/* All attributes of an event, each at its longest. */
#define SVCBIND_EVENT_SIZE						\
	(nla_total_size(0) + 5 * nla_total_size(sizeof(u32)) +		\
	 nla_total_size(SVCBIND_NAME_MAX + 1) +				\
	 2 * nla_total_size(IFNAMSIZ) + nla_total_size_64bit(sizeof(u64)))

/**
 * struct svcbind_tidings - an event to be sent
 * @kind: what happened; the others are as the specification has them
 * @service: or NULL
 * @device: or NULL
 * @device_before: or NULL
 * @state: where @kind is SVCBIND_EVENT_DEVICE_STATE
 * @state_before: where @known
 * @known: there was a state before
 * @reason: where @kind is SVCBIND_EVENT_DROP
 * @count: the same
 */
struct svcbind_tidings {
	enum svcbind_event kind;
	const char *service;
	const char *device;
	const char *device_before;
	enum svcbind_state state;
	enum svcbind_state state_before;
	bool known;
	enum svcbind_reason reason;
	u64 count;
};

static bool svcbind_event_is_heard(const struct svcbind_net *sn)
{
	return genl_has_listeners(&svcbind_nl_family, sn->net,
				  SVCBIND_NLGRP_EVENTS);
}

static int svcbind_event_fill(struct sk_buff *skb, u32 generation,
			      const struct svcbind_tidings *tidings)
{
	void *header = genlmsg_put(skb, 0, 0, &svcbind_nl_family, 0,
				   SVCBIND_CMD_EVENT);
	bool state = tidings->kind == SVCBIND_EVENT_DEVICE_STATE;
	bool drop = tidings->kind == SVCBIND_EVENT_DROP;
	struct nlattr *nest;

	nest = header ? nla_nest_start(skb, SVCBIND_A_EVENT) : NULL;
	if (!nest ||
	    nla_put_u32(skb, SVCBIND_A_EVENT_KIND, tidings->kind) ||
	    nla_put_u32(skb, SVCBIND_A_EVENT_GENERATION, generation) ||
	    (tidings->service &&
	     nla_put_string(skb, SVCBIND_A_EVENT_SERVICE, tidings->service)) ||
	    (tidings->device &&
	     nla_put_string(skb, SVCBIND_A_EVENT_DEVICE, tidings->device)) ||
	    (tidings->device_before &&
	     nla_put_string(skb, SVCBIND_A_EVENT_DEVICE_BEFORE,
			    tidings->device_before)) ||
	    (state &&
	     nla_put_u32(skb, SVCBIND_A_EVENT_STATE, tidings->state)) ||
	    (tidings->known &&
	     nla_put_u32(skb, SVCBIND_A_EVENT_STATE_BEFORE,
			 tidings->state_before)) ||
	    (drop &&
	     (nla_put_u32(skb, SVCBIND_A_EVENT_REASON, tidings->reason) ||
	      nla_put_u64_64bit(skb, SVCBIND_A_EVENT_COUNT, tidings->count,
				0))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, header);
	return 0;
}

/* genl_bind() asks who joins the group, but lets anyone join one that is only
 * going to be ours: the numbers of groups can be guessed before the module is
 * loaded.
 */
static int svcbind_event_keep_from(struct sock *sk, struct sk_buff *skb,
				   void *net)
{
	const struct file *file = sk->sk_socket->file;

	return !file || !file_ns_capable(file, ((struct net *)net)->user_ns,
					 CAP_NET_ADMIN);
}

static void svcbind_event_send(const struct svcbind_net *sn,
			       const struct svcbind_tidings *tidings)
{
	struct sk_buff *skb;

	lockdep_assert_held(&sn->lock);
	if (!svcbind_event_is_heard(sn))
		return;
	skb = genlmsg_new(SVCBIND_EVENT_SIZE, GFP_KERNEL);
	if (skb && !svcbind_event_fill(skb, sn->generation, tidings)) {
		svcbind_multicast(&svcbind_nl_family, sn->net, skb,
				  SVCBIND_NLGRP_EVENTS,
				  svcbind_event_keep_from);
		return;
	}
	nlmsg_free(skb);
	/* Who listens learns that something is missing. */
	genl_set_err(&svcbind_nl_family, sn->net, 0, SVCBIND_NLGRP_EVENTS,
		     -ENOBUFS);
}

/**
 * svcbind_event_config() - tell of a change of the configuration
 * @sn: the namespace
 * @kind: what kind of change
 * @service: the service that it names, or NULL
 *
 * Context: process context, holds the netns mutex; after the change, when its
 * generation is the present one.
 */
void svcbind_event_config(struct svcbind_net *sn, enum svcbind_event kind,
			  const char *service)
{
	const struct svcbind_tidings tidings = {
		.kind = kind,
		.service = service,
	};

	svcbind_event_send(sn, &tidings);
	switch (kind) {
	case SVCBIND_EVENT_BIND:
	case SVCBIND_EVENT_UNBIND:
	case SVCBIND_EVENT_REPLACE:
	case SVCBIND_EVENT_ROLLBACK:
		schedule_work(&sn->events.look);
		break;
	default:
		/* No binding is another than it was. */
		break;
	}
}

static void svcbind_event_device(const struct svcbind_net *sn,
				 struct svcbind_device *device, bool *again)
{
	struct svcbind_tidings tidings = {
		.kind = SVCBIND_EVENT_DEVICE_STATE,
		.device = device->name,
		.known = device->is_told,
		.state_before = device->told,
	};

	rcu_read_lock();
	tidings.state = svcbind_device_state(device);
	*again |= svcbind_device_is_settling(device);
	rcu_read_unlock();
	if (tidings.known && tidings.state == tidings.state_before)
		return;
	svcbind_event_send(sn, &tidings);
	device->told = tidings.state;
	device->is_told = true;
}

/* Which device of the binding is used by what has no reason to use another. */
static void svcbind_event_active(const struct svcbind_net *sn,
				 const struct svcbind_service *service)
{
	const struct svcbind_binding *binding = service->binding;
	struct svcbind_told *told = &service->counters->told;
	struct svcbind_tidings tidings = {
		.kind = SVCBIND_EVENT_ACTIVE,
		.service = service->name,
		.device_before = *told->active ? told->active : NULL,
	};
	u32 i;

	for (i = 0; i < binding->n && !tidings.device; i++)
		if (binding->bound[i].device->told == SVCBIND_STATE_USABLE)
			tidings.device = binding->bound[i].device->name;
	if (!strcmp(told->active, tidings.device ?: ""))
		return;
	svcbind_event_send(sn, &tidings);
	strscpy(told->active, tidings.device ?: "", sizeof(told->active));
}

/* Those that are new; and when none was for a while, each is new again. */
static void svcbind_event_drops(const struct svcbind_net *sn,
				const struct svcbind_service *service,
				bool *again)
{
	struct svcbind_told *told = &service->counters->told;
	unsigned long new = READ_ONCE(told->dropping) & ~told->drops;
	struct svcbind_tidings tidings = {
		.kind = SVCBIND_EVENT_DROP,
		.service = service->name,
	};
	unsigned int bit;

	for_each_set_bit(bit, &new, SVCBIND_VERDICTS) {
		tidings.reason = bit - SVCBIND_DROP_NO_DEVICE;
		tidings.count = svcbind_counter_sum(service->counters, bit);
		svcbind_event_send(sn, &tidings);
		told->since = jiffies;
	}
	told->drops |= new;
	if (!told->drops)
		return;
	if (time_before(jiffies, told->since + SVCBIND_EVENT_REST)) {
		*again = true;
		return;
	}
	for_each_set_bit(bit, &told->drops, SVCBIND_VERDICTS)
		clear_bit(bit, &told->dropping);
	told->drops = 0;
}

static void svcbind_event_service(const struct svcbind_net *sn,
				  const struct svcbind_service *service,
				  bool *again)
{
	const struct svcbind_binding *binding = service->binding;
	struct svcbind_device *device;
	u32 i;

	for (i = 0; binding && i < binding->n; i++) {
		device = binding->bound[i].device;
		if (device->stamp == sn->stamp)
			continue;
		device->stamp = sn->stamp;
		svcbind_event_device(sn, device, again);
	}
	if (binding)
		svcbind_event_active(sn, service);
	else
		*service->counters->told.active = '\0';
	svcbind_event_drops(sn, service, again);
}

static void svcbind_event_compare(struct svcbind_net *sn)
{
	const struct svcbind_ruleset *rs;
	bool again = false;
	u32 i;

	/* Who notified us may be in the midst of what it told:
	 * bond_upper_dev_unlink() clears IFF_SLAVE after NETDEV_CHANGEUPPER.
	 */
	rtnl_lock();
	rtnl_unlock();

	mutex_lock(&sn->lock);
	rs = svcbind_ruleset_own(sn);
	sn->stamp++;
	for (i = 0; i < rs->n; i++) {
		svcbind_event_service(sn, rs->service[i], &again);
		cond_resched();
	}
	mutex_unlock(&sn->lock);
	if (again)
		schedule_delayed_work(&sn->events.again, HZ);
}

static void svcbind_event_look_work(struct work_struct *work)
{
	svcbind_event_compare(container_of(work, struct svcbind_net,
					   events.look));
}

static void svcbind_event_again_work(struct work_struct *work)
{
	svcbind_event_compare(container_of(to_delayed_work(work),
					   struct svcbind_net, events.again));
}

/**
 * svcbind_event_look() - something happened to a device
 * @sn: the namespace
 *
 * Context: any.
 */
void svcbind_event_look(struct svcbind_net *sn)
{
	if (READ_ONCE(sn->n_devices))
		schedule_work(&sn->events.look);
}

/**
 * svcbind_event_drop() - a packet was dropped
 * @sn: the namespace
 * @told: the service's
 * @verdict: why
 *
 * Context: any but hard interrupt; allocates nothing, and looks at one bit only
 * while drops go on.
 */
void svcbind_event_drop(struct svcbind_net *sn, struct svcbind_told *told,
			enum svcbind_verdict verdict)
{
	if (test_bit(verdict, &told->dropping) || !svcbind_event_is_heard(sn))
		return;
	if (!test_and_set_bit(verdict, &told->dropping))
		schedule_work(&sn->events.look);
}

/**
 * svcbind_event_init() - prepare a namespace
 * @sn: the namespace
 */
void svcbind_event_init(struct svcbind_net *sn)
{
	INIT_WORK(&sn->events.look, svcbind_event_look_work);
	INIT_DELAYED_WORK(&sn->events.again, svcbind_event_again_work);
}

/**
 * svcbind_event_exit() - stop to tell
 * @sn: the namespace, whose hooks are gone, and whose devices are
 *
 * Context: process context.
 */
void svcbind_event_exit(struct svcbind_net *sn)
{
	/* In this order: the first may start the second. */
	cancel_work_sync(&sn->events.look);
	cancel_delayed_work_sync(&sn->events.again);
}
