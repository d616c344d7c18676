// SPDX-License-Identifier: GPL-2.0
/* From services to netlink attributes. */

#include "netlink.h"
#include "netns.h"
#include "ruleset.h"

static int svcbind_nl_fill_ranges(struct sk_buff *skb, int type,
				  const struct svcbind_ranges *ranges)
{
	struct nlattr *list, *nest;
	u32 i;

	if (!ranges)
		return 0;
	list = nla_nest_start(skb, type);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < ranges->n; i++) {
		nest = nla_nest_start(skb, SVCBIND_A_RANGES_RANGE);
		if (!nest ||
		    nla_put_u16(skb, SVCBIND_A_RANGE_FIRST,
				ranges->range[i].first) ||
		    nla_put_u16(skb, SVCBIND_A_RANGE_LAST,
				ranges->range[i].last))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	nla_nest_end(skb, list);
	return 0;
}

static int svcbind_nl_fill_prefixes(struct sk_buff *skb, int type,
				    const struct svcbind_prefixes *prefixes)
{
	const struct svcbind_prefix *prefix;
	struct nlattr *list, *nest;
	u32 i;

	if (!prefixes)
		return 0;
	list = nla_nest_start(skb, type);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < prefixes->n; i++) {
		prefix = &prefixes->prefix[i];
		nest = nla_nest_start(skb, SVCBIND_A_PREFIXES_PREFIX);
		if (!nest ||
		    nla_put(skb, SVCBIND_A_PREFIX_ADDR,
			    prefix->family == AF_INET ? 4 : 16,
			    &prefix->addr) ||
		    nla_put_u8(skb, SVCBIND_A_PREFIX_LEN, prefix->len))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	nla_nest_end(skb, list);
	return 0;
}

static int svcbind_nl_fill_proto(struct sk_buff *skb,
				 const struct svcbind_match *match)
{
	u8 proto[256];
	int bit, n = 0;

	if (match->any_proto)
		return 0;
	for_each_set_bit(bit, match->proto, 256)
		proto[n++] = bit;
	return nla_put(skb, SVCBIND_A_MATCH_PROTO, n, proto);
}

static int svcbind_nl_fill_match(struct sk_buff *skb,
				 const struct svcbind_match *match)
{
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_MATCH);

	if (!nest || svcbind_nl_fill_proto(skb, match) ||
	    svcbind_nl_fill_ranges(skb, SVCBIND_A_MATCH_PORT, match->port) ||
	    svcbind_nl_fill_ranges(skb, SVCBIND_A_MATCH_DPORT, match->dport) ||
	    svcbind_nl_fill_ranges(skb, SVCBIND_A_MATCH_SPORT, match->sport) ||
	    svcbind_nl_fill_prefixes(skb, SVCBIND_A_MATCH_TO, match->to) ||
	    svcbind_nl_fill_prefixes(skb, SVCBIND_A_MATCH_FROM, match->from) ||
	    svcbind_nl_fill_owner(skb, match->owner) ||
	    (match->all && nla_put_flag(skb, SVCBIND_A_MATCH_ALL)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_dev(struct sk_buff *skb,
			       const struct svcbind_device *device)
{
	struct net_device *dev = rcu_dereference(device->dev);
	const char *master = svcbind_device_master(device);

	if (!dev)
		return 0;
	if (nla_put_u32(skb, SVCBIND_A_DEVICE_IFINDEX, dev->ifindex))
		return -EMSGSIZE;
	return master ? nla_put_string(skb, SVCBIND_A_DEVICE_MASTER, master) :
			0;
}

static int svcbind_nl_fill_bound(struct sk_buff *skb,
				 const struct svcbind_bound *bound,
				 bool *active)
{
	enum svcbind_state state = svcbind_device_state(bound->device);
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_DEVICES_DEVICE);

	if (!nest ||
	    nla_put_string(skb, SVCBIND_A_DEVICE_NAME, bound->device->name) ||
	    (bound->via4 && nla_put(skb, SVCBIND_A_DEVICE_VIA4, 4,
				    &bound->via4->gateway)) ||
	    (bound->via6 && nla_put(skb, SVCBIND_A_DEVICE_VIA6, 16,
				    &bound->via6->gateway)) ||
	    nla_put_u32(skb, SVCBIND_A_DEVICE_STATE, state) ||
	    svcbind_nl_fill_dev(skb, bound->device) ||
	    nla_put_u64_64bit(skb, SVCBIND_A_DEVICE_PACKETS,
			      svcbind_counter_sum(bound->traffic,
						  SVCBIND_PACKETS), 0) ||
	    nla_put_u64_64bit(skb, SVCBIND_A_DEVICE_BYTES,
			      svcbind_counter_sum(bound->traffic,
						  SVCBIND_BYTES), 0))
		return -EMSGSIZE;
	if (state == SVCBIND_STATE_USABLE && !*active) {
		*active = true;
		if (nla_put_flag(skb, SVCBIND_A_DEVICE_ACTIVE))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_binding(struct sk_buff *skb,
				   const struct svcbind_binding *binding)
{
	struct nlattr *nest, *list;
	bool active = false;
	int err = 0;
	u32 i;

	if (!binding)
		return 0;
	nest = nla_nest_start(skb, SVCBIND_A_BINDING);
	if (!nest ||
	    nla_put_u32(skb, SVCBIND_A_BINDING_MODE, binding->mode) ||
	    nla_put_u32(skb, SVCBIND_A_BINDING_SELECT, binding->select) ||
	    nla_put_u32(skb, SVCBIND_A_BINDING_SOURCE, binding->source))
		return -EMSGSIZE;
	list = nla_nest_start(skb, SVCBIND_A_BINDING_DEVICES);
	if (!list)
		return -EMSGSIZE;
	rcu_read_lock();
	for (i = 0; !err && i < binding->n; i++)
		err = svcbind_nl_fill_bound(skb, &binding->bound[i], &active);
	rcu_read_unlock();
	if (err)
		return err;
	nla_nest_end(skb, list);
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_counters(struct sk_buff *skb,
				    const struct svcbind_counter *counters)
{
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_COUNTERS);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < SVCBIND_SERVICE_COUNTS; i++)
		if (nla_put_u64_64bit(skb, SVCBIND_A_COUNTERS_PASS + i,
				      svcbind_counter_sum(counters, i), 0))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * svcbind_nl_fill_confirm() - say that a change waits, if one does
 * @skb: the message
 * @sn: the namespace
 *
 * Context: holds the netns mutex.
 * Return: 0 or -EMSGSIZE.
 */
int svcbind_nl_fill_confirm(struct sk_buff *skb, const struct svcbind_net *sn)
{
	u32 left = svcbind_confirm_left(sn);

	return left ? nla_put_u32(skb, SVCBIND_A_CONFIRM, left) : 0;
}

/**
 * svcbind_nl_fill_service() - describe a service
 * @skb: the message
 * @sn: the namespace
 * @service: the service
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or -EMSGSIZE; what was written stays.
 */
int svcbind_nl_fill_service(struct sk_buff *skb, const struct svcbind_net *sn,
			    const struct svcbind_service *service)
{
	if (nla_put_string(skb, SVCBIND_A_NAME, service->name) ||
	    nla_put_u32(skb, SVCBIND_A_PRIORITY, service->priority) ||
	    (*service->preset &&
	     nla_put_string(skb, SVCBIND_A_PRESET, service->preset)) ||
	    nla_put_u32(skb, SVCBIND_A_GENERATION, sn->generation) ||
	    svcbind_nl_fill_confirm(skb, sn) ||
	    svcbind_nl_fill_match(skb, &service->match) ||
	    svcbind_nl_fill_binding(skb, service->binding))
		return -EMSGSIZE;
	return svcbind_nl_fill_counters(skb, service->counters);
}
