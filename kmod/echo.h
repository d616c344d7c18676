/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_ECHO_H
#define _SVCBIND_ECHO_H

#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct svcbind_flow;

#define SVCBIND_ECHO_SLOTS	256

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
 * struct svcbind_echo_slot - a place in the table
 * @version: odd while it is being written
 * @echo: the request
 */
struct svcbind_echo_slot {
	u32 version;
	struct svcbind_echo echo;
};

/**
 * struct svcbind_echoes - the memory of echo requests
 * @last: the last request of each CPU: icmp_rcv() answers it right after
 *	LOCAL_IN, on the same CPU, so that requests that are alike on several
 *	devices can't be mixed up; written with softirqs off
 * @slot: for what was answered elsewhere or later (NFQUEUE, IPv6 fragments,
 *	which are put together after LOCAL_IN)
 */
struct svcbind_echoes {
	struct svcbind_echo __percpu *last;
	struct svcbind_echo_slot slot[SVCBIND_ECHO_SLOTS];
};

/**
 * struct svcbind_echo_header - what ICMP and ICMPv6 echo messages begin with
 * @type: of the message
 * @code: 0
 * @checksum: of the message
 * @id: identifier
 * @sequence: sequence number
 */
struct svcbind_echo_header {
	u8 type;
	u8 code;
	__sum16 checksum;
	__be16 id;
	__be16 sequence;
};

const struct svcbind_echo_header *
svcbind_echo_header(const struct sk_buff *skb, u8 family, u8 type4, u8 type6,
		    struct svcbind_echo_header *buffer);
void svcbind_echo_remember(struct svcbind_echoes *echoes,
			   const struct sk_buff *skb, u8 family,
			   const struct svcbind_echo_header *header);
bool svcbind_echo_find(struct svcbind_echoes *echoes,
		       const struct svcbind_flow *flow,
		       const struct svcbind_echo_header *header,
		       struct svcbind_echo *echo);

#endif /* _SVCBIND_ECHO_H */
