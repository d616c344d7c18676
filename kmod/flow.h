/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_FLOW_H
#define _SVCBIND_FLOW_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct sock;

/**
 * struct svcbind_flow - what a packet is told apart by
 * @family: AF_INET or AF_INET6
 * @proto: the IP protocol; ICMPv6 is given as IPPROTO_ICMP
 * @has_ports: @sport and @dport were in the packet
 * @syn: a TCP segment with SYN and without ACK
 * @synack: one with both
 * @echo_request: an ICMP or ICMPv6 echo request
 * @echo_reply: an ICMP or ICMPv6 echo reply
 * @discovery: neighbour or router discovery
 * @sport: in host byte order
 * @dport: in host byte order
 * @transformed: IPsec made it of another packet
 * @opens: it opens a flow, which is to have an address of its device
 * @mark: that of the packet
 * @saddr: source
 * @source: the source that it will have on the wire, as far as that is known
 * @daddr: destination
 * @sk: the full socket that it comes from, of the same namespace; or NULL
 */
struct svcbind_flow {
	u8 family;
	u8 proto;
	bool has_ports:1;
	bool syn:1;
	bool synack:1;
	bool echo_request:1;
	bool echo_reply:1;
	bool discovery:1;
	bool transformed:1;
	bool opens:1;
	u16 sport;
	u16 dport;
	u32 mark;
	union nf_inet_addr saddr;
	union nf_inet_addr source;
	union nf_inet_addr daddr;
	struct sock *sk;
};

bool svcbind_flow_parse(struct svcbind_flow *flow, const struct sk_buff *skb,
			const struct nf_hook_state *state);

#endif /* _SVCBIND_FLOW_H */
