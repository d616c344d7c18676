// SPDX-License-Identifier: GPL-2.0
/* Services, bindings and policy: built off to the side, never changed. */

#include <linux/sched.h>
#include <linux/slab.h>

#include "connect.h"
#include "netns.h"
#include "ruleset.h"

/* What every namespace starts with, and returns to; never freed. */
struct svcbind_ruleset svcbind_ruleset_empty = {
	.policy = {
		.enforce = SVCBIND_ENFORCE_ON,
		.icmp_reply = SVCBIND_ICMP_REPLY_OFF,
		.arp = SVCBIND_ARP_BOUND,
		.connect = SVCBIND_CONNECT_ON,
	},
};

/**
 * svcbind_ruleset_own() - the ruleset, for whoever may change it
 * @sn: the namespace
 *
 * Context: holds the netns mutex.
 * Return: the present ruleset.
 */
struct svcbind_ruleset *svcbind_ruleset_own(const struct svcbind_net *sn)
{
	return rcu_dereference_protected(sn->ruleset,
					 lockdep_is_held(&sn->lock));
}

/**
 * svcbind_ruleset_find() - a service by its name
 * @rs: the ruleset
 * @name: the name
 *
 * Context: RCU read side, or holds the netns mutex.
 * Return: the service or NULL.
 */
struct svcbind_service *svcbind_ruleset_find(const struct svcbind_ruleset *rs,
					     const char *name)
{
	u32 i;

	for (i = 0; i < rs->n; i++)
		if (!strcmp(rs->service[i]->name, name))
			return rs->service[i];
	return NULL;
}

static bool svcbind_binding_acts(const struct svcbind_service *service)
{
	return service->binding &&
	       service->binding->mode != SVCBIND_MODE_AUDIT;
}

static bool svcbind_binding_has_via(const struct svcbind_binding *binding)
{
	u32 i;

	for (i = 0; i < binding->n; i++)
		if (binding->bound[i].via4 || binding->bound[i].via6)
			return true;
	return false;
}

/* What it takes to make the sources of a service right. Only UDP and the like
 * need conntrack to tell what opens a flow; TCP needs it where its sockets are
 * not bound when they connect. Where that turns out later, see
 * svcbind_source_want().
 */
static u32 svcbind_ruleset_need_source(struct svcbind_ruleset *rs,
				       const struct svcbind_service *service)
{
	const struct svcbind_match *match = &service->match;
	bool tcp = match->any_proto || test_bit(IPPROTO_TCP, match->proto);
	bool udp = match->any_proto || test_bit(IPPROTO_UDP, match->proto) ||
		   test_bit(IPPROTO_UDPLITE, match->proto);

	if (!(tcp || udp) || rs->policy.connect == SVCBIND_CONNECT_OFF)
		return SVCBIND_NEED_SOURCE;
	if (rs->unbound || !svcbind_connect_arm()) {
		rs->unbound = true;
		return SVCBIND_NEED_SOURCE;
	}
	if (match->any_proto || bitmap_weight(match->proto, 256) > tcp ||
	    match->port || match->sport || match->from ||
	    (match->owner && match->owner->mask) ||
	    svcbind_binding_has_via(service->binding))
		return SVCBIND_NEED_SOURCE | SVCBIND_NEED_CONNECT;
	return SVCBIND_NEED_CONNECT;
}

static u32 svcbind_ruleset_need(struct svcbind_ruleset *rs)
{
	bool enforce = rs->policy.enforce == SVCBIND_ENFORCE_ON;
	u32 i, need = 0;

	if (rs->n && rs->policy.enforce != SVCBIND_ENFORCE_OFF)
		need |= SVCBIND_NEED_OUTPUT;
	if (rs->policy.icmp_reply == SVCBIND_ICMP_REPLY_INGRESS &&
	    rs->policy.enforce != SVCBIND_ENFORCE_OFF)
		need |= SVCBIND_NEED_REPLY;
	if (rs->policy.arp == SVCBIND_ARP_ALL && enforce)
		need |= SVCBIND_NEED_ARP;
	for (i = 0; enforce && i < rs->n; i++) {
		if (!svcbind_binding_acts(rs->service[i]))
			continue;
		if (rs->policy.arp != SVCBIND_ARP_OFF)
			need |= SVCBIND_NEED_ARP;
		if (rs->service[i]->binding->source != SVCBIND_SOURCE_AUTO)
			continue;
		rs->sources = true;
		need |= svcbind_ruleset_need_source(rs, rs->service[i]);
	}
	return need;
}

/**
 * svcbind_ruleset_binds() - does a binding that acts name this device?
 * @rs: the ruleset
 * @dev: the device
 *
 * Context: RCU read side.
 * Return: whether one does.
 */
bool svcbind_ruleset_binds(const struct svcbind_ruleset *rs,
			   const struct net_device *dev)
{
	u32 i;

	for (i = 0; i < rs->n_devices; i++)
		if (rcu_access_pointer(rs->device[i]->dev) == dev)
			return true;
	return false;
}

/* The devices of the bindings that act, each once. Their references are those
 * of the bindings.
 */
static int svcbind_ruleset_list_devices(struct svcbind_net *sn,
					struct svcbind_ruleset *rs)
{
	const struct svcbind_binding *binding;
	struct svcbind_device *device;
	u32 i, j;

	rs->device = kvcalloc(READ_ONCE(sn->n_devices), sizeof(*rs->device),
			      GFP_KERNEL_ACCOUNT);
	if (!rs->device)
		return -ENOMEM;
	sn->stamp++;
	for (i = 0; i < rs->n; i++) {
		if (!svcbind_binding_acts(rs->service[i]))
			continue;
		binding = rs->service[i]->binding;
		for (j = 0; j < binding->n; j++) {
			device = binding->bound[j].device;
			if (device->stamp == sn->stamp)
				continue;
			device->stamp = sn->stamp;
			rs->device[rs->n_devices++] = device;
		}
	}
	return 0;
}

static void svcbind_ruleset_drop(struct svcbind_ruleset *rs)
{
	u32 i;

	for (i = 0; i < rs->n; i++) {
		svcbind_service_put(rs->service[i]);
		cond_resched();
	}
	kvfree(rs->device);
	kvfree(rs);
}

static bool svcbind_ruleset_is_empty(u32 n, const struct svcbind_policy *policy)
{
	return !n && !memcmp(policy, &svcbind_ruleset_empty.policy,
			     sizeof(*policy));
}

/**
 * svcbind_ruleset_create() - compile a ruleset
 * @sn: the namespace
 * @service: the services, in the order in which they are asked
 * @n: how many
 * @policy: the switches
 *
 * Context: process context, holds the netns mutex.
 * Return: the ruleset with references of its own, not yet published, or NULL
 * without memory. The empty one takes none.
 */
struct svcbind_ruleset *
svcbind_ruleset_create(struct svcbind_net *sn,
		       struct svcbind_service *const *service, u32 n,
		       const struct svcbind_policy *policy)
{
	struct svcbind_ruleset *rs;

	if (svcbind_ruleset_is_empty(n, policy))
		return &svcbind_ruleset_empty;
	rs = kvzalloc(struct_size(rs, service, n), GFP_KERNEL_ACCOUNT);
	if (!rs)
		return NULL;
	rs->policy = *policy;
	for (; rs->n < n; rs->n++) {
		rs->service[rs->n] = service[rs->n];
		refcount_inc(&service[rs->n]->refs);
	}
	rs->need = svcbind_ruleset_need(rs);
	if (!svcbind_ruleset_list_devices(sn, rs))
		return rs;
	svcbind_ruleset_drop(rs);
	return NULL;
}

/**
 * svcbind_ruleset_discard() - end a ruleset that was never published
 * @rs: the ruleset
 *
 * Context: process context.
 */
void svcbind_ruleset_discard(struct svcbind_ruleset *rs)
{
	if (rs != &svcbind_ruleset_empty)
		svcbind_ruleset_drop(rs);
}

/* Not by call_rcu(): a ruleset can hold 65,536 devices, and one callback can't
 * be interrupted by rcu_do_batch().
 */
static struct workqueue_struct *svcbind_ruleset_wq;

static void svcbind_ruleset_end(struct work_struct *work)
{
	struct svcbind_ruleset *rs = container_of(to_rcu_work(work),
						  struct svcbind_ruleset, end);

	svcbind_ruleset_drop(rs);
}

/**
 * svcbind_ruleset_free() - end a ruleset when its readers are through
 * @rs: the ruleset, no longer to be found
 *
 * Context: any.
 */
void svcbind_ruleset_free(struct svcbind_ruleset *rs)
{
	if (rs == &svcbind_ruleset_empty)
		return;
	INIT_RCU_WORK(&rs->end, svcbind_ruleset_end);
	queue_rcu_work(svcbind_ruleset_wq, &rs->end);
}

/**
 * svcbind_ruleset_barrier() - wait until all rulesets that ended are gone
 *
 * Context: process context.
 */
void svcbind_ruleset_barrier(void)
{
	rcu_barrier();
	flush_workqueue(svcbind_ruleset_wq);
}

/**
 * svcbind_ruleset_init() - prepare what ends rulesets
 *
 * Context: module init, first.
 * Return: 0 or -ENOMEM.
 */
int svcbind_ruleset_init(void)
{
	svcbind_ruleset_wq = alloc_workqueue("svcbind", WQ_UNBOUND, 0);
	return svcbind_ruleset_wq ? 0 : -ENOMEM;
}

/**
 * svcbind_ruleset_exit() - end what is still to end
 *
 * Context: module exit, last. What rulesets leave to kfree_rcu() is none of
 * this module's code.
 */
void svcbind_ruleset_exit(void)
{
	svcbind_ruleset_barrier();
	destroy_workqueue(svcbind_ruleset_wq);
}
