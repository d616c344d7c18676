// SPDX-License-Identifier: GPL-2.0
/* Packets that are nearly right: built as such, then spoilt in one place. */
#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>

#include "packet.h"

static uint64_t state;

void packet_seed(uint64_t seed)
{
	state = seed;
}

uint32_t packet_below(uint32_t n)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	z ^= z >> 31;
	return z % n;
}

bool packet_one_in(uint32_t n)
{
	return !packet_below(n);
}

static void put(struct packet *p, const void *data, size_t len)
{
	if (p->len + len > PACKET_MAX)
		len = PACKET_MAX - p->len;
	memcpy(p->data + p->len, data, len);
	p->len += len;
}

static void put8(struct packet *p, uint8_t value)
{
	put(p, &value, 1);
}

static void put16(struct packet *p, uint16_t value)
{
	value = htons(value);
	put(p, &value, 2);
}

static void put_noise(struct packet *p, size_t len)
{
	while (len--)
		put8(p, packet_below(256));
}

static void put_address(struct packet *p, int family, const char *const *list)
{
	uint8_t address[16];
	unsigned int n;

	for (n = 0; list[n]; n++)
		;
	inet_pton(family, list[packet_below(n)], address);
	put(p, address, family == AF_INET ? 4 : 16);
}

static uint16_t checksum(uint32_t sum, const uint8_t *data, size_t len)
{
	for (; len > 1; data += 2, len -= 2)
		sum += data[0] << 8 | data[1];
	if (len)
		sum += data[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void set16(struct packet *p, size_t at, uint16_t value)
{
	if (at + 2 <= p->len) {
		p->data[at] = value >> 8;
		p->data[at + 1] = value;
	}
}

static uint16_t port(void)
{
	static const uint16_t ports[] = { 2049, 7000, 22, 0, 65535 };

	return packet_one_in(4) ? packet_below(65536) :
				  ports[packet_below(5)];
}

/* An error quotes a packet, which may be one that was never sent. */
static void put_icmp(struct packet *p, uint8_t proto, bool sent)
{
	static const uint8_t types4[] = { 8, 8, 8, 8, 0, 3, 4, 5, 11, 12, 13, 17 };
	static const uint8_t types6[] = { 128, 128, 128, 1, 2, 3, 4, 129, 133,
					  134, 135, 136, 137, 143 };
	uint8_t type = types4[packet_below(sizeof(types4))];

	/* Those from 129 on are no service's: nothing to be steered. */
	if (proto == IPPROTO_ICMPV6)
		type = types6[packet_below(sent ? 7 : sizeof(types6))];
	put8(p, type);
	put8(p, packet_below(packet_one_in(4) ? 256 : 6));
	put16(p, 0);
	put16(p, packet_below(4));
	put16(p, packet_below(4));
	if (packet_one_in(2))
		put(p, p->data, packet_below(p->len));
	put_noise(p, packet_below(64));
}

static void put_transport(struct packet *p, uint8_t proto, bool sent)
{
	size_t start = p->len;

	switch (proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		put_icmp(p, proto, sent);
		break;
	case IPPROTO_TCP:
		put16(p, port());
		put16(p, port());
		put_noise(p, 8);
		put8(p, (packet_one_in(4) ? packet_below(16) : 5) << 4);
		put8(p, packet_one_in(2) ? 2 : packet_below(256));
		put16(p, 1024);
		put16(p, 0);
		put16(p, 0);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		put16(p, port());
		put16(p, port());
		put16(p, packet_one_in(4) ? packet_below(65536) : 8);
		put16(p, 0);
		break;
	default:
		put16(p, port());
		put16(p, port());
		put_noise(p, packet_below(40));
	}
	if (packet_one_in(4))
		p->len = start + packet_below(p->len - start + 1);
	else if (packet_one_in(4))
		put_noise(p, packet_below(600));
}

static uint8_t protocol(void)
{
	static const uint8_t all[] = {
		IPPROTO_ICMP, IPPROTO_UDP, IPPROTO_TCP, IPPROTO_SCTP,
		IPPROTO_UDPLITE, IPPROTO_ESP, IPPROTO_AH, IPPROTO_GRE,
		IPPROTO_IPIP, 255,
	};

	return all[packet_below(packet_one_in(3) ? sizeof(all) : 3)];
}

static void put_options(struct packet *p, size_t len)
{
	static const uint8_t kinds[] = { 0, 1, 7, 68, 131, 137, 148, 134 };
	size_t i;

	for (i = 0; i < len; i++)
		put8(p, packet_one_in(2) ? kinds[packet_below(8)] :
		     packet_one_in(2) ? len - i : packet_below(256));
}

static void spoil(struct packet *p)
{
	uint32_t n = packet_one_in(3) ? 1 + packet_below(4) : 0;

	while (n-- && p->len)
		p->data[packet_below(p->len)] ^= 1u << packet_below(8);
	if (packet_one_in(10))
		p->len = packet_below(p->len + 1);
}

static void make4(struct packet *p, const struct places *from,
		  const struct places *to, bool sent)
{
	size_t words = packet_one_in(3) ? packet_below(11) : 0;
	uint8_t proto = protocol();

	put8(p, 0x40 | (5 + words));
	put8(p, packet_below(4));
	put16(p, 0);
	put16(p, packet_below(8));
	put16(p, packet_one_in(6) ? packet_below(65536) : 0);
	put8(p, packet_one_in(8) ? packet_below(3) : 64);
	put8(p, proto);
	put16(p, 0);
	put_address(p, AF_INET, from->ip4);
	put_address(p, AF_INET, to->ip4);
	put_options(p, words * 4);
	put_transport(p, proto, sent);
	set16(p, 2, packet_one_in(10) ? packet_below(65536) : p->len);
	words += 5;
	if (proto == IPPROTO_ICMP && p->len > words * 4)
		set16(p, words * 4 + 2, checksum(0, p->data + words * 4,
						 p->len - words * 4));
	spoil(p);
	if (p->len >= 20 && !packet_one_in(16)) {
		words = p->data[0] & 15;
		set16(p, 10, 0);
		set16(p, 10, checksum(0, p->data, words * 4 <= p->len ?
				      words * 4 : p->len));
	}
}

/* A chain of extension headers; where it says which comes next, last. */
static size_t put_chain(struct packet *p, size_t next)
{
	static const uint8_t kinds[] = { 0, 43, 44, 51, 60, 135, 139, 59 };
	uint32_t n = packet_one_in(2) ? packet_below(8) : 0;
	uint8_t kind, units;
	size_t at;

	while (n-- && p->len < 700) {
		kind = kinds[packet_below(packet_one_in(8) ? 8 : 5)];
		units = kind == 44 ? 0 : packet_below(packet_one_in(4) ? 5 : 2);
		p->data[next] = kind;
		next = p->len;
		at = next;
		put_noise(p, 8 + units * 8);
		p->data[at + 1] = packet_one_in(16) ? packet_below(256) :
				  kind == 51 ? units * 2 : units;
		if (kind == 44 && !packet_one_in(4))
			set16(p, at + 2, 0);
		/* PadN, so that the options are sound ones. */
		if ((!kind || kind == 60) && !packet_one_in(8)) {
			memset(p->data + at + 2, 0, p->len - at - 2);
			p->data[at + 2] = 1;
			p->data[at + 3] = p->len - at - 4;
		}
	}
	return next;
}

/* Neighbour discovery and echo replies are left alone: what is sent to see
 * whether it is steered must not become one.
 */
static bool may_be_exempt(const struct packet *p)
{
	return p->len > 6 && memchr(p->data + 6, IPPROTO_ICMPV6, p->len - 6);
}

static void make6(struct packet *p, const struct places *from,
		  const struct places *to, bool sent)
{
	uint8_t proto = protocol();
	uint32_t sum = 0;
	struct packet good;
	size_t start, i;

	put8(p, 0x60);
	put8(p, 0);
	put16(p, 0);
	put16(p, 0);
	put8(p, 0);
	put8(p, packet_one_in(8) ? packet_below(3) : 255);
	put_address(p, AF_INET6, from->ip6);
	put_address(p, AF_INET6, to->ip6);
	start = put_chain(p, 6);
	if (proto == IPPROTO_ICMP)
		proto = IPPROTO_ICMPV6;
	for (i = 6; sent && i < p->len; i++)
		if (i != start && p->data[i] == IPPROTO_ICMPV6)
			p->data[i] = 59;
	p->data[start] = proto;
	start = p->len;
	put_transport(p, proto, sent);
	set16(p, 4, packet_one_in(10) ? packet_below(65536) : p->len - 40);
	if (proto == IPPROTO_ICMPV6 && p->len > start + 4) {
		for (i = 8; i < 40; i += 2)
			sum += p->data[i] << 8 | p->data[i + 1];
		sum += proto + p->len - start;
		set16(p, start + 2, checksum(sum, p->data + start,
					     p->len - start));
	}
	good = *p;
	if (!sent || proto != IPPROTO_ICMPV6)
		spoil(p);
	if (sent && may_be_exempt(p) && proto != IPPROTO_ICMPV6)
		*p = good;
}

static void make_arp(struct packet *p, const struct places *from,
		     const struct places *to)
{
	put16(p, packet_one_in(16) ? packet_below(65536) : 1);
	put16(p, packet_one_in(16) ? packet_below(65536) : ETH_P_IP);
	put8(p, packet_one_in(16) ? packet_below(256) : 6);
	put8(p, packet_one_in(16) ? packet_below(256) : 4);
	put16(p, packet_one_in(8) ? packet_below(16) : 1);
	put_noise(p, 6);
	put_address(p, AF_INET, from->ip4);
	put_noise(p, 6);
	put_address(p, AF_INET, to->ip4);
	spoil(p);
}

/**
 * packet_make() - make a packet
 * @p: takes it
 * @from: the addresses that it can be from
 * @to: those that it can be to
 * @sent: a raw socket sends it; no ARP, and nothing that svcbind leaves alone
 *	but by its destination, or as an IPv4 echo reply
 */
void packet_make(struct packet *p, const struct places *from,
		 const struct places *to, bool sent)
{
	uint32_t kind = packet_below(sent ? 8 : 10);

	p->len = 0;
	if (kind >= 8) {
		p->protocol = ETH_P_ARP;
		make_arp(p, from, to);
	} else if (kind & 1) {
		p->protocol = ETH_P_IPV6;
		make6(p, from, to, sent);
	} else {
		p->protocol = ETH_P_IP;
		make4(p, from, to, sent);
	}
}
