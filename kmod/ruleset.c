// SPDX-License-Identifier: GPL-2.0
/* Services, bindings and policy: built off to the side, never changed. */

#include <linux/slab.h>

#include "netns.h"
#include "ruleset.h"

/* What every namespace starts with, and returns to; never freed. */
struct svcbind_ruleset svcbind_ruleset_empty = {
	.policy = {
		.enforce = SVCBIND_ENFORCE_ON,
		.icmp_reply = SVCBIND_ICMP_REPLY_OFF,
		.arp = SVCBIND_ARP_BOUND,
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

/* Only UDP and the like need conntrack to tell what opens a flow, but TCP's
 * sources too are made right by it.
 */
static u32 svcbind_ruleset_need(const struct svcbind_ruleset *rs)
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
		if (rs->service[i]->binding->source == SVCBIND_SOURCE_AUTO)
			need |= SVCBIND_NEED_SOURCE;
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

/**
 * svcbind_ruleset_with() - the ruleset, but for one change
 * @sn: the namespace
 * @out: the service to leave out, or NULL
 * @in: the service to put in, or NULL; its reference is consumed, on errors too
 * @policy: the new switches, or NULL for the old ones
 *
 * A service goes in after those of its priority, but keeps its place when it
 * replaces one of the same priority.
 *
 * Context: process context, holds the netns mutex.
 * Return: the new ruleset, not yet published, or NULL without memory.
 */
struct svcbind_ruleset *svcbind_ruleset_with(struct svcbind_net *sn,
					     const struct svcbind_service *out,
					     struct svcbind_service *in,
					     const struct svcbind_policy *policy)
{
	const struct svcbind_ruleset *old = svcbind_ruleset_own(sn);
	bool same = out && in && out->priority == in->priority;
	struct svcbind_service *service, *pending = in;
	struct svcbind_ruleset *rs;
	u32 i;

	rs = kvzalloc(struct_size(rs, service, old->n + 1),
		      GFP_KERNEL_ACCOUNT);
	if (!rs) {
		if (in)
			svcbind_service_put(in);
		return NULL;
	}
	rs->policy = policy ? *policy : old->policy;
	for (i = 0; i < old->n; i++) {
		service = old->service[i];
		if (pending && (same ? service == out :
				service->priority > pending->priority)) {
			rs->service[rs->n++] = pending;
			pending = NULL;
		}
		if (service == out)
			continue;
		refcount_inc(&service->refs);
		rs->service[rs->n++] = service;
	}
	if (pending)
		rs->service[rs->n++] = pending;
	rs->need = svcbind_ruleset_need(rs);
	if (!svcbind_ruleset_list_devices(sn, rs))
		return rs;
	svcbind_ruleset_free(rs);
	return NULL;
}

static void svcbind_ruleset_free_rcu(struct rcu_head *rcu)
{
	struct svcbind_ruleset *rs = container_of(rcu, struct svcbind_ruleset,
						  rcu);
	u32 i;

	for (i = 0; i < rs->n; i++)
		svcbind_service_put(rs->service[i]);
	kvfree(rs->device);
	kvfree(rs);
}

/**
 * svcbind_ruleset_free() - end a ruleset when its readers are through
 * @rs: the ruleset, no longer to be found
 *
 * Context: any.
 */
void svcbind_ruleset_free(struct svcbind_ruleset *rs)
{
	if (rs != &svcbind_ruleset_empty)
		call_rcu(&rs->rcu, svcbind_ruleset_free_rcu);
}

static void svcbind_match_free(struct svcbind_match *match)
{
	kfree(match->port);
	kfree(match->dport);
	kfree(match->sport);
	kfree(match->to);
	kfree(match->from);
}

static int svcbind_ranges_copy(struct svcbind_ranges **to,
			       const struct svcbind_ranges *from)
{
	if (!from)
		return 0;
	*to = kmemdup(from, struct_size(from, range, from->n),
		      GFP_KERNEL_ACCOUNT);
	return *to ? 0 : -ENOMEM;
}

static int svcbind_prefixes_copy(struct svcbind_prefixes **to,
				 const struct svcbind_prefixes *from)
{
	if (!from)
		return 0;
	*to = kmemdup(from, struct_size(from, prefix, from->n),
		      GFP_KERNEL_ACCOUNT);
	return *to ? 0 : -ENOMEM;
}

static int svcbind_match_copy(struct svcbind_match *to,
			      const struct svcbind_match *from)
{
	to->any_proto = from->any_proto;
	to->all = from->all;
	bitmap_copy(to->proto, from->proto, 256);
	return svcbind_ranges_copy(&to->port, from->port) ?:
	       svcbind_ranges_copy(&to->dport, from->dport) ?:
	       svcbind_ranges_copy(&to->sport, from->sport) ?:
	       svcbind_prefixes_copy(&to->to, from->to) ?:
	       svcbind_prefixes_copy(&to->from, from->from);
}

/**
 * svcbind_match_is_open() - is there no word in the match?
 * @match: the match
 *
 * Return: whether it would match everything without having said so.
 */
bool svcbind_match_is_open(const struct svcbind_match *match)
{
	return !match->all && match->any_proto && !match->port &&
	       !match->dport && !match->sport && !match->to && !match->from;
}

/**
 * svcbind_service_create() - a service that may still be changed
 * @old: the one to start from, or NULL
 * @name: its name, where @old is NULL
 *
 * Context: process context.
 * Return: the service with one reference, and without a binding; NULL
 * without memory.
 */
struct svcbind_service *
svcbind_service_create(const struct svcbind_service *old, const char *name)
{
	struct svcbind_service *service;

	service = kzalloc(sizeof(*service), GFP_KERNEL_ACCOUNT);
	if (!service)
		return NULL;
	refcount_set(&service->refs, 1);
	strscpy(service->name, old ? old->name : name, sizeof(service->name));
	service->match.any_proto = true;
	if (!old) {
		service->counters =
			svcbind_counter_create(SVCBIND_SERVICE_COUNTS);
		if (!service->counters)
			goto err;
		return service;
	}
	strscpy(service->preset, old->preset, sizeof(service->preset));
	service->priority = old->priority;
	service->counters = svcbind_counter_get(old->counters);
	if (svcbind_match_copy(&service->match, &old->match))
		goto err;
	return service;
err:
	svcbind_service_put(service);
	return NULL;
}

/**
 * svcbind_service_put() - drop a reference
 * @service: the service
 *
 * Context: process or softirq (RCU callback).
 */
void svcbind_service_put(struct svcbind_service *service)
{
	if (!refcount_dec_and_test(&service->refs))
		return;
	svcbind_match_free(&service->match);
	svcbind_binding_free(service->binding);
	svcbind_counter_put(service->counters);
	kfree(service);
}

/**
 * svcbind_binding_create() - a binding whose devices are yet to be set
 * @n: how many devices
 *
 * Context: process context.
 * Return: the binding, or NULL without memory.
 */
struct svcbind_binding *svcbind_binding_create(u32 n)
{
	struct svcbind_binding *binding;

	binding = kzalloc(struct_size(binding, bound, n), GFP_KERNEL_ACCOUNT);
	if (binding)
		binding->n = n;
	return binding;
}

static struct svcbind_counter *
svcbind_bound_traffic(const struct svcbind_binding *old, const char *name)
{
	u32 i;

	for (i = 0; old && i < old->n; i++)
		if (!strcmp(old->bound[i].device->name, name))
			return svcbind_counter_get(old->bound[i].traffic);
	return svcbind_counter_create(SVCBIND_TRAFFIC_COUNTS);
}

static int svcbind_bound_hop(struct svcbind_nexthop **to,
			     struct svcbind_device *device, u8 family,
			     const struct in6_addr *gateway)
{
	struct svcbind_nexthop *nexthop;

	if (!gateway)
		return 0;
	nexthop = svcbind_nexthop_get(device, family, gateway);
	if (IS_ERR(nexthop))
		return PTR_ERR(nexthop);
	*to = nexthop;
	return 0;
}

/**
 * svcbind_bound_init() - set one device of a binding
 * @sn: the namespace
 * @bound: the entry, all zero; svcbind_binding_free() ends it on error too
 * @name: the device's name
 * @via4: its IPv4 gateway (first word), or NULL
 * @via6: its IPv6 gateway, or NULL
 * @old: the binding that this one replaces, or NULL: the counters go on
 *
 * Context: process context.
 * Return: 0; -ENOMEM; -ENOSPC if the namespace has too many names or gateways.
 */
int svcbind_bound_init(struct svcbind_net *sn, struct svcbind_bound *bound,
		       const char *name, const struct in6_addr *via4,
		       const struct in6_addr *via6,
		       const struct svcbind_binding *old)
{
	struct svcbind_device *device = svcbind_device_get(sn, name);

	if (IS_ERR(device))
		return PTR_ERR(device);
	bound->device = device;
	bound->traffic = svcbind_bound_traffic(old, name);
	if (!bound->traffic)
		return -ENOMEM;
	return svcbind_bound_hop(&bound->onlink4, device, AF_INET,
				 &in6addr_any) ?:
	       svcbind_bound_hop(&bound->onlink6, device, AF_INET6,
				 &in6addr_any) ?:
	       svcbind_bound_hop(&bound->via4, device, AF_INET, via4) ?:
	       svcbind_bound_hop(&bound->via6, device, AF_INET6, via6);
}

/**
 * svcbind_binding_copy() - a binding like another
 * @old: the other
 *
 * Context: process context, holds the netns mutex.
 * Return: the binding, or NULL without memory.
 */
struct svcbind_binding *svcbind_binding_copy(const struct svcbind_binding *old)
{
	struct svcbind_binding *binding = svcbind_binding_create(old->n);
	const struct svcbind_bound *bound;
	u32 i;

	if (!binding)
		return NULL;
	binding->mode = old->mode;
	binding->select = old->select;
	binding->source = old->source;
	for (i = 0; i < old->n; i++) {
		bound = &old->bound[i];
		if (svcbind_bound_init(bound->device->sn, &binding->bound[i],
				       bound->device->name,
				       bound->via4 ? &bound->via4->gateway :
						     NULL,
				       bound->via6 ? &bound->via6->gateway :
						     NULL, old)) {
			svcbind_binding_free(binding);
			return NULL;
		}
	}
	return binding;
}

/**
 * svcbind_binding_free() - end a binding, whole or half-made
 * @binding: the binding, or NULL
 *
 * Context: process or softirq (RCU callback).
 */
void svcbind_binding_free(struct svcbind_binding *binding)
{
	struct svcbind_bound *bound;
	u32 i;

	for (i = 0; binding && i < binding->n; i++) {
		bound = &binding->bound[i];
		svcbind_nexthop_put(bound->via6);
		svcbind_nexthop_put(bound->via4);
		svcbind_nexthop_put(bound->onlink6);
		svcbind_nexthop_put(bound->onlink4);
		svcbind_counter_put(bound->traffic);
		svcbind_device_put(bound->device);
	}
	kfree(binding);
}
