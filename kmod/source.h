/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_SOURCE_H
#define _SVCBIND_SOURCE_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct net_device;
struct svcbind_flow;
struct svcbind_net;

/**
 * struct svcbind_source_load - connection tracking in a namespace
 * @count: connections
 * @max: how many there can be, in all namespaces alike; 0: no limit
 * @drop: packets that were dropped, for want of room as for other reasons
 */
struct svcbind_source_load {
	u32 count;
	u32 max;
	u64 drop;
};

bool svcbind_source_pick(struct net_device *dev, u8 family,
			 const union nf_inet_addr *daddr,
			 union nf_inet_addr *saddr);
bool svcbind_source_sure6(struct net_device *dev);
bool svcbind_source_opens(const struct sk_buff *skb,
			  const struct svcbind_flow *flow);
bool svcbind_source_tracked(const struct sk_buff *skb);
bool svcbind_source_translated(const struct sk_buff *skb,
			       union nf_inet_addr *saddr);
bool svcbind_source_could(const struct sk_buff *skb, struct net_device *dev,
			  const struct svcbind_flow *flow,
			  union nf_inet_addr *saddr);
int svcbind_source_rewrite(struct sk_buff *skb, struct net_device *dev,
			   const struct svcbind_flow *flow);
int svcbind_source_pin(struct sk_buff *skb);

int svcbind_source_enable(struct svcbind_net *sn);
void svcbind_source_disable(struct svcbind_net *sn);
void svcbind_source_load(const struct net *net,
			 struct svcbind_source_load *load);
bool svcbind_source_is_on(const struct svcbind_net *sn);
void svcbind_source_stop(struct svcbind_net *sn);
void svcbind_source_net_init(struct svcbind_net *sn);

#endif /* _SVCBIND_SOURCE_H */
