/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_DEVICE_H
#define _SVCBIND_DEVICE_H

#include <linux/if.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <net/dst.h>
#include <net/ipv6.h>

#include <uapi/linux/svcbind.h>

struct svcbind_net;

/* What one namespace may make the kernel keep: names that bindings use, and
 * routes of svcbind's own, which come from caches that aren't accounted.
 */
#define SVCBIND_MAX_NAMES	1024
#define SVCBIND_MAX_NEXTHOPS	4096

/**
 * struct svcbind_device - a device name that bindings use
 * @sn: the namespace in which the name is looked up
 * @list: in @sn->devices, under @sn->device_lock
 * @refs: one for every binding that names it
 * @name: the name
 * @dev: the device that has the name now, or NULL. Written under
 *	@sn->device_lock; read under RCU. No reference is held: the notifier
 *	clears it at NETDEV_UNREGISTER, and unregister_netdevice_many() lets an
 *	RCU grace period pass after that before the device goes away.
 * @nexthops: list of struct svcbind_nexthop, under @sn->device_lock
 * @stamp: of the last walk through a ruleset that met it; under @sn->lock
 * @told: the state that events told last, where @is_told; under @sn->lock
 * @is_told: they told one
 * @rcu: readers may still look at a device whose last binding is gone
 */
struct svcbind_device {
	struct svcbind_net *sn;
	struct list_head list;
	refcount_t refs;
	char name[IFNAMSIZ];
	struct net_device __rcu *dev;
	struct list_head nexthops;
	u32 stamp;
	enum svcbind_state told;
	bool is_told;
	struct rcu_head rcu;
};

/**
 * struct svcbind_nexthop - a route of our own through a device
 * @device: the device
 * @list: in @device->nexthops
 * @refs: one for every binding that uses it
 * @family: AF_INET or AF_INET6
 * @gateway: the next hop, or unspecified: the destination itself
 * @dst: made when the device appears, so that no packet has to; NULL while
 *	there is none. RCU; written under the namespace's device_lock.
 * @rcu: readers may still look at it
 *
 * Neither a struct rtable nor a struct rt6_info without RTF_CACHE holds the
 * destination (see rt_nexthop() and rt6_nexthop()), so that one serves all.
 */
struct svcbind_nexthop {
	struct svcbind_device *device;
	struct list_head list;
	refcount_t refs;
	u8 family;
	struct in6_addr gateway;
	struct dst_entry __rcu *dst;
	struct rcu_head rcu;
};

struct svcbind_device *svcbind_device_get(struct svcbind_net *sn,
					  const char *name);
void svcbind_device_put(struct svcbind_device *device);
struct svcbind_nexthop *svcbind_nexthop_get(struct svcbind_device *device,
					    u8 family,
					    const struct in6_addr *gateway);
void svcbind_nexthop_update(struct svcbind_nexthop *nexthop,
			    struct net_device *dev);
void svcbind_nexthop_put(struct svcbind_nexthop *nexthop);
struct dst_entry *svcbind_nexthop_dst(const struct svcbind_nexthop *nexthop);

bool svcbind_device_enslaved(const struct net_device *dev);
bool svcbind_device_has_addr(struct net_device *dev, u8 family,
			     const union nf_inet_addr *addr);
bool svcbind_device_usable(struct net_device *dev, u8 family,
			   const union nf_inet_addr *daddr);
enum svcbind_state svcbind_device_state(const struct svcbind_device *device);
bool svcbind_device_is_settling(const struct svcbind_device *device);
const char *svcbind_device_master(const struct svcbind_device *device);

int svcbind_device_init(void);
void svcbind_device_exit(void);

#endif /* _SVCBIND_DEVICE_H */
