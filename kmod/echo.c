// SPDX-License-Identifier: GPL-2.0
/* What is remembered of echo requests, in a memory of a fixed size. */

#include <linux/etherdevice.h>
#include <linux/jhash.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "echo.h"
#include "flow.h"

#define SVCBIND_ECHO_EXPIRY	(2 * HZ)

/**
 * svcbind_echo_header() - the echo header of a packet
 * @skb: the packet
 * @family: AF_INET or AF_INET6
 * @type4: the kind that is looked for
 * @type6: the same for ICMPv6
 * @buffer: where the header may be copied to
 *
 * Context: any.
 * Return: the header; NULL if it isn't of that kind.
 */
const struct svcbind_echo_header *
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
static struct svcbind_echo_slot *
svcbind_echo_place(struct svcbind_echoes *echoes,
		   const struct svcbind_echo *echo)
{
	u32 hash = jhash2(echo->saddr.all, 4, (__force u16)echo->id << 16 |
			  (__force u16)echo->sequence);

	if (echo->unicast)
		hash = jhash2(echo->daddr.all, 4, hash);
	return &echoes->slot[hash % SVCBIND_ECHO_SLOTS];
}

/* Two CPUs may want one slot: the second leaves it alone. Its own request is
 * in its per-CPU record, which serves nearly always.
 */
static void svcbind_echo_write(struct svcbind_echo_slot *slot,
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

static bool svcbind_echo_read(const struct svcbind_echo_slot *slot,
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
static int svcbind_echo_ingress(const struct sk_buff *skb, u8 family)
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
	echo->ifindex = svcbind_echo_ingress(skb, family);
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

/**
 * svcbind_echo_remember() - remember an echo request
 * @echoes: the memory
 * @skb: the request
 * @family: AF_INET or AF_INET6
 * @header: its header
 *
 * Context: LOCAL_IN.
 */
void svcbind_echo_remember(struct svcbind_echoes *echoes,
			   const struct sk_buff *skb, u8 family,
			   const struct svcbind_echo_header *header)
{
	struct svcbind_echo *last;

	/* Process context, where NFQUEUE reinjects. */
	local_bh_disable();
	last = this_cpu_ptr(echoes->last);
	svcbind_echo_fill(last, skb, family, header);
	svcbind_echo_write(svcbind_echo_place(echoes, last), last);
	local_bh_enable();
}

static bool svcbind_echo_answers(const struct svcbind_echo *echo,
				 const struct svcbind_echo *answer)
{
	return echo->family == answer->family && echo->id == answer->id &&
	       echo->sequence == answer->sequence &&
	       nf_inet_addr_cmp(&echo->saddr, &answer->daddr) &&
	       (!echo->unicast ||
		nf_inet_addr_cmp(&echo->daddr, &answer->saddr)) &&
	       time_before(jiffies, echo->when + SVCBIND_ECHO_EXPIRY);
}

/**
 * svcbind_echo_find() - which request does this answer?
 * @echoes: the memory
 * @flow: what the reply is
 * @header: its header
 * @echo: the request
 *
 * Context: LOCAL_OUT.
 * Return: whether it is remembered.
 */
bool svcbind_echo_find(struct svcbind_echoes *echoes,
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
	*echo = *this_cpu_ptr(echoes->last);
	local_bh_enable();
	if (svcbind_echo_answers(echo, &answer))
		return true;
	if (svcbind_echo_read(svcbind_echo_place(echoes, &request), echo) &&
	    svcbind_echo_answers(echo, &answer))
		return true;
	request.unicast = false;
	return svcbind_echo_read(svcbind_echo_place(echoes, &request), echo) &&
	       svcbind_echo_answers(echo, &answer);
}
