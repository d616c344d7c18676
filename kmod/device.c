// SPDX-License-Identifier: GPL-2.0
/* Names of devices, the devices that have them, and what state they are in. */

#include <linux/inetdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "arp.h"
#include "compat.h"
#include "device.h"
#include "event.h"
#include "netns.h"

static void svcbind_device_attach(struct svcbind_device *device,
				  struct net_device *dev)
{
	struct svcbind_nexthop *nexthop;

	lockdep_assert_held(&device->sn->device_lock);
	rcu_assign_pointer(device->dev, dev);
	list_for_each_entry(nexthop, &device->nexthops, list)
		svcbind_nexthop_update(nexthop, dev);
}

static struct svcbind_device *svcbind_device_find(struct svcbind_net *sn,
						  const char *name)
{
	struct svcbind_device *device;

	lockdep_assert_held(&sn->device_lock);
	list_for_each_entry(device, &sn->devices, list)
		if (!strcmp(device->name, name))
			return device;
	return NULL;
}

/**
 * svcbind_device_get() - use a device name
 * @sn: the namespace
 * @name: the name, whether there is such a device or not
 *
 * Context: process context.
 * Return: the name's entry with a reference; -ENOMEM, or -ENOSPC if there are
 * too many names.
 */
struct svcbind_device *svcbind_device_get(struct svcbind_net *sn,
					  const char *name)
{
	struct svcbind_device *new, *device;
	struct net_device *dev;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return ERR_PTR(-ENOMEM);
	new->sn = sn;
	strscpy(new->name, name, sizeof(new->name));
	INIT_LIST_HEAD(&new->nexthops);
	refcount_set(&new->refs, 1);

	spin_lock_bh(&sn->device_lock);
	device = svcbind_device_find(sn, name);
	if (device) {
		refcount_inc(&device->refs);
	} else if (sn->n_devices >= SVCBIND_MAX_NAMES) {
		device = ERR_PTR(-ENOSPC);
	} else {
		/* Under the lock: a device that is found here is still
		 * listed, so that its NETDEV_UNREGISTER has yet to come.
		 */
		rcu_read_lock();
		dev = dev_get_by_name_rcu(sn->net, name);
		/* An alternative name is not the device's. */
		if (dev && strcmp(dev->name, name))
			dev = NULL;
		svcbind_device_attach(new, dev);
		rcu_read_unlock();
		list_add(&new->list, &sn->devices);
		sn->n_devices++;
		device = new;
		new = NULL;
	}
	spin_unlock_bh(&sn->device_lock);
	kfree(new);
	return device;
}

/**
 * svcbind_device_put() - drop a reference
 * @device: the device, or NULL
 *
 * Context: process context.
 */
void svcbind_device_put(struct svcbind_device *device)
{
	struct svcbind_net *sn;

	if (!device)
		return;
	sn = device->sn;
	spin_lock_bh(&sn->device_lock);
	if (refcount_dec_and_test(&device->refs)) {
		WARN_ON_ONCE(!list_empty(&device->nexthops));
		list_del(&device->list);
		sn->n_devices--;
		kfree_rcu(device, rcu);
	}
	spin_unlock_bh(&sn->device_lock);
}

/**
 * svcbind_device_enslaved() - is the device a port of a bond or bridge?
 * @dev: the device
 *
 * Context: RCU read side, or RTNL.
 * Return: whether it is; what it sends and receives then is its master's.
 */
bool svcbind_device_enslaved(const struct net_device *dev)
{
	return netif_is_any_bridge_port(dev) || netif_is_lag_port(dev);
}

static bool svcbind_has_addr4(const struct net_device *dev, __be32 addr)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (addr ? ifa->ifa_local == addr :
			   ifa->ifa_scope <= RT_SCOPE_LINK)
			return true;
	return false;
}

static bool svcbind_has_scope6(const struct net_device *dev, int scope)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	if (!idev)
		return false;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (svcbind_ifa6_valid(ifa) &&
		    (ifa->scope == scope || scope == IFA_LINK))
			return true;
	return false;
}

/**
 * svcbind_device_has_addr() - does the device have this address?
 * @dev: the device
 * @family: of the address
 * @addr: the address
 *
 * Context: RCU read side.
 * Return: whether it has, and it isn't tentative.
 */
bool svcbind_device_has_addr(struct net_device *dev, u8 family,
			     const union nf_inet_addr *addr)
{
	if (family == AF_INET)
		return addr->ip && svcbind_has_addr4(dev, addr->ip);
	return ipv6_chk_addr(dev_net(dev), &addr->in6, dev, 1);
}

static bool svcbind_device_up(const struct net_device *dev)
{
	return netif_running(dev) && netif_carrier_ok(dev) &&
	       !svcbind_device_enslaved(dev) && !netif_is_l3_master(dev);
}

/**
 * svcbind_device_usable() - can the device carry a packet to a peer now?
 * @dev: the device
 * @family: of the packet
 * @daddr: the peer
 *
 * The carrier bit is asked, not netif_oper_up(): linkwatch may lag by a
 * second.
 *
 * Context: RCU read side.
 * Return: whether it is up, has carrier and an address of sufficient scope,
 * and belongs to no bond or bridge.
 */
bool svcbind_device_usable(struct net_device *dev, u8 family,
			   const union nf_inet_addr *daddr)
{
	if (!svcbind_device_up(dev))
		return false;
	if (family == AF_INET)
		return svcbind_has_addr4(dev, 0);
	return svcbind_has_scope6(dev, ipv6_addr_type(&daddr->in6) &
				       IPV6_ADDR_LINKLOCAL ? IFA_LINK : 0);
}

/**
 * svcbind_device_state() - what to tell the administrator
 * @device: the device's name
 *
 * Context: RCU read side.
 * Return: its state; an address of either family makes it usable.
 */
enum svcbind_state svcbind_device_state(const struct svcbind_device *device)
{
	const struct net_device *dev = rcu_dereference(device->dev);

	if (!dev)
		return SVCBIND_STATE_PENDING;
	if (svcbind_device_enslaved(dev))
		return SVCBIND_STATE_ENSLAVED;
	if (!netif_running(dev))
		return SVCBIND_STATE_DOWN;
	if (!netif_carrier_ok(dev))
		return SVCBIND_STATE_NO_CARRIER;
	if (!svcbind_has_addr4(dev, 0) && !svcbind_has_scope6(dev, 0))
		return SVCBIND_STATE_NO_ADDRESS;
	return SVCBIND_STATE_USABLE;
}

/**
 * svcbind_device_is_settling() - may its state change without a notification?
 * @device: the device's name
 *
 * addrconf_dad_completed() notifies nobody in the kernel.
 *
 * Context: RCU read side.
 * Return: whether duplicate address detection still looks at an address of a
 * device that has no other.
 */
bool svcbind_device_is_settling(const struct svcbind_device *device)
{
	const struct net_device *dev = rcu_dereference(device->dev);
	const struct inet6_ifaddr *ifa;
	struct inet6_dev *idev;

	if (!dev || svcbind_device_state(device) != SVCBIND_STATE_NO_ADDRESS)
		return false;
	idev = __in6_dev_get(dev);
	if (!idev)
		return false;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (ifa->flags & IFA_F_TENTATIVE &&
		    !(ifa->flags & IFA_F_DADFAILED))
			return true;
	return false;
}

/**
 * svcbind_device_master() - what to bind instead of an enslaved device
 * @device: the device's name
 *
 * Context: RCU read side.
 * Return: the name of the bond or bridge, NULL if there is none.
 */
const char *svcbind_device_master(const struct svcbind_device *device)
{
	struct net_device *dev = rcu_dereference(device->dev);
	const struct net_device *master;

	if (!dev || !svcbind_device_enslaved(dev))
		return NULL;
	master = netdev_master_upper_dev_get_rcu(dev);
	return master ? master->name : NULL;
}

/* A device came, went, or changed its name: who has which name now? */
static void svcbind_device_rename(struct svcbind_net *sn,
				  struct net_device *dev, bool gone)
{
	struct svcbind_device *device;
	struct net_device *had;
	bool has;

	spin_lock_bh(&sn->device_lock);
	list_for_each_entry(device, &sn->devices, list) {
		had = rcu_dereference_protected(device->dev,
						lockdep_is_held(&sn->device_lock));
		/* Until it is registered here, its name may be another's. */
		has = !gone && !strcmp(device->name, dev->name) &&
		      __dev_get_by_name(sn->net, dev->name) == dev;
		if (has)
			svcbind_device_attach(device, dev);
		else if (had == dev)
			svcbind_device_attach(device, NULL);
	}
	spin_unlock_bh(&sn->device_lock);
}

static int svcbind_device_event(struct notifier_block *nb, unsigned long event,
				void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct svcbind_net *sn = svcbind_net(dev_net(dev));

	switch (event) {
	case NETDEV_UNREGISTER:
		svcbind_device_rename(sn, dev, true);
		break;
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEMTU:
		/* inet6_dev goes away below an MTU of 1280, and comes anew. */
		svcbind_device_rename(sn, dev, false);
		break;
	case NETDEV_UP:
		svcbind_device_rename(sn, dev, false);
		svcbind_arp_announce(sn, dev, NULL);
		break;
	case NETDEV_CHANGE:
		if (netif_carrier_ok(dev))
			svcbind_arp_announce(sn, dev, NULL);
		break;
	case NETDEV_DOWN:
	case NETDEV_CHANGEUPPER:
		break;
	default:
		return NOTIFY_DONE;
	}
	svcbind_event_look(sn);
	return NOTIFY_DONE;
}

static int svcbind_device_addr_event(struct notifier_block *nb,
				     unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct net_device *dev = ifa->ifa_dev->dev;
	struct svcbind_net *sn = svcbind_net(dev_net(dev));

	if (event == NETDEV_UP)
		svcbind_arp_announce(sn, dev, ifa);
	svcbind_event_look(sn);
	return NOTIFY_DONE;
}

static struct notifier_block svcbind_device_addr_notifier = {
	.notifier_call = svcbind_device_addr_event,
};

/* In softirq too, when an address comes of a router's advertisement. */
static int svcbind_device_addr6_event(struct notifier_block *nb,
				      unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	svcbind_event_look(svcbind_net(dev_net(ifa->idev->dev)));
	return NOTIFY_DONE;
}

static struct notifier_block svcbind_device_addr6_notifier = {
	.notifier_call = svcbind_device_addr6_event,
};

/* addrconf's notifier (priority ADDRCONF_NOTIFY_PRIORITY, 0) makes and ends
 * the inet6_dev that the next hops hold: be after it.
 */
static struct notifier_block svcbind_device_notifier = {
	.notifier_call = svcbind_device_event,
	.priority = -10,
};

/**
 * svcbind_device_init() - start to follow devices
 *
 * Context: module init, after the namespaces.
 * Return: 0 or an error of what registers notifiers.
 */
int svcbind_device_init(void)
{
	int err;

	err = register_netdevice_notifier(&svcbind_device_notifier);
	if (err)
		return err;
	err = register_inetaddr_notifier(&svcbind_device_addr_notifier);
	if (err)
		goto err_netdevice;
	err = register_inet6addr_notifier(&svcbind_device_addr6_notifier);
	if (err)
		goto err_inetaddr;
	return 0;

err_inetaddr:
	unregister_inetaddr_notifier(&svcbind_device_addr_notifier);
err_netdevice:
	unregister_netdevice_notifier(&svcbind_device_notifier);
	return err;
}

/**
 * svcbind_device_exit() - stop to follow devices
 *
 * Context: module exit, before the namespaces.
 */
void svcbind_device_exit(void)
{
	unregister_inet6addr_notifier(&svcbind_device_addr6_notifier);
	unregister_inetaddr_notifier(&svcbind_device_addr_notifier);
	unregister_netdevice_notifier(&svcbind_device_notifier);
}
