// SPDX-License-Identifier: GPL-2.0
/* Who answers for an address, and asks with which: ARP of bound devices. */

#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_ipv4.h>
#include <linux/rtnetlink.h>
#include <net/arp.h>
#include <net/rtnetlink.h>

#include "arp.h"
#include "netns.h"
#include "output.h"
#include "ruleset.h"
#include "source.h"

/**
 * struct svcbind_arp_packet - an ARP packet for IPv4 over Ethernet-like links
 * @op: in host byte order
 * @sip: sender
 * @tip: target
 * @sip_offset: of the sender in the packet
 */
struct svcbind_arp_packet {
	u16 op;
	__be32 sip;
	__be32 tip;
	int sip_offset;
};

static bool svcbind_arp_parse(struct svcbind_arp_packet *arp,
			      const struct sk_buff *skb,
			      const struct net_device *dev)
{
	const struct arphdr *header;
	struct arphdr buffer;
	int offset = skb_network_offset(skb);
	__be32 ip[2];

	header = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!header || header->ar_pro != htons(ETH_P_IP) ||
	    header->ar_pln != 4 || header->ar_hln != dev->addr_len ||
	    dev->type == ARPHRD_IEEE1394)
		return false;
	arp->op = ntohs(header->ar_op);
	arp->sip_offset = offset + sizeof(*header) + dev->addr_len;
	if (skb_copy_bits(skb, arp->sip_offset, &ip[0], 4) ||
	    skb_copy_bits(skb, arp->sip_offset + 4 + dev->addr_len, &ip[1], 4))
		return false;
	arp->sip = ip[0];
	arp->tip = ip[1];
	return true;
}

/* The hooks may be there for a ruleset that waits to come back. */
static bool svcbind_arp_judges(const struct svcbind_ruleset *rs,
			       const struct net_device *dev)
{
	return rs->need & SVCBIND_NEED_ARP &&
	       (rs->policy.arp == SVCBIND_ARP_ALL ||
		svcbind_ruleset_binds(rs, dev));
}

/* Addresses there belong to no port. */
static bool svcbind_arp_homeless(const struct net_device *dev)
{
	return dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev) ||
	       (dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind,
					      "dummy"));
}

/* arp_process() asks whether the target is an address of this host's, and
 * arp_ignore judges the receiving device only: whoever owns the address, up
 * or down, is asked here.
 */
static unsigned int svcbind_arp_in(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct net_device *in = state->in, *owner;
	const struct svcbind_ruleset *rs;
	union nf_inet_addr addr;
	struct svcbind_arp_packet arp;

	if (!READ_ONCE(svcbind_enforce) || !svcbind_arp_parse(&arp, skb, in) ||
	    arp.op != ARPOP_REQUEST || !arp.sip || arp.sip == arp.tip)
		return NF_ACCEPT;
	addr.ip = arp.tip;
	if (svcbind_device_has_addr(in, AF_INET, &addr))
		return NF_ACCEPT;
	owner = __ip_dev_find(state->net, arp.tip, false);
	if (!owner || svcbind_arp_homeless(owner))
		return NF_ACCEPT;
	rs = rcu_dereference(svcbind_net(state->net)->ruleset);
	if (!svcbind_arp_judges(rs, in) && !svcbind_arp_judges(rs, owner))
		return NF_ACCEPT;
	return NF_DROP;
}

/* A bound device asks with its own address, and no other with a bound one's,
 * lest the peer learn from the question that another's is behind it
 * (arp_solicit() takes the packet's, arp_process() believes it). For a bound
 * device that goes for a loopback or dummy device's address too: others may
 * answer for it.
 */
static unsigned int svcbind_arp_out(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	union nf_inet_addr addr, tip;
	const struct svcbind_ruleset *rs;
	struct net_device *out = state->out, *owner;
	struct svcbind_arp_packet arp;

	if (!READ_ONCE(svcbind_enforce) || !svcbind_arp_parse(&arp, skb, out) ||
	    arp.op != ARPOP_REQUEST || !arp.sip || arp.sip == arp.tip)
		return NF_ACCEPT;
	addr.ip = arp.sip;
	if (svcbind_device_has_addr(out, AF_INET, &addr))
		return NF_ACCEPT;
	/* What isn't this host's is being forwarded or proxied. */
	owner = __ip_dev_find(state->net, arp.sip, false);
	if (!owner)
		return NF_ACCEPT;
	rs = rcu_dereference(svcbind_net(state->net)->ruleset);
	if (!svcbind_arp_judges(rs, out) &&
	    (svcbind_arp_homeless(owner) || !svcbind_arp_judges(rs, owner)))
		return NF_ACCEPT;
	tip.ip = arp.tip;
	if (!svcbind_source_pick(out, AF_INET, &tip, &addr))
		return NF_ACCEPT;
	if (skb_store_bits(skb, arp.sip_offset, &addr.ip, 4))
		return NF_DROP;
	return NF_ACCEPT;
}

static const struct nf_hook_ops svcbind_arp_ops[] = {
	{
		.hook = svcbind_arp_in,
		.pf = NFPROTO_ARP,
		.hooknum = NF_ARP_IN,
		.priority = NF_IP_PRI_FILTER,
	}, {
		.hook = svcbind_arp_out,
		.pf = NFPROTO_ARP,
		.hooknum = NF_ARP_OUT,
		.priority = NF_IP_PRI_FILTER,
	},
};

/**
 * svcbind_arp_announce() - gratuitous ARP for a bound device's addresses
 * @sn: the namespace
 * @dev: the device
 * @only: the one address to announce, or NULL for all of them
 *
 * Follows inetdev_send_gratuitous_arp().
 *
 * Context: process context or RTNL; takes the RCU read side.
 */
void svcbind_arp_announce(struct svcbind_net *sn, struct net_device *dev,
			  const struct in_ifaddr *only)
{
	const struct svcbind_ruleset *rs;
	const struct in_ifaddr *ifa;
	struct in_device *in_dev;

	rcu_read_lock();
	rs = rcu_dereference(sn->ruleset);
	in_dev = __in_dev_get_rcu(dev);
	if (in_dev && netif_running(dev) && rs->need & SVCBIND_NEED_ARP &&
	    READ_ONCE(svcbind_enforce) && svcbind_ruleset_binds(rs, dev) &&
	    !(dev->flags & IFF_NOARP))
		in_dev_for_each_ifa_rcu(ifa, in_dev)
			if (!only || ifa == only)
				arp_send(ARPOP_REQUEST, ETH_P_ARP,
					 ifa->ifa_local, dev, ifa->ifa_local,
					 NULL, dev->dev_addr, NULL);
	rcu_read_unlock();
}

/**
 * svcbind_arp_announce_new() - the same for what a new ruleset newly binds
 * @sn: the namespace
 * @old: the ruleset before
 * @new: the ruleset now
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_arp_announce_new(struct svcbind_net *sn,
			      const struct svcbind_ruleset *old,
			      const struct svcbind_ruleset *new)
{
	struct net_device *dev;
	u32 i;

	if (!(new->need & SVCBIND_NEED_ARP))
		return;
	rcu_read_lock();
	for (i = 0; i < new->n_devices; i++) {
		dev = rcu_dereference(new->device[i]->dev);
		if (dev && !(old->need & SVCBIND_NEED_ARP &&
			     svcbind_ruleset_binds(old, dev)))
			svcbind_arp_announce(sn, dev, NULL);
	}
	rcu_read_unlock();
}

/**
 * svcbind_arp_enable() - start to judge ARP
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or what nf_register_net_hooks() said.
 */
int svcbind_arp_enable(struct svcbind_net *sn)
{
	return nf_register_net_hooks(sn->net, svcbind_arp_ops,
				     ARRAY_SIZE(svcbind_arp_ops));
}

/**
 * svcbind_arp_disable() - stop to judge ARP
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_arp_disable(struct svcbind_net *sn)
{
	nf_unregister_net_hooks(sn->net, svcbind_arp_ops,
				ARRAY_SIZE(svcbind_arp_ops));
}
