// SPDX-License-Identifier: GPL-2.0
/* Which device may a packet leave through, and by which next hop? */

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/sock.h>
#include <net/xfrm.h>

#include "compat.h"
#include "device.h"
#include "egress.h"
#include "flow.h"
#include "ruleset.h"
#include "source.h"

/* What the peer would see as the source, and rules and routes have to judge. */
static void svcbind_egress_source(union nf_inet_addr *addr,
				  struct net_device *dev,
				  const struct svcbind_flow *flow)
{
	union nf_inet_addr own = {};

	*addr = flow->source;
	if (flow->opens && !svcbind_device_has_addr(dev, flow->family, addr) &&
	    svcbind_source_pick(dev, flow->family, &flow->daddr, &own))
		*addr = own;
}

/* The key is that of ip_route_output_key_hash(), lest fib_lookup() and the
 * lookup that follows it disagree over a rule.
 */
static void svcbind_egress_fl4(struct flowi4 *fl4,
			       struct net_device *dev,
			       const struct svcbind_flow *flow, u8 tos)
{
	union nf_inet_addr source;

	svcbind_egress_source(&source, dev, flow);
	*fl4 = (struct flowi4) {
		.flowi4_oif = dev->ifindex,
		.flowi4_iif = LOOPBACK_IFINDEX,
		.flowi4_mark = flow->mark,
		.flowi4_proto = flow->proto,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
		.flowi4_uid = sock_net_uid(dev_net(dev), flow->sk),
		/* The source may be a device's that isn't up, or no local one
		 * at all: ip_route_output_key_hash_rcu() is not to refuse it.
		 */
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.daddr = flow->daddr.ip,
		.saddr = source.ip,
	};
	svcbind_fl4_set_tos(fl4, tos);
	if (flow->has_ports) {
		fl4->fl4_sport = htons(flow->sport);
		fl4->fl4_dport = htons(flow->dport);
	}
}

static void svcbind_egress_fl6(struct flowi6 *fl6,
			       struct net_device *dev,
			       const struct svcbind_flow *flow,
			       __be32 flowinfo)
{
	union nf_inet_addr source;

	svcbind_egress_source(&source, dev, flow);
	*fl6 = (struct flowi6) {
		.flowi6_oif = dev->ifindex,
		.flowi6_iif = LOOPBACK_IFINDEX,
		.flowi6_mark = flow->mark,
		.flowi6_uid = sock_net_uid(dev_net(dev), flow->sk),
		.flowi6_proto = flow->proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 :
							      flow->proto,
		.flowlabel = flowinfo,
		.daddr = flow->daddr.in6,
		.saddr = source.in6,
	};
	if (flow->has_ports) {
		fl6->fl6_sport = htons(flow->sport);
		fl6->fl6_dport = htons(flow->dport);
	}
}

/* What IPsec makes of a route; a policy that refuses isn't got round. Follows
 * the end of ip_route_me_harder(). A packet that IPsec has changed may have
 * more of that before it: xfrm_output_resume() sends what is left of a bundle
 * through LOCAL_OUT, and another route would lose it.
 */
static struct dst_entry *svcbind_egress_xfrm(struct net_device *dev,
					     struct dst_entry *dst,
					     const struct svcbind_flow *flow,
					     struct sk_buff *skb)
{
	const struct netns_xfrm *xfrm = &dev_net(dev)->xfrm;
	int err = -EHOSTUNREACH;
	struct flowi fl = {};
	bool changed;

	changed = flow->family == AF_INET ?
		  IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED :
		  IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED;
	if (changed) {
		if (!dst_xfrm(skb_dst(skb)))
			return dst;
		goto err;
	}
	if (!xfrm->policy_count[XFRM_POLICY_OUT] &&
	    xfrm->policy_default[XFRM_POLICY_OUT] != XFRM_USERPOLICY_BLOCK)
		return dst;
	err = svcbind_decode_session(dev_net(dev), skb, &fl, flow->family);
	if (err)
		goto err;
	fl.flowi_oif = dev->ifindex;
	dst = xfrm_lookup(dev_net(dev), dst, &fl, flow->sk, 0);
	if (IS_ERR(dst) || dst->dev == dev)
		return dst;
	err = -EHOSTUNREACH;
err:
	dst_release(dst);
	return ERR_PTR(err);
}

/* Is there a route through the device? ip_route_output_key_hash_rcu() doesn't
 * tell: it takes a peer without one for on-link where a device is given.
 */
static bool svcbind_egress_fib4(struct net_device *dev, struct flowi4 *fl4,
				struct fib_result *res)
{
	return !fib_lookup(dev_net(dev), fl4, res, 0) &&
	       res->type == RTN_UNICAST;
}

static struct dst_entry *svcbind_egress_route4(struct net_device *dev,
					       const struct svcbind_flow *flow,
					       const struct sk_buff *skb)
{
	struct fib_result res;
	struct flowi4 fl4;
	struct rtable *rt;

	svcbind_egress_fl4(&fl4, dev, flow, ip_hdr(skb)->tos);
	if (!svcbind_egress_fib4(dev, &fl4, &res))
		return NULL;
	rt = ip_route_output_key(dev_net(dev), &fl4);
	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *svcbind_egress_route6(struct net_device *dev,
					       const struct svcbind_flow *flow,
					       const struct sk_buff *skb)
{
	struct dst_entry *dst;
	struct flowi6 fl6;

	svcbind_egress_fl6(&fl6, dev, flow, ip6_flowinfo(ipv6_hdr(skb)));
	dst = ip6_route_output_flags(dev_net(dev), NULL, &fl6,
				     RT6_LOOKUP_F_IFACE);
	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

/**
 * svcbind_egress_route() - the routing table's way through a device
 * @dev: the device
 * @flow: what @skb is
 * @skb: the packet
 *
 * Context: RCU read side.
 * Return: a reference to the route; NULL if no route leads through @dev; an
 * error if IPsec doesn't let the packet leave there.
 */
struct dst_entry *svcbind_egress_route(struct net_device *dev,
				       const struct svcbind_flow *flow,
				       struct sk_buff *skb)
{
	struct dst_entry *dst;

	dst = flow->family == AF_INET ? svcbind_egress_route4(dev, flow, skb) :
					svcbind_egress_route6(dev, flow, skb);
	if (dst && dst->dev != dev) {
		dst_release(dst);
		dst = NULL;
	}
	return dst ? svcbind_egress_xfrm(dev, dst, flow, skb) : NULL;
}

/**
 * svcbind_egress_onlink() - is the peer in a prefix of the device?
 * @dev: the device
 * @family: AF_INET or AF_INET6
 * @daddr: the peer
 *
 * Context: RCU read side.
 * Return: whether an address of the device has the peer in its prefix; that
 * needs no route, so that it holds with IFA_F_NOPREFIXROUTE too.
 */
bool svcbind_egress_onlink(struct net_device *dev, u8 family,
			   const union nf_inet_addr *daddr)
{
	const struct in_device *in_dev;
	const struct in_ifaddr *ifa;

	if (family == AF_INET6)
		return ipv6_chk_prefix(&daddr->in6, dev);
	in_dev = __in_dev_get_rcu(dev);
	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (inet_ifa_match(daddr->ip, ifa) && ifa->ifa_prefixlen < 32)
			return true;
	return false;
}

/**
 * svcbind_egress_right() - is the packet's present route right?
 * @dev: the device that it should leave through
 * @flow: what @skb is
 * @skb: the packet
 *
 * Through the right device, the next hop is wrong where a rule or a route asks
 * for a source that will be another, or in IPv4 where there is no route at all
 * (see svcbind_egress_fib4()).
 *
 * Context: RCU read side.
 * Return: whether device and next hop are right.
 */
bool svcbind_egress_right(struct net_device *dev,
			  const struct svcbind_flow *flow,
			  const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	union nf_inet_addr source;
	struct fib_result res;
	struct flowi4 fl4;

	if (dst->dev != dev || dst->error)
		return false;
	if (flow->opens || !nf_inet_addr_cmp(&flow->source, &flow->saddr)) {
		svcbind_egress_source(&source, dev, flow);
		if (!nf_inet_addr_cmp(&source, &flow->saddr))
			return false;
	}
	if (flow->family == AF_INET6)
		return true;
	if (skb_rtable(skb)->rt_gw_family ||
	    svcbind_egress_onlink(dev, flow->family, &flow->daddr))
		return true;
	svcbind_egress_fl4(&fl4, dev, flow, ip_hdr(skb)->tos);
	return svcbind_egress_fib4(dev, &fl4, &res);
}

/* The kernel looks twice: for a source, and by that for the route. Where the
 * first time finds nothing, IPv4 takes the device's address (ip_route_connect(),
 * see above), while IPv6 takes that of any device (ip6_dst_lookup_tail()). What it
 * finds can name a source, which needn't be the device's.
 */
static bool svcbind_egress_leads4(struct net_device *dev,
				  const struct svcbind_flow *flow)
{
	union nf_inet_addr prefsrc = {};
	struct fib_result res;
	struct flowi4 fl4;
	__be32 source;

	svcbind_egress_fl4(&fl4, dev, flow, READ_ONCE(inet_sk(flow->sk)->tos));
	if (!flow->saddr.ip) {
		source = fl4.saddr;
		fl4.saddr = 0;
		if (svcbind_egress_fib4(dev, &fl4, &res))
			prefsrc.ip = res.fi->fib_prefsrc;
		if (prefsrc.ip &&
		    !svcbind_device_has_addr(dev, AF_INET, &prefsrc))
			return false;
		fl4.saddr = source;
	}
	return svcbind_egress_fib4(dev, &fl4, &res) && FIB_RES_DEV(res) == dev;
}

static bool svcbind_egress_fib6(struct net_device *dev, struct flowi6 *fl6,
				struct fib6_result *res)
{
	int flags = RT6_LOOKUP_F_IFACE;

	if (!ipv6_addr_any(&fl6->saddr))
		flags |= RT6_LOOKUP_F_HAS_SADDR;
	return !svcbind_fib6_lookup(dev_net(dev), fl6, res, flags) &&
	       res->nh && res->nh->fib_nh_dev == dev &&
	       res->fib6_type == RTN_UNICAST && !(res->fib6_flags & RTF_REJECT);
}

static bool svcbind_egress_leads6(struct net_device *dev,
				  const struct svcbind_flow *flow)
{
	union nf_inet_addr prefsrc = {};
	struct fib6_result res = {};
	struct in6_addr source;
	struct flowi6 fl6;

	svcbind_egress_fl6(&fl6, dev, flow,
			   ip6_make_flowinfo(inet6_sk(flow->sk)->tclass, 0));
	if (ipv6_addr_any(&flow->saddr.in6)) {
		source = fl6.saddr;
		fl6.saddr = in6addr_any;
		if (!svcbind_egress_fib6(dev, &fl6, &res))
			return false;
		prefsrc.in6 = res.f6i->fib6_prefsrc.addr;
		if (res.f6i->fib6_prefsrc.plen ?
		    !svcbind_device_has_addr(dev, AF_INET6, &prefsrc) :
		    !svcbind_source_sure6(dev))
			return false;
		fl6.saddr = source;
	}
	return svcbind_egress_fib6(dev, &fl6, &res);
}

/**
 * svcbind_egress_leads() - would a socket that is bound to it reach its peer?
 * @dev: the device
 * @flow: a flow that its socket is about to open
 *
 * By a route, and with a source of the device: what the kernel does without a
 * route is right by chance (see svcbind_egress_fib4()).
 *
 * Context: RCU read side; takes no lock and makes no route.
 * Return: whether it would.
 */
bool svcbind_egress_leads(struct net_device *dev,
			  const struct svcbind_flow *flow)
{
	return flow->family == AF_INET ? svcbind_egress_leads4(dev, flow) :
					 svcbind_egress_leads6(dev, flow);
}

/**
 * svcbind_egress_is_own() - is it this host, or many?
 * @net: the namespace
 * @flow: a flow that a socket, bound to no device, is about to open
 *
 * Context: RCU read side; takes no lock and makes no route.
 * Return: whether the destination is local, loopback, broadcast or multicast,
 * or a link-local one, whose link only its owner knows.
 */
bool svcbind_egress_is_own(struct net *net, const struct svcbind_flow *flow)
{
	const int special = IPV6_ADDR_MULTICAST | IPV6_ADDR_LINKLOCAL |
			    IPV6_ADDR_LOOPBACK;
	struct flowi6 fl6 = {
		.flowi6_iif = LOOPBACK_IFINDEX,
		.flowi6_mark = flow->mark,
		.daddr = flow->daddr.in6,
	};
	struct fib6_result res = {};

	if (flow->family == AF_INET)
		return inet_addr_type(net, flow->daddr.ip) != RTN_UNICAST;
	if (ipv6_addr_any(&flow->daddr.in6) ||
	    ipv6_addr_type(&flow->daddr.in6) & special)
		return true;
	return !svcbind_fib6_lookup(net, &fl6, &res, 0) && res.f6i &&
	       res.fib6_flags & (RTF_LOCAL | RTF_ANYCAST);
}

/**
 * svcbind_egress_hop() - a binding's way where the routing table has none
 * @bound: the entry of the binding
 * @dev: its device
 * @flow: what @skb is
 * @skb: the packet
 *
 * Context: RCU read side.
 * Return: a reference to the route, on-link or by the gateway; NULL if there
 * is none; an error if IPsec doesn't let the packet leave there.
 */
struct dst_entry *svcbind_egress_hop(const struct svcbind_bound *bound,
				     struct net_device *dev,
				     const struct svcbind_flow *flow,
				     struct sk_buff *skb)
{
	bool v4 = flow->family == AF_INET;
	struct dst_entry *dst;

	if (svcbind_egress_onlink(dev, flow->family, &flow->daddr))
		dst = svcbind_nexthop_dst(v4 ? bound->onlink4 :
					       bound->onlink6);
	else
		dst = svcbind_nexthop_dst(v4 ? bound->via4 : bound->via6);
	return dst ? svcbind_egress_xfrm(dev, dst, flow, skb) : NULL;
}

/* Try one device; false: it isn't usable, or leads nowhere. */
static bool svcbind_egress_try(struct svcbind_choice *choice,
			       const struct svcbind_bound *bound,
			       struct net_device *dev,
			       const struct svcbind_flow *flow,
			       struct sk_buff *skb)
{
	struct dst_entry *dst;

	/* What a tunnel has wrapped can't go through that tunnel again, and isn't
	 * routed there. xfrmi_xmit2() and others have in skb->dev where it leaves.
	 */
	if ((skb->dev == dev && skb_dst(skb)->dev != dev) ||
	    !svcbind_device_usable(dev, flow->family, &flow->daddr))
		return false;
	choice->bound = bound;
	choice->dev = dev;
	if (svcbind_egress_right(dev, flow, skb)) {
		choice->verdict = SVCBIND_PASS;
		return true;
	}
	/* A link-local peer is another host on another link. */
	if (flow->family == AF_INET6 &&
	    ipv6_addr_type(&flow->daddr.in6) & IPV6_ADDR_LINKLOCAL) {
		choice->verdict = SVCBIND_DROP_CONFLICT;
		return false;
	}
	dst = svcbind_egress_route(dev, flow, skb) ?:
	      svcbind_egress_hop(bound, dev, flow, skb);
	if (IS_ERR_OR_NULL(dst)) {
		choice->verdict = dst ? SVCBIND_DROP_ERROR :
					SVCBIND_DROP_NO_ROUTE;
		return false;
	}
	choice->dst = dst;
	choice->verdict = SVCBIND_STEER;
	return true;
}

static bool svcbind_egress_wanted(const struct svcbind_want *want,
				  struct net_device *dev,
				  const struct svcbind_flow *flow)
{
	/* A socket of a VRF is bound to its master. */
	if (want->ifindex)
		return dev->ifindex == want->ifindex ||
		       l3mdev_master_ifindex_rcu(dev) == want->ifindex;
	return want->source &&
	       svcbind_device_has_addr(dev, flow->family, want->source);
}

/**
 * svcbind_egress_choose() - the device and route for a packet of a service
 * @choice: filled in
 * @binding: the service's
 * @flow: what @skb is
 * @skb: the packet, its present route included
 * @want: the device that comes first
 *
 * Context: RCU read side; @choice->dev and @choice->bound are good for it.
 */
void svcbind_egress_choose(struct svcbind_choice *choice,
			   const struct svcbind_binding *binding,
			   const struct svcbind_flow *flow,
			   struct sk_buff *skb,
			   const struct svcbind_want *want)
{
	bool wants = want->ifindex || want->source;
	const struct svcbind_bound *bound;
	struct net_device *dev;
	u32 i;

	*choice = (struct svcbind_choice) {
		.verdict = want->only ? SVCBIND_DROP_CONFLICT :
					SVCBIND_DROP_NO_DEVICE,
	};
	for (i = 0; wants && i < binding->n; i++) {
		bound = &binding->bound[i];
		dev = rcu_dereference(bound->device->dev);
		if (!dev || !svcbind_egress_wanted(want, dev, flow))
			continue;
		if (choice->verdict == SVCBIND_DROP_CONFLICT)
			choice->verdict = SVCBIND_DROP_NO_DEVICE;
		if (svcbind_egress_try(choice, bound, dev, flow, skb))
			return;
	}
	for (i = 0; !want->only && i < binding->n; i++) {
		bound = &binding->bound[i];
		dev = rcu_dereference(bound->device->dev);
		if (dev && svcbind_egress_try(choice, bound, dev, flow, skb))
			return;
	}
}

/**
 * svcbind_egress_steer() - give a packet another route
 * @skb: the packet
 * @dst: the route; the reference is consumed
 *
 * Follows the end of ip_route_me_harder().
 *
 * Context: any.
 * Return: 0, or -ENOMEM if the new device's header doesn't fit.
 */
int svcbind_egress_steer(struct sk_buff *skb, struct dst_entry *dst)
{
	unsigned int need = LL_RESERVED_SPACE(dst->dev);

	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	if (skb_headroom(skb) >= dst->dev->hard_header_len)
		return 0;
	return pskb_expand_head(skb, HH_DATA_ALIGN(need - skb_headroom(skb)),
				0, GFP_ATOMIC);
}
