/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_EGRESS_H
#define _SVCBIND_EGRESS_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>

#include "stats.h"

struct net_device;
struct svcbind_binding;
struct svcbind_bound;
struct svcbind_flow;

/**
 * struct svcbind_choice - where a packet should leave
 * @verdict: SVCBIND_PASS, SVCBIND_STEER, or why there is nothing
 * @sourced: nf_nat has yet to see to the source, which is to be of @dev
 * @bound: the entry of the binding
 * @dev: the device
 * @dst: for SVCBIND_STEER the route, a reference that the caller owns
 */
struct svcbind_choice {
	enum svcbind_verdict verdict;
	bool sourced;
	const struct svcbind_bound *bound;
	struct net_device *dev;
	struct dst_entry *dst;
};

/**
 * struct svcbind_want - which device of a binding a flow should have
 * @ifindex: the one that the socket's owner bound it to, or 0
 * @source: else the one that has this address, or NULL: any
 * @only: no other will do
 */
struct svcbind_want {
	int ifindex;
	const union nf_inet_addr *source;
	bool only;
};

void svcbind_egress_choose(struct svcbind_choice *choice,
			   const struct svcbind_binding *binding,
			   const struct svcbind_flow *flow,
			   struct sk_buff *skb,
			   const struct svcbind_want *want);
struct dst_entry *svcbind_egress_route(struct net_device *dev,
				       const struct svcbind_flow *flow,
				       struct sk_buff *skb);
struct dst_entry *svcbind_egress_hop(const struct svcbind_bound *bound,
				     struct net_device *dev,
				     const struct svcbind_flow *flow,
				     struct sk_buff *skb);
bool svcbind_egress_right(struct net_device *dev,
			  const struct svcbind_flow *flow,
			  const struct sk_buff *skb);
bool svcbind_egress_leads(struct net_device *dev,
			  const struct svcbind_flow *flow);
bool svcbind_egress_is_own(struct net *net, const struct svcbind_flow *flow);
bool svcbind_egress_onlink(struct net_device *dev, u8 family,
			   const union nf_inet_addr *daddr);
int svcbind_egress_steer(struct sk_buff *skb, struct dst_entry *dst);

#endif /* _SVCBIND_EGRESS_H */
