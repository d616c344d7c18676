// SPDX-License-Identifier: GPL-2.0
/* Routes of our own: made when a device appears, so that no packet has to. */

#include <linux/slab.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "device.h"
#include "netns.h"

static struct dst_entry *
svcbind_nexthop_make4(const struct svcbind_nexthop *nexthop,
		      struct net_device *dev)
{
	struct rtable *rt;

	rt = rt_dst_alloc(dev, 0, RTN_UNICAST, false);
	if (!rt)
		return NULL;
	if (nexthop->gateway.s6_addr32[0]) {
		rt->rt_gw_family = AF_INET;
		rt->rt_gw4 = (__force __be32)nexthop->gateway.s6_addr32[0];
		rt->rt_uses_gateway = 1;
	}
	return &rt->dst;
}

static struct dst_entry *
svcbind_nexthop_make6(const struct svcbind_nexthop *nexthop,
		      struct net_device *dev)
{
	struct inet6_dev *idev = in6_dev_get(dev);
	struct rt6_info *rt;

	/* ip6_finish_output2() and ip6_mtu() follow rt6i_idev unasked. */
	if (!idev)
		return NULL;
	rt = ip6_dst_alloc(dev_net(dev), dev, DST_NOCOUNT);
	if (!rt) {
		in6_dev_put(idev);
		return NULL;
	}
	rt->rt6i_idev = idev;
	rt->dst.output = ip6_output;
	rt->rt6i_flags = RTF_UP;
	if (!ipv6_addr_any(&nexthop->gateway)) {
		rt->rt6i_gateway = nexthop->gateway;
		rt->rt6i_flags |= RTF_GATEWAY;
	}
	return &rt->dst;
}

/**
 * svcbind_nexthop_update() - give a next hop the route that fits a device
 * @nexthop: the next hop
 * @dev: the device, or NULL: no route
 *
 * Context: holds the namespace's device_lock.
 */
void svcbind_nexthop_update(struct svcbind_nexthop *nexthop,
			    struct net_device *dev)
{
	struct svcbind_net *sn = nexthop->device->sn;
	struct dst_entry *old, *dst = NULL;

	lockdep_assert_held(&sn->device_lock);
	if (dev && nexthop->family == AF_INET)
		dst = svcbind_nexthop_make4(nexthop, dev);
	else if (dev)
		dst = svcbind_nexthop_make6(nexthop, dev);
	old = rcu_dereference_protected(nexthop->dst,
					lockdep_is_held(&sn->device_lock));
	/* Without memory, the one that there is has to do. */
	if (!dst && dev && old && old->dev == dev)
		return;
	rcu_assign_pointer(nexthop->dst, dst);
	/* A packet that waits somewhere may keep the route, not the device. */
	if (old) {
		dst_dev_put(old);
		dst_release(old);
	}
}

/**
 * svcbind_nexthop_get() - use a next hop
 * @device: the device; must outlive the next hop
 * @family: AF_INET or AF_INET6
 * @gateway: its gateway, IPv4 in the first word; unspecified for on-link
 *
 * Context: process context.
 * Return: the next hop with a reference; -ENOMEM, or -ENOSPC if there are too
 * many.
 */
struct svcbind_nexthop *svcbind_nexthop_get(struct svcbind_device *device,
					    u8 family,
					    const struct in6_addr *gateway)
{
	struct svcbind_net *sn = device->sn;
	struct svcbind_nexthop *new, *nexthop;
	struct net_device *dev;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return ERR_PTR(-ENOMEM);
	new->device = device;
	new->family = family;
	new->gateway = *gateway;
	refcount_set(&new->refs, 1);

	spin_lock_bh(&sn->device_lock);
	list_for_each_entry(nexthop, &device->nexthops, list) {
		if (nexthop->family != family ||
		    !ipv6_addr_equal(&nexthop->gateway, gateway))
			continue;
		refcount_inc(&nexthop->refs);
		goto out;
	}
	nexthop = ERR_PTR(-ENOSPC);
	if (sn->n_nexthops >= SVCBIND_MAX_NEXTHOPS)
		goto out;
	dev = rcu_dereference_protected(device->dev,
					lockdep_is_held(&sn->device_lock));
	svcbind_nexthop_update(new, dev);
	nexthop = ERR_PTR(-ENOMEM);
	/* IPv6 may be off on the device, which is no lack of memory. */
	if (dev && family == AF_INET && !rcu_access_pointer(new->dst))
		goto out;
	list_add(&new->list, &device->nexthops);
	sn->n_nexthops++;
	nexthop = new;
	new = NULL;
out:
	spin_unlock_bh(&sn->device_lock);
	kfree(new);
	return nexthop;
}

/**
 * svcbind_nexthop_put() - drop a reference
 * @nexthop: the next hop, or NULL
 *
 * Context: process context.
 */
void svcbind_nexthop_put(struct svcbind_nexthop *nexthop)
{
	struct svcbind_net *sn;

	if (!nexthop)
		return;
	sn = nexthop->device->sn;
	spin_lock_bh(&sn->device_lock);
	if (refcount_dec_and_test(&nexthop->refs)) {
		list_del(&nexthop->list);
		sn->n_nexthops--;
		svcbind_nexthop_update(nexthop, NULL);
		kfree_rcu(nexthop, rcu);
	}
	spin_unlock_bh(&sn->device_lock);
}

/**
 * svcbind_nexthop_dst() - the route of a next hop
 * @nexthop: the next hop, or NULL
 *
 * Context: RCU read side.
 * Return: a reference to the route, NULL if there is none now.
 */
struct dst_entry *svcbind_nexthop_dst(const struct svcbind_nexthop *nexthop)
{
	struct dst_entry *dst;

	dst = nexthop ? rcu_dereference(nexthop->dst) : NULL;
	return dst && dst_hold_safe(dst) ? dst : NULL;
}
