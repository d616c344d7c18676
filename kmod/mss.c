// SPDX-License-Identifier: GPL-2.0
/* The MSS that a SYN asks for, made right for the device that it is steered to. */

#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "mss.h"

/* Where the TCP header of a packet is whose first header that is, or 0. */
static unsigned int svcbind_mss_header(const struct sk_buff *skb, int family)
{
	unsigned int offset = skb_network_offset(skb);
	__be16 frag_off = 0;
	u8 proto;
	int end;

	if (family == AF_INET)
		return offset + ip_hdrlen(skb);
	proto = ipv6_hdr(skb)->nexthdr;
	end = ipv6_skip_exthdr(skb, offset + sizeof(struct ipv6hdr), &proto,
			       &frag_off);
	return end < 0 || proto != IPPROTO_TCP || frag_off ? 0 : end;
}

/* The MSS option, between what must be there and the end; or NULL. */
static u8 *svcbind_mss_option(struct tcphdr *th)
{
	u8 *end = (u8 *)th + th->doff * 4;
	u8 *opt = (u8 *)(th + 1);

	while (opt + TCPOLEN_MSS <= end && *opt != TCPOPT_EOL) {
		if (*opt == TCPOPT_NOP) {
			opt++;
			continue;
		}
		if (*opt == TCPOPT_MSS)
			return opt[1] == TCPOLEN_MSS ? opt : NULL;
		if (opt[1] < 2)
			return NULL;
		opt += opt[1];
	}
	return NULL;
}

/**
 * svcbind_mss_clamp() - ask for no larger segments than the device takes
 * @skb: a TCP segment with SYN
 * @family: AF_INET or AF_INET6
 * @dst: the route that it will take
 *
 * The socket asks for what suits the route that it has (tcp_connect_init(),
 * tcp_synack_options()). Never raised, as it will send what suits that, too.
 * Follows tcpmss_mangle_packet() of xt_TCPMSS.
 *
 * Context: any; a header that is shared is copied.
 */
void svcbind_mss_clamp(struct sk_buff *skb, int family,
		       const struct dst_entry *dst)
{
	unsigned int offset = svcbind_mss_header(skb, family);
	u32 mss = dst_metric_advmss(dst);
	struct tcphdr *th, buffer;
	u16 old;
	u8 *opt;

	th = offset ? skb_header_pointer(skb, offset, sizeof(buffer), &buffer) :
		      NULL;
	if (!th || th->doff * 4 <= sizeof(*th) ||
	    skb_ensure_writable(skb, offset + th->doff * 4))
		return;
	th = (struct tcphdr *)(skb->data + offset);
	opt = svcbind_mss_option(th);
	if (!opt)
		return;
	old = opt[2] << 8 | opt[3];
	if (old <= mss)
		return;
	opt[2] = mss >> 8;
	opt[3] = mss;
	/* At an odd offset, the halves of two words change. */
	if ((opt - (u8 *)th) & 1) {
		old = swab16(old);
		mss = swab16(mss);
	}
	inet_proto_csum_replace2(&th->check, skb, htons(old), htons(mss),
				 false);
}
