// SPDX-License-Identifier: GPL-2.0
/* Echo replies leave through the device on which the request came in. */

#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/jhash.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "egress.h"
#include "flow.h"
#include "netns.h"
#include "output.h"
#include "reply.h"
#include "ruleset.h"

#define SVCBIND_REPLY_SLOTS	256
#define SVCBIND_REPLY_EXPIRY	(2 * HZ)

/**
 * struct svcbind_echo - what is remembered of an echo request
 * @family: AF_INET or AF_INET6; 0: nothing
 * @unicast: @daddr was asked for by its own name
 * @has_mac: @mac is known
 * @mac: the neighbour that delivered it
 * @id: identifier
 * @sequence: sequence number
 * @ifindex: the device on which it came in
 * @when: jiffies
 * @saddr: who asked
 * @daddr: who was asked
 */
struct svcbind_echo {
	u8 family;
	bool unicast;
	bool has_mac;
	u8 mac[ETH_ALEN];
	__be16 id;
	__be16 sequence;
	int ifindex;
	unsigned long when;
	union nf_inet_addr saddr;
	union nf_inet_addr daddr;
};

/**
 * struct svcbind_reply_slot - a place in the table
 * @version: odd while it is being written
 * @echo: the request
 */
struct svcbind_reply_slot {
	u32 version;
	struct svcbind_echo echo;
};

/**
 * struct svcbind_reply - a namespace's memory of echo requests
 * @rcu: for its end
 * @last: the last request of each CPU: icmp_rcv() answers it right after
 *	LOCAL_IN, on the same CPU, so that requests that are alike on several
 *	devices can't be mixed up; written with softirqs off
 * @counts: SVCBIND_REPLY_*
 * @slot: for what was answered elsewhere or later (NFQUEUE, IPv6 fragments,
 *	which are put together after LOCAL_IN)
 */
struct svcbind_reply {
	struct rcu_head rcu;
	struct svcbind_echo __percpu *last;
	struct svcbind_counter *counts;
	struct svcbind_reply_slot slot[SVCBIND_REPLY_SLOTS];
};

/* The bytes that ICMP and ICMPv6 echo messages begin with. */
struct svcbind_echo_header {
	u8 type;
	u8 code;
	__sum16 checksum;
	__be16 id;
	__be16 sequence;
};

/* The echo header of a packet if it is of the given kind, else NULL. */
static const struct svcbind_echo_header *
svcbind_echo_header(const struct sk_buff *skb, u8 family, u8 type4, u8 type6,
		    struct svcbind_echo_header *buffer)
{
	const struct svcbind_echo_header *header;
	int offset = skb_network_offset(skb);
	__be16 frag_off = 0;
	u8 proto;

	if (family == AF_INET) {
		proto = ip_hdr(skb)->protocol;
		frag_off = ip_hdr(skb)->frag_off & htons(IP_OFFSET);
		offset += ip_hdr(skb)->ihl * 4;
	} else {
		proto = ipv6_hdr(skb)->nexthdr;
		offset = ipv6_skip_exthdr(skb, offset + sizeof(struct ipv6hdr),
					  &proto, &frag_off);
		frag_off &= htons(~0x7);
	}
	if (proto != (family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6) ||
	    frag_off || offset < 0)
		return NULL;
	header = skb_header_pointer(skb, offset, sizeof(*buffer), buffer);
	if (!header || header->type != (family == AF_INET ? type4 : type6))
		return NULL;
	return header;
}

/* By who asked, and who was asked unless that was a group. */
static struct svcbind_reply_slot *
svcbind_reply_slot(struct svcbind_reply *reply, const struct svcbind_echo *echo)
{
	u32 hash = jhash2(echo->saddr.all, 4, (__force u16)echo->id << 16 |
			  (__force u16)echo->sequence);

	if (echo->unicast)
		hash = jhash2(echo->daddr.all, 4, hash);
	return &reply->slot[hash % SVCBIND_REPLY_SLOTS];
}

/* Two CPUs may want one slot: the second leaves it alone. Its own request is
 * in its per-CPU record, which serves nearly always.
 */
static void svcbind_reply_write(struct svcbind_reply_slot *slot,
				const struct svcbind_echo *echo)
{
	u32 version = READ_ONCE(slot->version);

	if (version & 1 ||
	    cmpxchg(&slot->version, version, version + 1) != version)
		return;
	/* A reader that sees half of it sees an odd version, too. */
	data_race(slot->echo = *echo);
	/* Pairs with the reader's acquire: an even version means whole. */
	smp_store_release(&slot->version, version + 2);
}

static bool svcbind_reply_read(const struct svcbind_reply_slot *slot,
			       struct svcbind_echo *echo)
{
	u32 version;

	/* Pairs with the writer's release. */
	version = smp_load_acquire(&slot->version);
	if (version & 1)
		return false;
	/* Thrown away where a writer was there meanwhile. */
	data_race(*echo = slot->echo);
	/* Pairs with cmpxchg(): a writer that came meanwhile is seen. */
	smp_rmb();
	return READ_ONCE(slot->version) == version;
}

/* The port: a VRF's packets are seen as its master's in LOCAL_IN. */
static int svcbind_reply_ingress(const struct sk_buff *skb, u8 family)
{
	if (!netif_is_l3_master(skb->dev))
		return skb->dev->ifindex;
	return family == AF_INET ? IPCB(skb)->iif : IP6CB(skb)->iif;
}

static void svcbind_echo_fill(struct svcbind_echo *echo,
			      const struct sk_buff *skb, u8 family,
			      const struct svcbind_echo_header *header)
{
	memset(echo, 0, sizeof(*echo));
	echo->family = family;
	echo->id = header->id;
	echo->sequence = header->sequence;
	echo->ifindex = svcbind_reply_ingress(skb, family);
	echo->when = jiffies;
	if (family == AF_INET) {
		echo->saddr.ip = ip_hdr(skb)->saddr;
		echo->daddr.ip = ip_hdr(skb)->daddr;
		echo->unicast = !(skb_rtable(skb)->rt_flags &
				  (RTCF_BROADCAST | RTCF_MULTICAST));
	} else {
		echo->saddr.in6 = ipv6_hdr(skb)->saddr;
		echo->daddr.in6 = ipv6_hdr(skb)->daddr;
		echo->unicast = !ipv6_addr_is_multicast(&echo->daddr.in6) &&
				!ipv6_anycast_destination(skb_dst(skb),
							  &echo->daddr.in6);
	}
	echo->has_mac = skb->dev->type == ARPHRD_ETHER &&
			skb_mac_header_was_set(skb);
	if (echo->has_mac)
		ether_addr_copy(echo->mac, eth_hdr(skb)->h_source);
}

/* After every NAT of LOCAL_IN: the addresses are what icmp_rcv() will see. */
static unsigned int svcbind_reply_in(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	const struct svcbind_echo_header *header;
	struct svcbind_echo_header buffer;
	struct svcbind_reply *reply;
	struct svcbind_echo *last;

	header = svcbind_echo_header(skb, state->pf, ICMP_ECHO,
				     ICMPV6_ECHO_REQUEST, &buffer);
	reply = rcu_dereference(svcbind_net(state->net)->reply);
	if (!header || !reply)
		return NF_ACCEPT;
	/* Process context, where NFQUEUE reinjects. */
	local_bh_disable();
	last = this_cpu_ptr(reply->last);
	svcbind_echo_fill(last, skb, state->pf, header);
	svcbind_reply_write(svcbind_reply_slot(reply, last), last);
	local_bh_enable();
	return NF_ACCEPT;
}

static bool svcbind_echo_answers(const struct svcbind_echo *echo,
				 const struct svcbind_echo *answer)
{
	return echo->family == answer->family && echo->id == answer->id &&
	       echo->sequence == answer->sequence &&
	       nf_inet_addr_cmp(&echo->saddr, &answer->daddr) &&
	       (!echo->unicast ||
		nf_inet_addr_cmp(&echo->daddr, &answer->saddr)) &&
	       time_before(jiffies, echo->when + SVCBIND_REPLY_EXPIRY);
}

/* Which request does this answer? */
static bool svcbind_reply_find(struct svcbind_reply *reply,
			       const struct svcbind_flow *flow,
			       const struct svcbind_echo_header *header,
			       struct svcbind_echo *echo)
{
	struct svcbind_echo answer = {
		.family = flow->family,
		.id = header->id,
		.sequence = header->sequence,
		.saddr = flow->saddr,
		.daddr = flow->daddr,
	};
	struct svcbind_echo request = answer;

	swap(request.saddr, request.daddr);
	request.unicast = true;
	local_bh_disable();
	*echo = *this_cpu_ptr(reply->last);
	local_bh_enable();
	if (svcbind_echo_answers(echo, &answer))
		return true;
	if (svcbind_reply_read(svcbind_reply_slot(reply, &request), echo) &&
	    svcbind_echo_answers(echo, &answer))
		return true;
	request.unicast = false;
	return svcbind_reply_read(svcbind_reply_slot(reply, &request), echo) &&
	       svcbind_echo_answers(echo, &answer);
}

/* Is NAT going to change the reply? Only POST_ROUTING would, which a reply
 * without a route doesn't get to.
 */
static bool svcbind_reply_translated(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct && READ_ONCE(ct->status) & IPS_NAT_MASK;
}

/* No route leads back there: give it to whom the request came from; a device
 * without addresses of its own has one neighbour only. There is no route to
 * fragment by; what doesn't fit isn't sent.
 */
static unsigned int svcbind_reply_last_hop(struct sk_buff *skb,
					   struct net_device *dev,
					   const struct svcbind_echo *echo)
{
	if ((dev->header_ops && !echo->has_mac) || dst_xfrm(skb_dst(skb)) ||
	    svcbind_reply_translated(skb) || skb->len > READ_ONCE(dev->mtu) ||
	    !netif_running(dev) || skb_cow_head(skb, LL_RESERVED_SPACE(dev)))
		return NF_DROP;
	skb->dev = dev;
	if (dev_hard_header(skb, dev, ntohs(skb->protocol), echo->mac, NULL,
			    skb->len) < 0)
		return NF_DROP;
	dev_queue_xmit(skb);
	return NF_STOLEN;
}

/* The route back: FIB, then whatever a binding knows of the device. */
static struct dst_entry *svcbind_reply_route(const struct svcbind_ruleset *rs,
					     struct net_device *dev,
					     const struct svcbind_flow *flow,
					     struct sk_buff *skb)
{
	const struct svcbind_binding *binding;
	const struct svcbind_bound *bound;
	struct dst_entry *dst;
	u32 i, j;

	dst = svcbind_egress_route(dev, flow, skb);
	for (i = 0; !dst && i < rs->n; i++) {
		binding = rs->service[i]->binding;
		for (j = 0; binding && !dst && j < binding->n; j++) {
			bound = &binding->bound[j];
			if (rcu_access_pointer(bound->device->dev) == dev)
				dst = svcbind_egress_hop(bound, dev, flow, skb);
		}
	}
	return dst;
}

static unsigned int svcbind_reply_steer(struct svcbind_net *sn,
					const struct svcbind_ruleset *rs,
					struct svcbind_reply *reply,
					struct sk_buff *skb,
					const struct svcbind_flow *flow,
					const struct svcbind_echo *echo)
{
	unsigned int verdict = NF_DROP;
	struct dst_entry *dst = NULL;
	struct net_device *dev;

	dev = dev_get_by_index_rcu(sn->net, echo->ifindex);
	if (dev && svcbind_egress_right(dev, flow, skb)) {
		svcbind_counter_add(reply->counts, SVCBIND_REPLY_INGRESS, 1);
		return NF_ACCEPT;
	}
	if (!READ_ONCE(svcbind_enforce) ||
	    rs->policy.enforce != SVCBIND_ENFORCE_ON) {
		svcbind_counter_add(reply->counts, SVCBIND_REPLY_STEERED, 1);
		return NF_ACCEPT;
	}
	if (dev)
		dst = svcbind_reply_route(rs, dev, flow, skb);
	if (!IS_ERR_OR_NULL(dst))
		verdict = svcbind_egress_steer(skb, dst) ? NF_DROP : NF_ACCEPT;
	else if (dev && !dst)
		verdict = svcbind_reply_last_hop(skb, dev, echo);
	if (verdict == NF_DROP) {
		svcbind_counter_add(reply->counts, SVCBIND_REPLY_NO_ROUTE, 1);
		return NF_DROP_ERR(-EHOSTUNREACH);
	}
	svcbind_counter_add(reply->counts, SVCBIND_REPLY_INGRESS, 1);
	svcbind_counter_add(reply->counts, SVCBIND_REPLY_STEERED, 1);
	return verdict;
}

static unsigned int svcbind_reply_out(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct svcbind_net *sn = svcbind_net(state->net);
	const struct svcbind_ruleset *rs = rcu_dereference(sn->ruleset);
	const struct svcbind_echo_header *header;
	struct svcbind_echo_header buffer;
	struct svcbind_reply *reply;
	struct svcbind_echo echo;
	struct svcbind_flow flow;

	/* The hook may be there for a ruleset that waits to come back. */
	if (!(rs->need & SVCBIND_NEED_REPLY))
		return NF_ACCEPT;
	header = svcbind_echo_header(skb, state->pf, ICMP_ECHOREPLY,
				     ICMPV6_ECHO_REPLY, &buffer);
	if (!header || netif_is_l3_master(state->out) ||
	    skb_dst(skb)->dev->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	reply = rcu_dereference(sn->reply);
	if (!reply || !svcbind_flow_parse(&flow, skb, state))
		return NF_ACCEPT;
	if (svcbind_reply_find(reply, &flow, header, &echo))
		return svcbind_reply_steer(sn, rs, reply, skb, &flow, &echo);
	svcbind_counter_add(reply->counts, SVCBIND_REPLY_MISSED, 1);
	return NF_ACCEPT;
}

static const struct nf_hook_ops svcbind_reply_ops[] = {
	{
		.hook = svcbind_reply_in,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST - 1,
	}, {
		.hook = svcbind_reply_in,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST - 1,
	}, {
		.hook = svcbind_reply_out,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_LAST - 1,
	}, {
		.hook = svcbind_reply_out,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP6_PRI_LAST - 1,
	},
};

static void svcbind_reply_free_rcu(struct rcu_head *rcu)
{
	struct svcbind_reply *reply = container_of(rcu, struct svcbind_reply,
						   rcu);

	svcbind_counter_put(reply->counts);
	free_percpu(reply->last);
	kvfree(reply);
}

/**
 * svcbind_reply_enable() - start to remember echo requests
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: 0, -ENOMEM, or what nf_register_net_hooks() said.
 */
int svcbind_reply_enable(struct svcbind_net *sn)
{
	struct svcbind_reply *reply;
	int err = -ENOMEM;

	reply = kvzalloc(sizeof(*reply), GFP_KERNEL_ACCOUNT);
	if (!reply)
		return -ENOMEM;
	reply->last = alloc_percpu_gfp(struct svcbind_echo, GFP_KERNEL_ACCOUNT);
	reply->counts = svcbind_counter_create(SVCBIND_REPLY_COUNTS);
	if (reply->last && reply->counts) {
		rcu_assign_pointer(sn->reply, reply);
		err = nf_register_net_hooks(sn->net, svcbind_reply_ops,
					    ARRAY_SIZE(svcbind_reply_ops));
	}
	if (err) {
		RCU_INIT_POINTER(sn->reply, NULL);
		call_rcu(&reply->rcu, svcbind_reply_free_rcu);
	}
	return err;
}

/**
 * svcbind_reply_disable() - forget echo requests
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_reply_disable(struct svcbind_net *sn)
{
	struct svcbind_reply *reply;

	nf_unregister_net_hooks(sn->net, svcbind_reply_ops,
				ARRAY_SIZE(svcbind_reply_ops));
	reply = rcu_replace_pointer(sn->reply, NULL,
				    lockdep_is_held(&sn->lock));
	call_rcu(&reply->rcu, svcbind_reply_free_rcu);
}

/**
 * svcbind_reply_count() - read a count of echo replies
 * @sn: the namespace
 * @which: SVCBIND_REPLY_*
 *
 * Context: RCU read side.
 * Return: the count since the policy was set; 0 while it is off.
 */
u64 svcbind_reply_count(const struct svcbind_net *sn, u32 which)
{
	const struct svcbind_reply *reply = rcu_dereference(sn->reply);

	return reply ? svcbind_counter_sum(reply->counts, which) : 0;
}
