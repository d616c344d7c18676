// SPDX-License-Identifier: GPL-2.0
/* The source address of flows that this host opens, made right by nf_nat. */

#include <linux/inetdevice.h>
#include <linux/netfilter_ipv6.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_nat.h>

#include "compat.h"
#include "flow.h"
#include "netns.h"
#include "source.h"

/* How often a namespace without need for NAT looks for a last connection. */
#define SVCBIND_DRAIN_INTERVAL	(5 * HZ)

static bool svcbind_source_pick4(const struct net_device *dev, __be32 daddr,
				 __be32 *saddr)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	*saddr = 0;
	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (ifa->ifa_scope > RT_SCOPE_LINK)
			continue;
		if (inet_ifa_match(daddr, ifa)) {
			*saddr = ifa->ifa_local;
			return true;
		}
		if (!*saddr && !(ifa->ifa_flags & IFA_F_SECONDARY))
			*saddr = ifa->ifa_local;
	}
	return *saddr;
}

/* Of RFC 6724, section 5: rules 2 (scope), 3 (deprecated), 8 (prefix). */
static bool svcbind_source_pick6(const struct net_device *dev,
				 const struct in6_addr *daddr,
				 struct in6_addr *saddr)
{
	bool local = ipv6_addr_type(daddr) & IPV6_ADDR_LINKLOCAL;
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;
	int score, best = -1;

	if (!idev)
		return false;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list) {
		if (!svcbind_ifa6_valid(ifa) ||
		    (!local && ifa->scope != IPV6_ADDR_ANY))
			continue;
		score = ipv6_addr_diff(&ifa->addr, daddr);
		if (local && ifa->scope == IFA_LINK)
			score += 512;
		if (!(ifa->flags & IFA_F_DEPRECATED))
			score += 256;
		if (score <= best)
			continue;
		best = score;
		*saddr = ifa->addr;
	}
	return best >= 0;
}

/**
 * svcbind_source_pick() - the device's own address for a peer
 * @dev: the device
 * @family: AF_INET or AF_INET6
 * @daddr: the peer
 * @saddr: the address, never another device's
 *
 * Context: RCU read side.
 * Return: whether there is one.
 */
bool svcbind_source_pick(struct net_device *dev, u8 family,
			 const union nf_inet_addr *daddr,
			 union nf_inet_addr *saddr)
{
	if (family == AF_INET)
		return svcbind_source_pick4(dev, daddr->ip, &saddr->ip);
	return svcbind_source_pick6(dev, &daddr->in6, &saddr->in6);
}

/**
 * svcbind_source_sure6() - are sockets bound to the device sure of its source?
 * @dev: the device, through which a route leads to a peer beyond the link
 *
 * ipv6_dev_get_saddr() looks at the addresses of all devices, and prefers those
 * of the outgoing one (RFC 6724, section 5, rule 5) unless one of the rules
 * before that is against them: scope (2), deprecated ones (3).
 *
 * Context: RCU read side.
 * Return: whether the device has an address that these have nothing against.
 */
bool svcbind_source_sure6(struct net_device *dev)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	if (!idev)
		return false;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (svcbind_ifa6_valid(ifa) && ifa->scope == IPV6_ADDR_ANY &&
		    !(ifa->flags & (IFA_F_DEPRECATED | IFA_F_OPTIMISTIC)))
			return true;
	return false;
}

/* A connection that a helper expected begins as RELATED. */
static bool svcbind_source_new(const struct nf_conn *ct,
			       enum ip_conntrack_info ctinfo)
{
	return ct && (ctinfo == IP_CT_NEW || ctinfo == IP_CT_RELATED) &&
	       !nf_ct_is_confirmed(ct);
}

/**
 * svcbind_source_opens() - does this packet open a flow of this host's?
 * @skb: the packet
 * @flow: what it is
 *
 * TCP says so itself, but for a SYN that is sent again: its connection is
 * confirmed, and has the source that it was given. For the rest conntrack is
 * asked; without it nothing is known to open but an echo request.
 *
 * Context: RCU read side.
 * Return: whether it does.
 */
bool svcbind_source_opens(const struct sk_buff *skb,
			  const struct svcbind_flow *flow)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;

	ct = nf_ct_get(skb, &ctinfo);
	if (flow->proto == IPPROTO_TCP)
		return flow->syn && !(ct && nf_ct_is_confirmed(ct));
	if (!ct)
		return flow->echo_request;
	return svcbind_source_new(ct, ctinfo);
}

/**
 * svcbind_source_tracked() - does conntrack know the flow?
 * @skb: the packet
 *
 * Context: RCU read side.
 * Return: whether it does.
 */
bool svcbind_source_tracked(const struct sk_buff *skb)
{
	return skb_nfct(skb);
}

/**
 * svcbind_source_translated() - is the packet's source going to change?
 * @skb: a packet in LOCAL_OUT
 * @saddr: the source that it will have
 *
 * Context: RCU read side.
 * Return: whether its connection has source NAT.
 */
bool svcbind_source_translated(const struct sk_buff *skb,
			       union nf_inet_addr *saddr)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || CTINFO2DIR(ctinfo) != IP_CT_DIR_ORIGINAL ||
	    !(READ_ONCE(ct->status) & IPS_SRC_NAT))
		return false;
	*saddr = ct->tuplehash[IP_CT_DIR_REPLY].tuple.dst.u3;
	return true;
}

/* The connection, if its source can be set yet, and to what. */
static struct nf_conn *svcbind_source_free(const struct sk_buff *skb,
					   struct net_device *dev,
					   const struct svcbind_flow *flow,
					   union nf_inet_addr *saddr)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!svcbind_source_new(ct, ctinfo) ||
	    nf_nat_initialized(ct, NF_NAT_MANIP_SRC) ||
	    !svcbind_source_pick(dev, flow->family, &flow->daddr, saddr))
		return NULL;
	return ct;
}

/**
 * svcbind_source_could() - what source would svcbind_source_rewrite() set?
 * @skb: the packet that opens the flow
 * @dev: the device that it would leave through
 * @flow: what it is
 * @saddr: the source, unless there is none
 *
 * Context: RCU read side.
 * Return: whether there is one, as far as no port has to be looked for.
 */
bool svcbind_source_could(const struct sk_buff *skb, struct net_device *dev,
			  const struct svcbind_flow *flow,
			  union nf_inet_addr *saddr)
{
	return svcbind_source_free(skb, dev, flow, saddr);
}

/**
 * svcbind_source_rewrite() - give a new connection its device's address
 * @skb: the packet that opens it, in LOCAL_OUT
 * @dev: the device that it will leave through
 * @flow: what it is
 *
 * The mapping is set here, where the verdict is known; nf_nat's own hook in
 * POST_ROUTING finds it set (nf_nat_inet_fn()), so that no rule of the user's
 * srcnat changes it, and writes it into the packet.
 *
 * Context: RCU read side.
 * Return: 0; -EADDRNOTAVAIL without an address, connection or free port.
 */
int svcbind_source_rewrite(struct sk_buff *skb, struct net_device *dev,
			   const struct svcbind_flow *flow)
{
	struct nf_nat_range2 range = { .flags = NF_NAT_RANGE_MAP_IPS };
	struct nf_conn *ct;

	ct = svcbind_source_free(skb, dev, flow, &range.min_addr);
	if (!ct)
		return -EADDRNOTAVAIL;
	range.max_addr = range.min_addr;
	if (nf_nat_setup_info(ct, &range, NF_NAT_MANIP_SRC) != NF_ACCEPT)
		return -EADDRNOTAVAIL;
	return 0;
}

/**
 * svcbind_source_pin() - keep the source that a new connection has
 * @skb: the packet that opens it, in LOCAL_OUT
 *
 * It is right: no rule of the user's srcnat is to make it another device's.
 * Nothing after LOCAL_OUT but such a rule changes a source, which is why there
 * is no second look at it in POST_ROUTING.
 *
 * Context: RCU read side.
 * Return: 0; -EADDRNOTAVAIL if the connection can't have it.
 */
int svcbind_source_pin(struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!svcbind_source_new(ct, ctinfo) ||
	    nf_nat_initialized(ct, NF_NAT_MANIP_SRC) ||
	    nf_nat_alloc_null_binding(ct, NF_INET_POST_ROUTING) == NF_ACCEPT)
		return 0;
	return -EADDRNOTAVAIL;
}

/* nf_nat_register_fn() registers nf_nat's hooks for the first function only;
 * this one is there for that, and leaves the choice to those that follow.
 */
static unsigned int svcbind_source_hook(void *priv, struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops svcbind_source_ops[] = {
	{
		.hook = svcbind_source_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_NAT_SRC - 1,
	}, {
		.hook = svcbind_source_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP6_PRI_NAT_SRC - 1,
	},
};

static int svcbind_source_on(struct net *net)
{
	int err;

	err = nf_ct_netns_get(net, NFPROTO_INET);
	if (err)
		return err;
	err = nf_nat_ipv4_register_fn(net, &svcbind_source_ops[0]);
	if (err)
		goto err_put;
	err = nf_nat_ipv6_register_fn(net, &svcbind_source_ops[1]);
	if (err)
		goto err_unregister;
	return 0;

err_unregister:
	nf_nat_ipv4_unregister_fn(net, &svcbind_source_ops[0]);
err_put:
	nf_ct_netns_put(net, NFPROTO_INET);
	return err;
}

static void svcbind_source_off(struct net *net)
{
	nf_nat_ipv6_unregister_fn(net, &svcbind_source_ops[1]);
	nf_nat_ipv4_unregister_fn(net, &svcbind_source_ops[0]);
	nf_ct_netns_put(net, NFPROTO_INET);
}

static int svcbind_source_count(struct nf_conn *ct, void *data)
{
	u32 *n = data;

	if (READ_ONCE(ct->status) & IPS_SRC_NAT)
		(*n)++;
	return 0;
}

static void svcbind_source_try_off(struct svcbind_net *sn)
{
	u32 n = 0;
	const struct nf_ct_iter_data iter = { .net = sn->net, .data = &n };

	lockdep_assert_held(&sn->lock);
	nf_ct_iterate_cleanup_net(svcbind_source_count, &iter);
	if (n) {
		schedule_delayed_work(&sn->drain, SVCBIND_DRAIN_INTERVAL);
		return;
	}
	sn->draining = false;
	svcbind_source_off(sn->net);
}

static void svcbind_source_drain(struct work_struct *work)
{
	struct svcbind_net *sn = container_of(to_delayed_work(work),
					      struct svcbind_net, drain);

	mutex_lock(&sn->lock);
	if (sn->draining)
		svcbind_source_try_off(sn);
	mutex_unlock(&sn->lock);
}

/**
 * svcbind_source_enable() - switch connection tracking and NAT on
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or what conntrack or NAT said.
 */
int svcbind_source_enable(struct svcbind_net *sn)
{
	lockdep_assert_held(&sn->lock);
	if (sn->draining) {
		sn->draining = false;
		return 0;
	}
	return svcbind_source_on(sn->net);
}

/**
 * svcbind_source_disable() - switch NAT off once nothing uses it
 * @sn: the namespace
 *
 * Connections that were translated go on until the last has ended.
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_source_disable(struct svcbind_net *sn)
{
	lockdep_assert_held(&sn->lock);
	sn->draining = true;
	svcbind_source_try_off(sn);
}

/**
 * svcbind_source_is_on() - did svcbind switch connection tracking on?
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: whether it is on, or has yet to go off.
 */
bool svcbind_source_is_on(const struct svcbind_net *sn)
{
	lockdep_assert_held(&sn->lock);
	return sn->have & SVCBIND_NEED_SOURCE || sn->draining;
}

/**
 * svcbind_source_load() - how full is the table of connections?
 * @net: the namespace, in which connection tracking is on
 * @load: filled in
 *
 * With a full table, what opens a flow is dropped before LOCAL_OUT's end
 * (nf_conntrack_in(), __nf_conntrack_alloc()), so that no counter of a
 * service's tells.
 *
 * Context: process context.
 */
void svcbind_source_load(const struct net *net,
			 struct svcbind_source_load *load)
{
	int cpu;

	load->count = nf_conntrack_count(net);
	load->max = nf_conntrack_max;
	load->drop = 0;
	for_each_possible_cpu(cpu)
		load->drop += per_cpu_ptr(net->ct.stat, cpu)->drop;
}

/**
 * svcbind_source_stop() - switch a drained or draining NAT off for good
 * @sn: the namespace
 *
 * Context: the namespace's end; nobody changes its ruleset any more.
 */
void svcbind_source_stop(struct svcbind_net *sn)
{
	cancel_delayed_work_sync(&sn->drain);
	if (sn->draining)
		svcbind_source_off(sn->net);
	sn->draining = false;
}

/**
 * svcbind_source_net_init() - prepare a namespace
 * @sn: the namespace
 */
void svcbind_source_net_init(struct svcbind_net *sn)
{
	INIT_DELAYED_WORK(&sn->drain, svcbind_source_drain);
}
