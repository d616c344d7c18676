// SPDX-License-Identifier: GPL-2.0
/* From a packet to what it is told apart by. */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/sock.h>

#include "flow.h"

static void svcbind_flow_icmp6(struct svcbind_flow *flow, u8 type)
{
	switch (type) {
	case ICMPV6_ECHO_REQUEST:
		flow->echo_request = true;
		break;
	case ICMPV6_ECHO_REPLY:
		flow->echo_reply = true;
		break;
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_ROUTER_ADVERTISEMENT:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
	case NDISC_REDIRECT:
		flow->discovery = true;
		break;
	}
}

/* What follows the IP header, as far as it is there: a raw socket may send
 * less than a header, and that is no reason to let it leak.
 */
static void svcbind_flow_transport(struct svcbind_flow *flow,
				   const struct sk_buff *skb, int offset)
{
	const struct tcphdr *th;
	struct tcphdr buffer;
	const __be16 *ports;
	const u8 *type;

	switch (flow->proto) {
	case IPPROTO_TCP:
		th = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		flow->syn = th && th->syn && !th->ack;
		flow->synack = th && th->syn && th->ack;
		fallthrough;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
		ports = skb_header_pointer(skb, offset, 4, &buffer);
		if (!ports)
			return;
		flow->sport = ntohs(ports[0]);
		flow->dport = ntohs(ports[1]);
		flow->has_ports = true;
		return;
	case IPPROTO_ICMP:
		type = skb_header_pointer(skb, offset, 1, &buffer);
		if (!type || flow->family != AF_INET)
			return;
		flow->echo_request = *type == ICMP_ECHO;
		flow->echo_reply = *type == ICMP_ECHOREPLY;
		return;
	case IPPROTO_ICMPV6:
		type = skb_header_pointer(skb, offset, 1, &buffer);
		if (type && flow->family == AF_INET6)
			svcbind_flow_icmp6(flow, *type);
		return;
	}
}

static bool svcbind_flow_parse4(struct svcbind_flow *flow,
				const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (skb->len < sizeof(*iph) || iph->ihl < 5)
		return false;
	flow->saddr.ip = iph->saddr;
	flow->source.ip = iph->saddr;
	flow->daddr.ip = iph->daddr;
	flow->proto = iph->protocol;
	if (!(iph->frag_off & htons(IP_OFFSET)))
		svcbind_flow_transport(flow, skb,
				       skb_network_offset(skb) + iph->ihl * 4);
	return true;
}

static bool svcbind_flow_parse6(struct svcbind_flow *flow,
				const struct sk_buff *skb)
{
	int offset = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct frag_hdr *frag;
	struct frag_hdr buffer;
	__be16 frag_off = 0;
	u8 proto;

	if (skb->len < sizeof(*ip6h))
		return false;
	flow->saddr.in6 = ip6h->saddr;
	flow->source.in6 = ip6h->saddr;
	flow->daddr.in6 = ip6h->daddr;
	proto = ip6h->nexthdr;
	if (ipv6_ext_hdr(proto))
		offset = ipv6_skip_exthdr(skb, offset, &proto, &frag_off);
	/* It stops at the header of a later fragment, which names what the
	 * fragment is of.
	 */
	if (proto == NEXTHDR_FRAGMENT && offset >= 0) {
		frag = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		proto = frag ? frag->nexthdr : proto;
	}
	flow->proto = proto;
	if (offset >= 0 && !(frag_off & htons(~0x7)))
		svcbind_flow_transport(flow, skb, offset);
	if (flow->proto == IPPROTO_ICMPV6)
		flow->proto = IPPROTO_ICMP;
	return true;
}

/* Whose packet is it? Not skb->sk's: a tunnel's packets keep the socket of
 * what they carry, perhaps of another namespace (skb_scrub_packet()).
 */
static struct sock *svcbind_flow_owner(const struct nf_hook_state *state)
{
	struct sock *sk = state->sk;

	if (sk)
		sk = sk_to_full_sk(sk);
	return sk && sk_fullsock(sk) && net_eq(sock_net(sk), state->net) ?
	       sk : NULL;
}

/* xfrm_output() says so. */
static bool svcbind_flow_transformed(const struct sk_buff *skb, u8 family)
{
	return family == AF_INET ?
		IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED :
		IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED;
}

/**
 * svcbind_flow_parse() - what is this packet?
 * @flow: filled in
 * @skb: a packet, its network header set
 * @state: the hook that it passes
 *
 * Later fragments, and headers that were cut short, have no ports: only
 * addresses and protocol tell what they are.
 *
 * Context: any.
 * Return: false if it isn't even an IP header.
 */
bool svcbind_flow_parse(struct svcbind_flow *flow, const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = state->pf;
	flow->mark = skb->mark;
	flow->sk = svcbind_flow_owner(state);
	flow->transformed = svcbind_flow_transformed(skb, state->pf);
	return flow->family == AF_INET ? svcbind_flow_parse4(flow, skb) :
					 svcbind_flow_parse6(flow, skb);
}
