// SPDX-License-Identifier: GPL-2.0
/* A service: what it matches, and where it is bound to. */

#include <linux/slab.h>

#include "netns.h"
#include "ruleset.h"

static void svcbind_match_free(struct svcbind_match *match)
{
	kfree(match->port);
	kfree(match->dport);
	kfree(match->sport);
	kfree(match->to);
	kfree(match->from);
	svcbind_owner_free(match->owner);
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
	if (from->owner) {
		to->owner = svcbind_owner_copy(from->owner);
		if (!to->owner)
			return -ENOMEM;
	}
	return svcbind_ranges_copy(&to->port, from->port) ?:
	       svcbind_ranges_copy(&to->dport, from->dport) ?:
	       svcbind_ranges_copy(&to->sport, from->sport) ?:
	       svcbind_prefixes_copy(&to->to, from->to) ?:
	       svcbind_prefixes_copy(&to->from, from->from);
}

/**
 * svcbind_match_is_empty() - is there no word in the match?
 * @match: the match
 *
 * Return: whether it matches everything.
 */
bool svcbind_match_is_empty(const struct svcbind_match *match)
{
	return match->any_proto && !match->port && !match->dport &&
	       !match->sport && !match->to && !match->from && !match->owner;
}

/**
 * svcbind_service_create() - a service that may still be changed
 * @old: the one to start from, or NULL
 * @name: its name, where @old is NULL
 *
 * Context: process context.
 * Return: the service with one reference, without a binding and without
 * counters; NULL without memory.
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
	if (!old)
		return service;
	strscpy(service->preset, old->preset, sizeof(service->preset));
	service->priority = old->priority;
	if (!svcbind_match_copy(&service->match, &old->match))
		return service;
	svcbind_service_put(service);
	return NULL;
}

/**
 * svcbind_service_put() - drop a reference
 * @service: the service
 *
 * Context: process context, when no packet sees it any more.
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
svcbind_bound_traffic(const struct svcbind_service *before,
		      const struct svcbind_device *device)
{
	const struct svcbind_binding *old = before ? before->binding : NULL;
	u32 i;

	for (i = 0; old && i < old->n; i++)
		if (old->bound[i].device == device)
			return svcbind_counter_get(old->bound[i].traffic);
	return svcbind_counter_create(SVCBIND_TRAFFIC_COUNTS);
}

/**
 * svcbind_service_count() - let a service count
 * @service: the service, still private, or one that does so already
 * @before: what goes on in it, which does; or NULL
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int svcbind_service_count(struct svcbind_service *service,
			  const struct svcbind_service *before)
{
	struct svcbind_binding *binding = service->binding;
	struct svcbind_bound *bound;
	u32 i;

	if (!service->counters)
		service->counters = before ?
			svcbind_counter_get(before->counters) :
			svcbind_counter_create(SVCBIND_SERVICE_COUNTS);
	if (!service->counters)
		return -ENOMEM;
	for (i = 0; binding && i < binding->n; i++) {
		bound = &binding->bound[i];
		if (!bound->traffic)
			bound->traffic = svcbind_bound_traffic(before,
							       bound->device);
		if (!bound->traffic)
			return -ENOMEM;
	}
	return 0;
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
 *
 * Context: process context.
 * Return: 0; -ENOMEM; -ENOSPC if the namespace has too many names or gateways.
 */
int svcbind_bound_init(struct svcbind_net *sn, struct svcbind_bound *bound,
		       const char *name, const struct in6_addr *via4,
		       const struct in6_addr *via6)
{
	struct svcbind_device *device = svcbind_device_get(sn, name);

	if (IS_ERR(device))
		return PTR_ERR(device);
	bound->device = device;
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
						     NULL)) {
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
 * Context: process context, when no packet sees it any more.
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
