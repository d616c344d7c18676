/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the kernels that the module builds for. */
#ifndef _SVCBIND_COMPAT_H
#define _SVCBIND_COMPAT_H

#include <linux/kernfs.h>
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <net/flow.h>
#include <net/genetlink.h>
#include <net/if_inet6.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#ifdef SVCBIND_HAVE_FIB6_LOOKUP_STUB
#include <net/ipv6_stubs.h>
#endif
#include <net/route.h>
#include <net/sock.h>
#include <net/xfrm.h>

/**
 * svcbind_ifa6_valid() - may packets be sent from this address?
 * @ifa: the address
 *
 * Follows __ipv6_dev_get_saddr().
 *
 * Context: RCU read side.
 * Return: whether duplicate address detection lets it be used.
 */
static inline bool svcbind_ifa6_valid(const struct inet6_ifaddr *ifa)
{
	return !(ifa->flags & IFA_F_DADFAILED) &&
	       (!(ifa->flags & IFA_F_TENTATIVE) ||
		ifa->flags & IFA_F_OPTIMISTIC);
}

/**
 * svcbind_fl4_set_tos() - the type of service that a packet is routed by
 * @fl4: the flow
 * @tos: that of its header
 */
static inline void svcbind_fl4_set_tos(struct flowi4 *fl4, u8 tos)
{
#ifdef SVCBIND_HAVE_FLOWI4_DSCP
	fl4->flowi4_dscp = inet_dsfield_to_dscp(tos);
#elif defined(IPTOS_RT_MASK)
	fl4->flowi4_tos = tos & IPTOS_RT_MASK;
#else
	fl4->flowi4_tos = tos & INET_DSCP_MASK;
#endif
}

/**
 * svcbind_fib6_lookup() - what does the IPv6 routing table say?
 * @net: the namespace
 * @fl6: the flow
 * @res: filled in; no reference is taken, no route is made
 * @flags: RT6_LOOKUP_F_*
 *
 * Context: RCU read side.
 * Return: 0 or an error.
 */
static inline int svcbind_fib6_lookup(struct net *net, struct flowi6 *fl6,
				      struct fib6_result *res, int flags)
{
#ifdef SVCBIND_HAVE_FIB6_LOOKUP_STUB
	return ipv6_stub->fib6_lookup(net, fl6->flowi6_oif, fl6, res, flags);
#else
	return fib6_lookup(net, fl6->flowi6_oif, fl6, res, flags);
#endif
}

/**
 * svcbind_decode_session() - what IPsec policies select a packet by
 * @net: the namespace
 * @skb: the packet; its head may move
 * @fl: filled in
 * @family: AF_INET or AF_INET6
 *
 * Context: any.
 * Return: 0 or an error.
 */
static inline int svcbind_decode_session(struct net *net, struct sk_buff *skb,
					 struct flowi *fl, u8 family)
{
#ifdef SVCBIND_HAVE_DECODE_SESSION_NET
	return xfrm_decode_session(net, skb, fl, family);
#else
	return xfrm_decode_session(skb, fl, family);
#endif
}

/**
 * svcbind_is_duplicate() - is this a copy that nf_dup or TEE sends elsewhere?
 *
 * Context: LOCAL_OUT.
 * Return: whether it is.
 */
static inline bool svcbind_is_duplicate(void)
{
#ifdef SVCBIND_HAVE_IN_NF_DUPLICATE
	return current->in_nf_duplicate;
#else
	return this_cpu_read(nf_skb_duplicated);
#endif
}

/**
 * svcbind_is_ipvs() - is this what IPVS forwards?
 * @skb: the packet
 *
 * Context: LOCAL_OUT.
 * Return: whether it is.
 */
static inline bool svcbind_is_ipvs(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_IP_VS)
	return skb->ipvs_property;
#else
	return false;
#endif
}

/**
 * svcbind_sk_uid() - who owns a socket
 * @sk: a full socket
 *
 * Context: any.
 * Return: the owner, whom fchown() can change.
 */
static inline kuid_t svcbind_sk_uid(const struct sock *sk)
{
#ifdef SVCBIND_HAVE_SK_UID
	return sk_uid(sk);
#else
	return READ_ONCE(sk->sk_uid);
#endif
}

/**
 * svcbind_kernfs_name() - the name of a node
 * @kn: the node, of a hierarchy where nothing is renamed
 *
 * Context: RCU read side.
 * Return: the name.
 */
static inline const char *svcbind_kernfs_name(const struct kernfs_node *kn)
{
#ifdef SVCBIND_HAVE_KERNFS_RCU_NAME
	return rcu_dereference(kn->name);
#else
	return kn->name;
#endif
}

/**
 * svcbind_multicast() - send to a group of listeners
 * @family: whose group it is
 * @net: the namespace
 * @skb: the message; consumed
 * @group: the group's number within the family
 * @keep_from: gets the listener's socket, the message and @net; whether to keep
 *	it from that one. Older kernels can't.
 *
 * Context: process context.
 */
static inline void
svcbind_multicast(const struct genl_family *family, struct net *net,
		  struct sk_buff *skb, unsigned int group,
		  int (*keep_from)(struct sock *, struct sk_buff *, void *))
{
#ifdef SVCBIND_HAVE_MULTICAST_FILTER
	genlmsg_multicast_netns_filtered(family, net, skb, 0, group,
					 GFP_KERNEL, keep_from, net);
#else
	genlmsg_multicast_netns(family, net, skb, 0, group, GFP_KERNEL);
#endif
}

#endif /* _SVCBIND_COMPAT_H */
