// SPDX-License-Identifier: GPL-2.0
/* What would become of a packet, and why: by asking those who decide. */

#include <net/ip6_route.h>
#include <net/route.h>

#include "classify.h"
#include "connect.h"
#include "explain.h"
#include "flow.h"
#include "output.h"
#include "probe.h"
#include "reply.h"
#include "ruleset.h"

static void svcbind_explain_hop(struct svcbind_path *path,
				const struct dst_entry *dst,
				const struct svcbind_probe *probe)
{
	const struct rt6_info *rt6 = (const struct rt6_info *)dst;
	const struct rtable *rt = (const struct rtable *)dst;

	path->hop_family = probe->state.pf;
	if (probe->state.pf == AF_INET6) {
		path->next_hop.in6 = rt6->rt6i_flags & RTF_GATEWAY ?
				     rt6->rt6i_gateway :
				     ipv6_hdr(probe->skb)->daddr;
	} else if (rt->rt_gw_family == AF_INET6) {
		path->hop_family = AF_INET6;
		path->next_hop.in6 = rt->rt_gw6;
	} else {
		path->next_hop.ip = rt->rt_gw_family ? rt->rt_gw4 :
				    ip_hdr(probe->skb)->daddr;
	}
}

static void svcbind_explain_path(struct svcbind_path *path,
				 const struct dst_entry *dst,
				 const union nf_inet_addr *source,
				 const struct svcbind_probe *probe)
{
	strscpy(path->dev, dst->dev->name, sizeof(path->dev));
	path->source = *source;
	path->mtu = dst_mtu(dst);
	svcbind_explain_hop(path, dst, probe);
}

/**
 * svcbind_explain_table() - how would it leave by the routing table alone?
 * @path: filled in
 * @probe: the packet
 *
 * Context: RCU read side.
 * Return: whether it would.
 */
bool svcbind_explain_table(struct svcbind_path *path,
			   const struct svcbind_probe *probe)
{
	union nf_inet_addr source = {};

	if (probe->err)
		return false;
	if (probe->state.pf == AF_INET)
		source.ip = ip_hdr(probe->skb)->saddr;
	else
		source.in6 = ipv6_hdr(probe->skb)->saddr;
	memset(path, 0, sizeof(*path));
	svcbind_explain_path(path, skb_dst(probe->skb), &source, probe);
	return true;
}

/**
 * svcbind_explain_connect() - would its socket be bound when it connects?
 * @rs: the ruleset
 * @probe: the packet, whose socket isn't bound
 *
 * That of a datagram needn't connect, and what is explained is the packet.
 *
 * Context: RCU read side.
 * Return: the index of the device that it would be bound to, or 0.
 */
int svcbind_explain_connect(const struct svcbind_ruleset *rs,
			    const struct svcbind_probe *probe)
{
	const struct svcbind_service *service;
	const struct net_device *dev;
	struct svcbind_flow flow;

	svcbind_flow_parse(&flow, probe->skb, &probe->state);
	if (flow.proto != IPPROTO_TCP)
		return 0;
	if (!(flow.sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		memset(&flow.saddr, 0, sizeof(flow.saddr));
	flow.source = flow.saddr;
	flow.opens = true;
	dev = svcbind_connect_choose(rs, &flow, &service);
	return dev ? dev->ifindex : 0;
}

/**
 * svcbind_explain_miss() - why isn't it this service's?
 * @service: the service
 * @probe: the packet
 *
 * Context: RCU read side.
 * Return: SVCBIND_A_MATCH_* of the first word that doesn't match; 0: all do.
 */
u32 svcbind_explain_miss(const struct svcbind_service *service,
			 const struct svcbind_probe *probe)
{
	struct svcbind_flow flow;

	svcbind_flow_parse(&flow, probe->skb, &probe->state);
	return svcbind_classify_miss(service, &flow);
}

static enum svcbind_unenforced
svcbind_explain_unenforced(const struct svcbind_ruleset *rs)
{
	if (rs->policy.enforce == SVCBIND_ENFORCE_OFF)
		return SVCBIND_UNENFORCED_POLICY_OFF;
	if (!READ_ONCE(svcbind_enforce))
		return SVCBIND_UNENFORCED_MODULE;
	return rs->policy.enforce == SVCBIND_ENFORCE_AUDIT ?
	       SVCBIND_UNENFORCED_POLICY : SVCBIND_UNENFORCED_MODE;
}

static enum svcbind_tier
svcbind_explain_tier(const struct svcbind_choice *choice,
		     const struct svcbind_probe *probe)
{
	if (choice->verdict == SVCBIND_REWRITE)
		return SVCBIND_TIER_SOURCE;
	return choice->verdict == SVCBIND_PASS &&
	       probe->sock->sk->sk_bound_dev_if ? SVCBIND_TIER_CONNECT :
						  SVCBIND_TIER_OUTPUT;
}

/* By the routing table, unless somebody sees to it that it is otherwise. */
static void svcbind_explain_judged(struct svcbind_outcome *outcome,
				   const struct svcbind_ruleset *rs,
				   const struct svcbind_judgement *judgement,
				   const struct svcbind_probe *probe)
{
	const struct svcbind_choice *choice = &judgement->choice;
	const struct dst_entry *dst;

	outcome->counts = true;
	outcome->verdict = choice->verdict;
	outcome->cause = judgement->cause;
	if (choice->verdict <= SVCBIND_REWRITE)
		outcome->bound = choice->bound;
	if (!judgement->acts)
		outcome->unenforced = svcbind_explain_unenforced(rs);
	if (!judgement->acts || choice->verdict == SVCBIND_FALLBACK) {
		outcome->leaves = svcbind_explain_table(&outcome->path, probe);
		return;
	}
	outcome->tier = svcbind_explain_tier(choice, probe);
	if (choice->verdict > SVCBIND_FALLBACK)
		return;
	dst = choice->dst ?: skb_dst(probe->skb);
	svcbind_explain_path(&outcome->path, dst, &judgement->source, probe);
	outcome->leaves = true;
}

/* The kernel refuses it, by its routing table; whose it would be can be said. */
static void svcbind_explain_refused(struct svcbind_outcome *outcome,
				    const struct svcbind_ruleset *rs,
				    const struct svcbind_probe *probe)
{
	struct svcbind_flow flow;

	outcome->err = -probe->err;
	svcbind_flow_parse(&flow, probe->skb, &probe->state);
	outcome->service = svcbind_classify(rs, &flow);
}

/**
 * svcbind_explain_flow() - what becomes of a packet?
 * @outcome: filled in
 * @rs: the ruleset
 * @probe: the packet
 *
 * Context: RCU read side.
 */
void svcbind_explain_flow(struct svcbind_outcome *outcome,
			  const struct svcbind_ruleset *rs,
			  const struct svcbind_probe *probe)
{
	struct svcbind_judgement judgement;

	memset(outcome, 0, sizeof(*outcome));
	if (probe->err) {
		svcbind_explain_refused(outcome, rs, probe);
		return;
	}
	svcbind_output_ask(&judgement, rs, probe->skb, &probe->state, NULL);
	outcome->exempt = judgement.exempt;
	outcome->service = judgement.service;
	if (judgement.service && judgement.service->binding) {
		svcbind_explain_judged(outcome, rs, &judgement, probe);
		dst_release(judgement.choice.dst);
		return;
	}
	outcome->counts = judgement.service &&
			  rs->policy.enforce != SVCBIND_ENFORCE_OFF;
	outcome->leaves = svcbind_explain_table(&outcome->path, probe);
}

static void svcbind_explain_reply(struct svcbind_outcome *outcome,
				  const struct svcbind_ruleset *rs,
				  const struct svcbind_probe *probe,
				  int ifindex)
{
	struct svcbind_judgement judgement;
	enum svcbind_reply_way way;

	way = svcbind_reply_ask(&judgement, rs, probe->skb, &probe->state,
				ifindex);
	svcbind_explain_judged(outcome, rs, &judgement, probe);
	dst_release(judgement.choice.dst);
	if (!judgement.acts)
		return;
	outcome->tier = SVCBIND_TIER_REPLY;
	if (way != SVCBIND_REPLY_LAST_HOP)
		return;
	memset(&outcome->path, 0, sizeof(outcome->path));
	strscpy(outcome->path.dev, judgement.choice.dev->name,
		sizeof(outcome->path.dev));
	outcome->path.source = judgement.source;
	outcome->path.mtu = READ_ONCE(judgement.choice.dev->mtu);
}

/**
 * svcbind_explain_answer() - what becomes of an answer?
 * @outcome: filled in
 * @rs: the ruleset
 * @probe: the answer
 * @ifindex: the device on which the question comes in
 *
 * Context: RCU read side.
 */
void svcbind_explain_answer(struct svcbind_outcome *outcome,
			    const struct svcbind_ruleset *rs,
			    const struct svcbind_probe *probe, int ifindex)
{
	svcbind_explain_flow(outcome, rs, probe);
	if (outcome->exempt != SVCBIND_EXEMPT_ECHO_REPLY)
		return;
	outcome->leaves = false;
	svcbind_explain_reply(outcome, rs, probe, ifindex);
}

/**
 * svcbind_explain_alone() - what if a binding had one of its devices only?
 * @rs: the ruleset
 * @probe: the packet, which the routing table has a route for
 * @binding: that of its service
 * @i: which device
 * @room: for a binding of one device
 *
 * Context: RCU read side.
 * Return: the verdict there would be, whether the mode is prefer or not.
 */
enum svcbind_verdict
svcbind_explain_alone(const struct svcbind_ruleset *rs,
		      const struct svcbind_probe *probe,
		      const struct svcbind_binding *binding, u32 i,
		      struct svcbind_binding *room)
{
	struct svcbind_judgement judgement;

	room->mode = binding->mode;
	room->select = binding->select;
	room->source = binding->source;
	room->n = 1;
	room->bound[0] = binding->bound[i];
	svcbind_output_ask(&judgement, rs, probe->skb, &probe->state, room);
	dst_release(judgement.choice.dst);
	return judgement.cause;
}
