/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the kernels that the module builds for. */
#ifndef _SVCBIND_COMPAT_H
#define _SVCBIND_COMPAT_H

#include <linux/ip.h>
#include <net/flow.h>
#include <net/if_inet6.h>
#include <net/inet_dscp.h>
#include <net/route.h>

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
 * @iph: the packet's header
 */
static inline void svcbind_fl4_set_tos(struct flowi4 *fl4,
				       const struct iphdr *iph)
{
#ifdef IPTOS_RT_MASK
	fl4->flowi4_tos = iph->tos & IPTOS_RT_MASK;
#else
	fl4->flowi4_tos = iph->tos & INET_DSCP_MASK;
#endif
}

#endif /* _SVCBIND_COMPAT_H */
