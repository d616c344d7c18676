// SPDX-License-Identifier: GPL-2.0
/* The verdict on every packet that leaves this host, at the end of LOCAL_OUT. */

#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip6_fib.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/sctp/sctp.h>
#include <net/sctp/structs.h>
#include <net/sock.h>

#include "classify.h"
#include "compat.h"
#include "connect.h"
#include "egress.h"
#include "event.h"
#include "flow.h"
#include "mss.h"
#include "netns.h"
#include "output.h"
#include "ruleset.h"
#include "source.h"

bool svcbind_enforce __read_mostly = true;
module_param_named(enforce, svcbind_enforce, bool, 0644);
MODULE_PARM_DESC(enforce, "0: judge and count, but change nothing");

/* Local, broadcast and multicast destinations. A raw socket's header need not
 * say where sendto() had the packet routed to: a peer's packet on a broadcast's
 * route, which is RTCF_LOCAL too (__mkroute_output()), is the peer's.
 */
static __always_inline enum svcbind_exempt
svcbind_output_exempt4(const struct sk_buff *skb, __be32 daddr)
{
	struct net_device *dev = skb_dst(skb)->dev;
	unsigned int flags = skb_rtable(skb)->rt_flags;

	if (!(flags & (RTCF_BROADCAST | RTCF_MULTICAST)))
		return flags & RTCF_LOCAL ? SVCBIND_EXEMPT_LOCAL :
					    SVCBIND_EXEMPT_NONE;
	if (ipv4_is_multicast(daddr))
		return SVCBIND_EXEMPT_MULTICAST;
	return ipv4_is_lbcast(daddr) ||
	       inet_addr_type_dev_table(dev_net(dev), dev, daddr) ==
	       RTN_BROADCAST ? SVCBIND_EXEMPT_BROADCAST : SVCBIND_EXEMPT_NONE;
}

/* What is no service's, whatever it matches. */
static __always_inline enum svcbind_exempt
svcbind_output_exempt(const struct svcbind_ruleset *rs,
		      const struct sk_buff *skb,
		      const struct svcbind_flow *flow)
{
	if (flow->discovery)
		return SVCBIND_EXEMPT_DISCOVERY;
	if (flow->echo_reply &&
	    rs->policy.icmp_reply == SVCBIND_ICMP_REPLY_INGRESS)
		return SVCBIND_EXEMPT_ECHO_REPLY;
	if (flow->family == AF_INET)
		return svcbind_output_exempt4(skb, flow->daddr.ip);
	if (((const struct rt6_info *)skb_dst(skb))->rt6i_flags & RTF_LOCAL)
		return SVCBIND_EXEMPT_LOCAL;
	return ipv6_addr_is_multicast(&flow->daddr.in6) ?
	       SVCBIND_EXEMPT_MULTICAST : SVCBIND_EXEMPT_NONE;
}

/* What IPsec made of a packet goes to another host, or from another address. */
static int svcbind_output_bound_if(const struct svcbind_flow *flow)
{
	return flow->sk && !flow->transformed ?
	       READ_ONCE(flow->sk->sk_bound_dev_if) : 0;
}

/* sctp_do_bind() keeps what was bound in a list of its own, in which the
 * unspecified address stands for "any".
 *
 * A packet that nf_queue() held back keeps its socket, but not the endpoint,
 * which sctp_endpoint_destroy() has freed by call_rcu(). Before that it gives up
 * the port: who still sees one is waited for.
 */
static bool svcbind_output_locked_sctp(const struct sock *sk)
{
	const struct sctp_sockaddr_entry *entry;
	const struct sctp_endpoint *ep;

	if (!READ_ONCE(sctp_sk(sk)->bind_hash))
		return true;
	ep = sctp_sk(sk)->ep;
	list_for_each_entry_rcu(entry, &ep->base.bind_addr.address_list, list)
		if (entry->a.sa.sa_family == AF_INET ?
		    entry->a.v4.sin_addr.s_addr != 0 :
		    !ipv6_addr_any(&entry->a.v6.sin6_addr))
			return true;
	return false;
}

/* Did the application choose the source with bind(2)? inet_bind() says so in
 * sk_userlocks, raw_bind() doesn't; a connected raw socket's is the kernel's.
 */
static __always_inline bool
svcbind_output_locked(const struct svcbind_flow *flow)
{
	const struct sock *sk = flow->sk;

	if (!sk)
		return false;
	if (sk->sk_protocol == IPPROTO_SCTP && sk->sk_type != SOCK_RAW)
		return svcbind_output_locked_sctp(sk);
	if (sk->sk_type != SOCK_RAW)
		return sk->sk_userlocks & SOCK_BINDADDR_LOCK;
	if (sk->sk_state == TCP_ESTABLISHED)
		return false;
	return sk->sk_family == AF_INET ? sk->sk_rcv_saddr != 0 :
		!ipv6_addr_any(&sk->sk_v6_rcv_saddr);
}

/* It may not leave there, after all. */
static void svcbind_output_give_up(struct svcbind_choice *choice,
				   enum svcbind_verdict verdict)
{
	dst_release(choice->dst);
	choice->dst = NULL;
	choice->verdict = verdict;
}

/* For a packet that goes on with a flow, and is at most steered. A flow whose
 * source is known stays on the device that has it. So does what IPsec made of a
 * packet: its source is that of a state, which isn't to be changed.
 */
static __always_inline void
svcbind_output_carry_on(struct svcbind_choice *choice,
			const struct svcbind_binding *binding,
			struct svcbind_flow *flow, struct sk_buff *skb,
			bool *stale)
{
	struct svcbind_want want = {
		.ifindex = svcbind_output_bound_if(flow),
	};
	bool known;

	known = binding->source == SVCBIND_SOURCE_AUTO &&
		(svcbind_source_translated(skb, &flow->source) ||
		 flow->proto == IPPROTO_TCP || flow->transformed ||
		 svcbind_source_tracked(skb));
	if (known)
		want.source = &flow->source;
	svcbind_egress_choose(choice, binding, flow, skb, &want);
	*stale = known && choice->verdict <= SVCBIND_STEER &&
		 !svcbind_device_has_addr(choice->dev, flow->family,
					  &flow->source);
}

/* For one that opens a flow: what the application chose is respected or
 * refused, and the source has to fit the device. A connection that a helper
 * expected may have been given one already.
 */
static __always_inline void
svcbind_output_open(struct svcbind_choice *choice,
		    const struct svcbind_binding *binding,
		    struct svcbind_flow *flow, struct sk_buff *skb)
{
	bool made = binding->source == SVCBIND_SOURCE_AUTO;
	bool locked = made && svcbind_output_locked(flow);
	bool translated = made && svcbind_source_translated(skb, &flow->source);
	struct svcbind_want want = {
		.ifindex = svcbind_output_bound_if(flow),
		.source = locked || translated ? &flow->source : NULL,
	};
	bool fits;

	flow->opens = made && !locked && !translated;
	want.only = want.ifindex || locked;
	svcbind_egress_choose(choice, binding, flow, skb, &want);
	if (!choice->bound || !made || choice->verdict > SVCBIND_STEER)
		return;
	fits = svcbind_device_has_addr(choice->dev, flow->family,
				       &flow->source);
	if (!fits && locked) {
		svcbind_output_give_up(choice, SVCBIND_DROP_CONFLICT);
		return;
	}
	choice->sourced = true;
	if (!fits)
		choice->verdict = SVCBIND_REWRITE;
}

/* Bound to another device not by its owner, but by svcbind, for a binding that
 * has changed since.
 */
static bool svcbind_output_was_bound(const struct svcbind_flow *flow)
{
	return svcbind_output_bound_if(flow) &&
	       svcbind_connect_owns(svcbind_net(sock_net(flow->sk)), flow->sk);
}

/* What is to become of a packet of a bound service: all that is decided here,
 * and nothing that is done. What explains it asks the same, see
 * svcbind_output_ask(); inlined there and for packets, for whom that is free.
 *
 * A socket that was bound to another device receives there only: its datagrams
 * go on with the source they have. A SYN is refused instead, as the next
 * connect() is judged anew.
 */
static __always_inline void
svcbind_output_decide(struct svcbind_choice *choice,
		      const struct svcbind_binding *binding,
		      struct svcbind_flow *flow, struct sk_buff *skb,
		      bool *stale)
{
	if (!flow->transformed && svcbind_source_opens(skb, flow)) {
		svcbind_output_open(choice, binding, flow, skb);
		if (likely(choice->verdict != SVCBIND_DROP_CONFLICT) ||
		    !svcbind_output_was_bound(flow))
			return;
		if (flow->proto == IPPROTO_TCP) {
			choice->verdict = SVCBIND_DROP_NO_SOURCE;
			return;
		}
		flow->opens = false;
	}
	svcbind_output_carry_on(choice, binding, flow, skb, stale);
}

/**
 * svcbind_output_acts() - is it done, or counted only?
 * @rs: the ruleset
 * @binding: a binding of it
 *
 * Context: any.
 * Return: whether what follows from the binding is done.
 */
bool svcbind_output_acts(const struct svcbind_ruleset *rs,
			 const struct svcbind_binding *binding)
{
	return READ_ONCE(svcbind_enforce) &&
	       rs->policy.enforce == SVCBIND_ENFORCE_ON &&
	       binding->mode != SVCBIND_MODE_AUDIT;
}

static void svcbind_output_give_way(struct svcbind_choice *choice,
				    const struct svcbind_binding *binding)
{
	if (choice->verdict > SVCBIND_FALLBACK &&
	    binding->mode == SVCBIND_MODE_PREFER)
		choice->verdict = SVCBIND_FALLBACK;
}

/* Its source can't be made right yet, as the ruleset could do without as long as
 * sockets are bound when they connect. TCP sends the SYN again in a second; with
 * "prefer", which drops nothing, this one goes by the routing table.
 */
static bool svcbind_output_lacks_source(struct svcbind_net *sn,
					const struct svcbind_choice *choice)
{
	if (likely(choice->verdict != SVCBIND_REWRITE ||
		   READ_ONCE(sn->have) & SVCBIND_NEED_SOURCE ||
		   READ_ONCE(sn->unable)))
		return false;
	svcbind_net_want_source(sn);
	return true;
}

/* The source of the flow that it opens: made right, or kept right. */
static int svcbind_output_source(const struct svcbind_choice *choice,
				 const struct svcbind_flow *flow,
				 struct sk_buff *skb)
{
	if (choice->verdict == SVCBIND_REWRITE)
		return svcbind_source_rewrite(skb, choice->dev, flow);
	return svcbind_source_pin(skb);
}

static unsigned int svcbind_output_carry_out(struct svcbind_net *sn,
					     struct sk_buff *skb,
					     const struct svcbind_binding *binding,
					     const struct svcbind_flow *flow,
					     struct svcbind_choice *choice)
{
	if (svcbind_output_lacks_source(sn, choice)) {
		svcbind_output_give_up(choice, SVCBIND_DROP_NO_SOURCE);
		if (binding->mode == SVCBIND_MODE_STRICT)
			return NF_DROP_ERR(-EHOSTUNREACH);
	}
	if (choice->sourced && svcbind_output_source(choice, flow, skb))
		svcbind_output_give_up(choice, SVCBIND_DROP_NO_SOURCE);
	svcbind_output_give_way(choice, binding);
	if (choice->dst && (flow->syn || flow->synack))
		svcbind_mss_clamp(skb, flow->family, choice->dst);
	/* Too late for the routing table: the old route is gone. */
	if (choice->dst && svcbind_egress_steer(skb, choice->dst))
		choice->verdict = SVCBIND_DROP_ERROR;
	if (choice->verdict <= SVCBIND_FALLBACK)
		return NF_ACCEPT;
	if (flow->syn && flow->sk)
		svcbind_refuse(&sn->refuse, flow->sk);
	return NF_DROP_ERR(-EHOSTUNREACH);
}

/* Judge a packet of a bound service, and do what follows from it. */
static unsigned int svcbind_output_judge(struct svcbind_net *sn,
					 const struct svcbind_ruleset *rs,
					 const struct svcbind_service *svc,
					 struct svcbind_flow *flow,
					 struct sk_buff *skb)
{
	const struct svcbind_binding *binding = svc->binding;
	unsigned int verdict = NF_ACCEPT;
	struct svcbind_choice choice;
	unsigned int len = skb->len;
	bool stale = false;

	svcbind_output_decide(&choice, binding, flow, skb, &stale);
	if (choice.verdict == SVCBIND_REWRITE && flow->syn && flow->sk &&
	    !svcbind_output_bound_if(flow))
		svcbind_connect_miss(sn, rs, flow);
	if (svcbind_output_acts(rs, binding))
		verdict = svcbind_output_carry_out(sn, skb, binding, flow,
						   &choice);
	else
		dst_release(choice.dst);

	svcbind_counter_add(svc->counters, choice.verdict, 1);
	if (stale && !svcbind_classify_accepted(svc, flow))
		svcbind_counter_add(svc->counters, SVCBIND_STALE, 1);
	if (choice.bound && choice.verdict <= SVCBIND_REWRITE) {
		svcbind_counter_add(choice.bound->traffic, SVCBIND_PACKETS, 1);
		svcbind_counter_add(choice.bound->traffic, SVCBIND_BYTES, len);
	} else if (verdict != NF_ACCEPT) {
		svcbind_event_drop(sn, &svc->counters->told, choice.verdict);
	}
	return verdict;
}

/* What isn't this host's own, or comes again. A VRF's packets come twice, first
 * with the master as the device; what DNAT sent home is on lo by now; nf_dup's
 * copies look like what they are of, and go to whoever looks at them; IPVS
 * sends here what it forwards (ip_vs_send_or_cont()).
 */
static bool svcbind_output_foreign(const struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return netif_is_l3_master(state->out) ||
	       skb_dst(skb)->dev->flags & IFF_LOOPBACK ||
	       svcbind_is_duplicate() || svcbind_is_ipvs(skb);
}

/* Whose packet is it? NULL: no service's. */
static __always_inline struct svcbind_service *
svcbind_output_service(const struct svcbind_ruleset *rs, struct sk_buff *skb,
		       const struct nf_hook_state *state,
		       struct svcbind_flow *flow, enum svcbind_exempt *exempt)
{
	*exempt = SVCBIND_EXEMPT_LOCAL;
	if (svcbind_output_foreign(skb, state) ||
	    !svcbind_flow_parse(flow, skb, state))
		return NULL;
	*exempt = svcbind_output_exempt(rs, skb, flow);
	return *exempt ? NULL : svcbind_classify(rs, flow);
}

static unsigned int svcbind_output(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct svcbind_net *sn = svcbind_net(state->net);
	const struct svcbind_ruleset *rs;
	struct svcbind_service *svc;
	enum svcbind_exempt exempt;
	struct svcbind_flow flow;

	rs = rcu_dereference(sn->ruleset);
	/* The hook may be there for a ruleset that waits to come back. */
	if (!(rs->need & SVCBIND_NEED_OUTPUT))
		return NF_ACCEPT;
	svc = svcbind_output_service(rs, skb, state, &flow, &exempt);
	if (!svc)
		return NF_ACCEPT;
	if (svc->binding)
		return svcbind_output_judge(sn, rs, svc, &flow, skb);
	svcbind_counter_add(svc->counters, SVCBIND_PASS, 1);
	return NF_ACCEPT;
}

/**
 * svcbind_output_ask() - what would become of a packet?
 * @judgement: filled in; @judgement->choice.dst is the caller's to release
 * @rs: the ruleset
 * @skb: a packet that is never sent, its present route included
 * @state: the hook that it would pass
 * @instead: a binding to judge it by in place of the service's, or NULL
 *
 * Decides as the hook does, and neither does nor counts anything.
 *
 * Context: RCU read side.
 */
void svcbind_output_ask(struct svcbind_judgement *judgement,
			const struct svcbind_ruleset *rs, struct sk_buff *skb,
			const struct nf_hook_state *state,
			const struct svcbind_binding *instead)
{
	struct svcbind_choice *choice = &judgement->choice;
	const struct svcbind_binding *binding = instead;
	struct svcbind_flow flow;
	bool stale;

	memset(judgement, 0, sizeof(*judgement));
	judgement->service = svcbind_output_service(rs, skb, state, &flow,
						    &judgement->exempt);
	if (!judgement->service || !judgement->service->binding)
		return;
	if (!binding)
		binding = judgement->service->binding;
	svcbind_output_decide(choice, binding, &flow, skb, &stale);
	judgement->source = flow.saddr;
	judgement->cause = choice->verdict;
	if (!svcbind_output_acts(rs, binding))
		return;
	judgement->acts = true;
	if (choice->verdict == SVCBIND_REWRITE &&
	    !svcbind_source_could(skb, choice->dev, &flow, &judgement->source))
		svcbind_output_give_up(choice, SVCBIND_DROP_NO_SOURCE);
	judgement->cause = choice->verdict;
	svcbind_output_give_way(choice, binding);
}

static const struct nf_hook_ops svcbind_output_ops[] = {
	{
		.hook = svcbind_output,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_LAST - 1,
	}, {
		.hook = svcbind_output,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP6_PRI_LAST - 1,
	},
};

/**
 * svcbind_output_enable() - start to judge packets
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or what nf_register_net_hooks() said.
 */
int svcbind_output_enable(struct svcbind_net *sn)
{
	return nf_register_net_hooks(sn->net, svcbind_output_ops,
				     ARRAY_SIZE(svcbind_output_ops));
}

/**
 * svcbind_output_disable() - stop to judge packets
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_output_disable(struct svcbind_net *sn)
{
	nf_unregister_net_hooks(sn->net, svcbind_output_ops,
				ARRAY_SIZE(svcbind_output_ops));
}
