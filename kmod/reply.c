// SPDX-License-Identifier: GPL-2.0
/* Echo replies leave through the device on which the request came in. */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>

#include "echo.h"
#include "egress.h"
#include "flow.h"
#include "netns.h"
#include "output.h"
#include "reply.h"
#include "ruleset.h"

/**
 * struct svcbind_reply - what a namespace needs while the policy is on
 * @rcu: for its end
 * @counts: SVCBIND_REPLY_*
 * @echoes: the requests
 */
struct svcbind_reply {
	struct rcu_head rcu;
	struct svcbind_counter *counts;
	struct svcbind_echoes echoes;
};

/* After every NAT of LOCAL_IN: the addresses are what icmp_rcv() will see. */
static unsigned int svcbind_reply_in(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	const struct svcbind_echo_header *header;
	struct svcbind_echo_header buffer;
	struct svcbind_reply *reply;

	header = svcbind_echo_header(skb, state->pf, ICMP_ECHO,
				     ICMPV6_ECHO_REQUEST, &buffer);
	reply = rcu_dereference(svcbind_net(state->net)->reply);
	if (header && reply)
		svcbind_echo_remember(&reply->echoes, skb, state->pf, header);
	return NF_ACCEPT;
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

/* No route leads back there: can it be given to whom the request came from? A
 * device without addresses of its own has one neighbour only. There is no route
 * to fragment by; what doesn't fit isn't sent.
 */
static bool svcbind_reply_has_last_hop(const struct sk_buff *skb,
				       const struct net_device *dev,
				       bool has_mac)
{
	return (!dev->header_ops || has_mac) && !dst_xfrm(skb_dst(skb)) &&
	       !svcbind_reply_translated(skb) &&
	       skb->len <= READ_ONCE(dev->mtu) && netif_running(dev);
}

static unsigned int svcbind_reply_last_hop(struct sk_buff *skb,
					   struct net_device *dev,
					   const struct svcbind_echo *echo)
{
	if (skb_cow_head(skb, LL_RESERVED_SPACE(dev)))
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

/* The way back of a reply whose route isn't right; @dev may be gone. */
static enum svcbind_reply_way
svcbind_reply_way(const struct svcbind_ruleset *rs, struct net_device *dev,
		  const struct svcbind_flow *flow, struct sk_buff *skb,
		  bool has_mac, struct dst_entry **dst)
{
	*dst = dev ? svcbind_reply_route(rs, dev, flow, skb) : NULL;
	if (!IS_ERR_OR_NULL(*dst))
		return SVCBIND_REPLY_ROUTE;
	if (dev && !*dst && svcbind_reply_has_last_hop(skb, dev, has_mac))
		return SVCBIND_REPLY_LAST_HOP;
	return SVCBIND_REPLY_NOWHERE;
}

/* Is it done, or counted only? */
static bool svcbind_reply_acts(const struct svcbind_ruleset *rs)
{
	return READ_ONCE(svcbind_enforce) &&
	       rs->policy.enforce == SVCBIND_ENFORCE_ON;
}

/**
 * svcbind_reply_ask() - how would an echo reply leave?
 * @judgement: filled in; @judgement->choice.dst is the caller's to release
 * @rs: the ruleset
 * @skb: a reply that is never sent, its present route included
 * @state: the hook that it would pass
 * @ifindex: the device on which the request comes in, from a neighbour
 *
 * Decides as the hook does for a request that it has just seen.
 *
 * Context: RCU read side.
 * Return: the way it leaves.
 */
enum svcbind_reply_way
svcbind_reply_ask(struct svcbind_judgement *judgement,
		  const struct svcbind_ruleset *rs, struct sk_buff *skb,
		  const struct nf_hook_state *state, int ifindex)
{
	struct svcbind_choice *choice = &judgement->choice;
	enum svcbind_reply_way way;
	struct svcbind_flow flow;

	memset(judgement, 0, sizeof(*judgement));
	judgement->acts = svcbind_reply_acts(rs);
	choice->verdict = SVCBIND_DROP_NO_ROUTE;
	choice->dev = dev_get_by_index_rcu(state->net, ifindex);
	if (!choice->dev || !svcbind_flow_parse(&flow, skb, state))
		return SVCBIND_REPLY_NOWHERE;
	judgement->source = flow.saddr;
	if (svcbind_egress_right(choice->dev, &flow, skb)) {
		choice->verdict = SVCBIND_PASS;
		return SVCBIND_REPLY_RIGHT;
	}
	way = svcbind_reply_way(rs, choice->dev, &flow, skb, true,
				&choice->dst);
	if (way != SVCBIND_REPLY_ROUTE)
		choice->dst = NULL;
	if (way != SVCBIND_REPLY_NOWHERE)
		choice->verdict = SVCBIND_STEER;
	return way;
}

static unsigned int svcbind_reply_steer(struct svcbind_net *sn,
					const struct svcbind_ruleset *rs,
					struct svcbind_reply *reply,
					struct sk_buff *skb,
					const struct svcbind_flow *flow,
					const struct svcbind_echo *echo)
{
	unsigned int verdict = NF_DROP;
	struct net_device *dev;
	struct dst_entry *dst;

	dev = dev_get_by_index_rcu(sn->net, echo->ifindex);
	if (dev && svcbind_egress_right(dev, flow, skb)) {
		svcbind_counter_add(reply->counts, SVCBIND_REPLY_INGRESS, 1);
		return NF_ACCEPT;
	}
	if (!svcbind_reply_acts(rs)) {
		svcbind_counter_add(reply->counts, SVCBIND_REPLY_STEERED, 1);
		return NF_ACCEPT;
	}
	switch (svcbind_reply_way(rs, dev, flow, skb, echo->has_mac, &dst)) {
	case SVCBIND_REPLY_ROUTE:
		verdict = svcbind_egress_steer(skb, dst) ? NF_DROP : NF_ACCEPT;
		break;
	case SVCBIND_REPLY_LAST_HOP:
		verdict = svcbind_reply_last_hop(skb, dev, echo);
		break;
	default:
		break;
	}
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
	if (svcbind_echo_find(&reply->echoes, &flow, header, &echo))
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
	free_percpu(reply->echoes.last);
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
	reply->echoes.last = alloc_percpu_gfp(struct svcbind_echo, GFP_KERNEL_ACCOUNT);
	reply->counts = svcbind_counter_create(SVCBIND_REPLY_COUNTS);
	if (reply->echoes.last && reply->counts) {
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
