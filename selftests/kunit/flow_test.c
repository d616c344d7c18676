// SPDX-License-Identifier: GPL-2.0
/* kmod/flow.c: what packets are told apart by, from their bytes. */

#include <kunit/test.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>

#include "../../kmod/flow.c"

/* What is expected of a packet. */
#define NOT_IP		BIT(0)
#define PORTS		BIT(1)
#define SYN		BIT(2)
#define REQUEST		BIT(3)
#define REPLY		BIT(4)
#define DISCOVERY	BIT(5)
/* never: that is for the caller to tell */
#define OPENS		BIT(6)

#define HEADERS		128

/**
 * struct flow_case - a packet, from its IP header on
 * @desc: what it is
 * @family: AF_INET or AF_INET6
 * @proto: IPv4's protocol or IPv6's next header
 * @ihl: IPv4: length of the header, in words
 * @frag_off: IPv4: flags and offset of a fragment
 * @n: how much follows the header
 * @data: what follows: options, extension headers, transport header
 * @cut: how much of the IP header is missing
 * @expect_proto: the protocol that is found
 * @expect: what else is found
 */
struct flow_case {
	const char *desc;
	u8 family;
	u8 proto;
	u8 ihl;
	u16 frag_off;
	u8 n;
	u8 data[HEADERS];
	u8 cut;
	u8 expect_proto;
	u32 expect;
};

/* The ports of all transport headers: 0x1234 to 0x0801. */
#define PORT_BYTES	0x12, 0x34, 0x08, 0x01
#define TCP(flags)	PORT_BYTES, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, (flags), \
			0xff, 0xff, 0, 0, 0, 0
#define UDP		PORT_BYTES, 0, 8, 0, 0
#define ICMP(type)	(type), 0, 0, 0, 0, 7, 0, 1
#define OPTIONS		1, 1, 1, 1, 1, 1, 1, 0

/* Extension headers of IPv6: the next one's number comes first. */
#define HOP_BY_HOP(next)	(next), 0, 1, 4, 0, 0, 0, 0
#define ROUTING(next)		(next), 2, 4, 0, 0, 0, 0, 0, \
				0, 0, 0, 0, 0, 0, 0, 0, \
				0, 0, 0, 0, 0, 0, 0, 0
/* Length in words of four bytes, less two. */
#define AUTH(next)		(next), 4, 0, 0, 0, 0, 0, 1, \
				0, 0, 0, 1, 0, 0, 0, 0, \
				0, 0, 0, 0, 0, 0, 0, 0
/* The offset is in units of eight bytes, behind three bits. */
#define FRAGMENT(next, offset, more) \
				(next), 0, (offset) >> 5, \
				((offset) << 3 & 0xff) | (more), 0, 0, 0, 9

#define V4(name, protocol, size, found, flags, ...) { \
	.desc = (name), .family = AF_INET, .proto = (protocol), .ihl = 5, \
	.n = (size), .data = { __VA_ARGS__ }, \
	.expect_proto = (found), .expect = (flags) }
#define V6(name, next, size, found, flags, ...) { \
	.desc = (name), .family = AF_INET6, .proto = (next), .n = (size), \
	.data = { __VA_ARGS__ }, .expect_proto = (found), .expect = (flags) }

static const struct flow_case flow_cases[] = {
	V4("4 tcp", 6, 20, 6, PORTS, TCP(0x10)),
	V4("4 tcp syn", 6, 20, 6, PORTS | SYN, TCP(0x02)),
	V4("4 tcp syn ece cwr", 6, 20, 6, PORTS | SYN, TCP(0xc2)),
	V4("4 tcp syn ack", 6, 20, 6, PORTS, TCP(0x12)),
	V4("4 tcp rst", 6, 20, 6, PORTS, TCP(0x04)),
	V4("4 tcp fin", 6, 20, 6, PORTS, TCP(0x11)),
	V4("4 tcp one byte short", 6, 19, 6, PORTS, TCP(0x02)),
	V4("4 tcp ports only", 6, 4, 6, PORTS, TCP(0x02)),
	V4("4 tcp three bytes", 6, 3, 6, 0, TCP(0x02)),
	V4("4 tcp nothing", 6, 0, 6, 0),
	V4("4 udp", 17, 8, 17, PORTS, UDP),
	V4("4 udp ports only", 17, 4, 17, PORTS, UDP),
	V4("4 udp three bytes", 17, 3, 17, 0, UDP),
	V4("4 udplite", 136, 8, 136, PORTS, UDP),
	V4("4 sctp", 132, 12, 132, PORTS, UDP),
	V4("4 dccp", 33, 16, 33, 0, UDP),
	V4("4 gre", 47, 8, 47, 0, UDP),
	V4("4 echo request", 1, 8, 1, REQUEST, ICMP(8)),
	V4("4 echo reply", 1, 8, 1, REPLY, ICMP(0)),
	V4("4 echo reply one byte", 1, 1, 1, REPLY, ICMP(0)),
	V4("4 icmp nothing", 1, 0, 1, 0),
	V4("4 unreachable", 1, 8, 1, 0, ICMP(3)),
	V4("4 timestamp", 1, 8, 1, 0, ICMP(13)),
	V4("4 icmp6's request", 1, 8, 1, 0, ICMP(128)),
	/* ICMPv6 in IPv4 means nothing */
	V4("4 icmp6", 58, 8, 58, 0, ICMP(128)),
	{ "4 options", AF_INET, 6, 7, 0, 28, { OPTIONS, TCP(0x02) },
	  0, 6, PORTS | SYN },
	{ "4 longest header", AF_INET, 17, 15, 0, 48,
	  { OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, UDP }, 0, 17, PORTS },
	{ "4 options cut", AF_INET, 17, 7, 0, 4, { OPTIONS }, 0, 17, 0 },
	{ "4 ihl too small", AF_INET, 6, 4, 0, 20, { TCP(2) }, 0, 0, NOT_IP },
	{ "4 first fragment", AF_INET, 17, 5, 0x2000, 8, { UDP }, 0, 17, PORTS },
	{ "4 don't fragment", AF_INET, 17, 5, 0x4000, 8, { UDP }, 0, 17, PORTS },
	{ "4 later fragment", AF_INET, 17, 5, 0x2001, 8, { UDP }, 0, 17, 0 },
	{ "4 last fragment", AF_INET, 6, 5, 0x0100, 20, { TCP(2) }, 0, 6, 0 },
	{ "4 later echo", AF_INET, 1, 5, 0x1fff, 8, { ICMP(8) }, 0, 1, 0 },
	{ "4 header cut", AF_INET, 6, 5, 0, 0, { }, 1, 0, NOT_IP },
	{ "4 no header", AF_INET, 6, 5, 0, 0, { }, 20, 0, NOT_IP },

	V6("6 tcp", 6, 20, 6, PORTS, TCP(0x10)),
	V6("6 tcp syn", 6, 20, 6, PORTS | SYN, TCP(0x02)),
	V6("6 tcp syn ack", 6, 20, 6, PORTS, TCP(0x12)),
	V6("6 tcp ports only", 6, 4, 6, PORTS, TCP(0x02)),
	V6("6 tcp three bytes", 6, 3, 6, 0, TCP(0x02)),
	V6("6 udp", 17, 8, 17, PORTS, UDP),
	V6("6 udplite", 136, 8, 136, PORTS, UDP),
	V6("6 sctp", 132, 12, 132, PORTS, UDP),
	V6("6 nothing", 17, 0, 17, 0),
	V6("6 no next header", 59, 8, 59, 0, UDP),
	V6("6 esp", 50, 8, 50, 0, UDP),
	/* ICMPv6 counts as ICMP */
	V6("6 echo request", 58, 8, 1, REQUEST, ICMP(128)),
	V6("6 echo reply", 58, 8, 1, REPLY, ICMP(129)),
	V6("6 icmp nothing", 58, 0, 1, 0),
	V6("6 too big", 58, 8, 1, 0, ICMP(2)),
	V6("6 icmp4's request", 58, 8, 1, 0, ICMP(8)),
	V6("6 mld", 58, 8, 1, 0, ICMP(143)),
	V6("6 router solicitation", 58, 8, 1, DISCOVERY, ICMP(133)),
	V6("6 router advertisement", 58, 8, 1, DISCOVERY, ICMP(134)),
	V6("6 neighbour solicitation", 58, 8, 1, DISCOVERY, ICMP(135)),
	V6("6 neighbour advertisement", 58, 8, 1, DISCOVERY, ICMP(136)),
	V6("6 redirect", 58, 8, 1, DISCOVERY, ICMP(137)),
	/* ICMP in IPv6 means nothing */
	V6("6 icmp4", 1, 8, 1, 0, ICMP(8)),
	V6("6 hop by hop", 0, 16, 17, PORTS, HOP_BY_HOP(17), UDP),
	V6("6 mld with its option", 0, 16, 1, 0, HOP_BY_HOP(58), ICMP(143)),
	V6("6 routing", 43, 44, 6, PORTS | SYN, ROUTING(6), TCP(2)),
	V6("6 authentication", 51, 44, 6, PORTS, AUTH(6), TCP(0x10)),
	V6("6 destination", 60, 16, 1, REQUEST, HOP_BY_HOP(58), ICMP(128)),
	V6("6 three in a row", 0, 60, 6, PORTS | SYN,
	   HOP_BY_HOP(43), ROUTING(60), HOP_BY_HOP(6), TCP(2)),
	/* An extension header that was cut still tells what follows it, */
	V6("6 extension cut", 0, 4, 17, 0, HOP_BY_HOP(17)),
	V6("6 second extension cut", 0, 16, 6, 0, HOP_BY_HOP(43), ROUTING(6)),
	/* unless that is missing, too. */
	V6("6 one byte of an extension", 0, 1, 0, 0, HOP_BY_HOP(17)),
	V6("6 one byte of a second", 0, 9, 0, 0, HOP_BY_HOP(43), ROUTING(6)),
	V6("6 transport cut", 0, 10, 17, 0, HOP_BY_HOP(17), UDP),
	V6("6 first fragment", 44, 16, 17, PORTS, FRAGMENT(17, 0, 1), UDP),
	V6("6 whole fragment", 44, 16, 17, PORTS, FRAGMENT(17, 0, 0), UDP),
	V6("6 first fragment echo", 44, 16, 1, REQUEST,
	   FRAGMENT(58, 0, 1), ICMP(128)),
	V6("6 later fragment", 44, 16, 17, 0, FRAGMENT(17, 1, 1), UDP),
	V6("6 last fragment", 44, 28, 6, 0, FRAGMENT(6, 181, 0), TCP(2)),
	V6("6 later fragment echo", 44, 16, 1, 0,
	   FRAGMENT(58, 32, 0), ICMP(128)),
	V6("6 later fragment behind", 0, 24, 17, 0,
	   HOP_BY_HOP(44), FRAGMENT(17, 1, 0), UDP),
	V6("6 first fragment, more behind", 44, 24, 17, PORTS,
	   FRAGMENT(60, 0, 1), HOP_BY_HOP(17), UDP),
	V6("6 first fragment cut", 44, 7, 17, 0, FRAGMENT(17, 0, 1)),
	V6("6 later fragment cut", 44, 7, 44, 0, FRAGMENT(17, 1, 1)),
	V6("6 fragment without offset", 44, 3, 44, 0, FRAGMENT(17, 0, 1)),
	{ .desc = "6 header cut", .family = AF_INET6, .proto = 6, .cut = 1,
	  .expect = NOT_IP },
	{ .desc = "6 no header", .family = AF_INET6, .proto = 6, .cut = 40,
	  .expect = NOT_IP },
};

static void flow_case_desc(const struct flow_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(flow, flow_cases, flow_case_desc);

static const struct in6_addr source6 = { .s6_addr = { 0xfd, [15] = 1 } };
static const struct in6_addr dest6 = { .s6_addr = { 0xfd, [15] = 2 } };

static u32 fill_header(const struct flow_case *c, u8 *header)
{
	struct ipv6hdr *ip6h = (struct ipv6hdr *)header;
	struct iphdr *iph = (struct iphdr *)header;

	if (c->family == AF_INET) {
		iph->version = 4;
		iph->ihl = c->ihl;
		iph->protocol = c->proto;
		iph->frag_off = htons(c->frag_off);
		iph->saddr = htonl(0x0a000001);
		iph->daddr = htonl(0x0a000002);
		return sizeof(*iph);
	}
	ip6h->version = 6;
	ip6h->nexthdr = c->proto;
	ip6h->saddr = source6;
	ip6h->daddr = dest6;
	return sizeof(*ip6h);
}

/* Its linear part ends with the IP header if @paged is set; @before is what
 * lies in front of the network header.
 */
static struct sk_buff *make_packet(struct kunit *test,
				   const struct flow_case *c, bool paged,
				   u32 before)
{
	u8 header[sizeof(struct ipv6hdr)] = {};
	u32 len = fill_header(c, header) - c->cut;
	struct sk_buff *skb;
	struct page *page;

	skb = alloc_skb(64 + sizeof(header) + HEADERS, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 32);
	skb_put(skb, before);
	skb_set_network_header(skb, before);
	skb_put_data(skb, header, len);
	if (!c->n)
		return skb;
	if (!paged) {
		skb_put_data(skb, c->data, c->n);
		return skb;
	}
	page = alloc_page(GFP_KERNEL);
	if (!page)
		kfree_skb(skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memcpy(page_address(page), c->data, c->n);
	skb_add_rx_frag(skb, 0, page, 0, c->n, PAGE_SIZE);
	return skb;
}

static u32 found_in(const struct svcbind_flow *flow)
{
	return (flow->has_ports ? PORTS : 0) | (flow->syn ? SYN : 0) |
	       (flow->echo_request ? REQUEST : 0) |
	       (flow->echo_reply ? REPLY : 0) |
	       (flow->discovery ? DISCOVERY : 0) | (flow->opens ? OPENS : 0);
}

static void expect_flow(struct kunit *test, const struct flow_case *c,
			const struct svcbind_flow *flow)
{
	KUNIT_EXPECT_EQ(test, flow->family, c->family);
	KUNIT_EXPECT_EQ(test, flow->proto, c->expect_proto);
	KUNIT_EXPECT_EQ(test, found_in(flow), c->expect);
	KUNIT_EXPECT_EQ(test, flow->sport, c->expect & PORTS ? 0x1234 : 0);
	KUNIT_EXPECT_EQ(test, flow->dport, c->expect & PORTS ? 0x0801 : 0);
	KUNIT_EXPECT_NULL(test, flow->sk);
	KUNIT_EXPECT_TRUE(test, nf_inet_addr_cmp(&flow->source, &flow->saddr));
	if (c->family == AF_INET) {
		KUNIT_EXPECT_EQ(test, flow->saddr.ip, htonl(0x0a000001));
		KUNIT_EXPECT_EQ(test, flow->daddr.ip, htonl(0x0a000002));
	} else {
		KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&flow->saddr.in6,
							&source6));
		KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&flow->daddr.in6,
							&dest6));
	}
}

static void parse_case(struct kunit *test, bool paged, u32 before)
{
	const struct flow_case *c = test->param_value;
	struct nf_hook_state state = { .pf = c->family, .net = &init_net };
	struct svcbind_flow flow;
	struct sk_buff *skb;
	bool parsed;

	/* What was there before is forgotten. */
	memset(&flow, 0xff, sizeof(flow));
	skb = make_packet(test, c, paged, before);
	parsed = svcbind_flow_parse(&flow, skb, &state);
	kfree_skb(skb);
	KUNIT_ASSERT_EQ(test, parsed, !(c->expect & NOT_IP));
	if (parsed)
		expect_flow(test, c, &flow);
}

static void flow_linear(struct kunit *test)
{
	parse_case(test, false, 0);
}

static void flow_paged(struct kunit *test)
{
	parse_case(test, true, 0);
}

/* A header in front, as where a tunnel has put its own. */
static void flow_inner(struct kunit *test)
{
	const struct flow_case *c = test->param_value;

	/* With a header in front, the packet is long enough. */
	if (!c->cut)
		parse_case(test, false, 24);
}

static const struct flow_case plain_udp = V4("udp", 17, 8, 17, PORTS, UDP);

/* Which socket is the packet's, if the hook is told this one? */
static struct sock *owner_of(struct kunit *test, struct sock *sk,
			     struct net *net)
{
	struct nf_hook_state state = { .pf = AF_INET, .net = net, .sk = sk };
	struct svcbind_flow flow;
	struct sk_buff *skb;

	skb = make_packet(test, &plain_udp, false, 0);
	/* that of the packet itself isn't asked */
	skb->sk = (struct sock *)-1l;
	svcbind_flow_parse(&flow, skb, &state);
	skb->sk = NULL;
	kfree_skb(skb);
	return flow.sk;
}

static void flow_owner(struct kunit *test)
{
	struct inet_timewait_sock *tw;
	struct request_sock *req;
	struct socket *sock;
	struct net *other;
	int err;

	tw = kunit_kzalloc(test, sizeof(*tw), GFP_KERNEL);
	req = kunit_kzalloc(test, sizeof(*req), GFP_KERNEL);
	/* only its address matters */
	other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, tw && req && other);
	err = sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, 0, &sock);
	KUNIT_ASSERT_EQ(test, err, 0);

	KUNIT_EXPECT_PTR_EQ(test, owner_of(test, sock->sk, &init_net),
			    sock->sk);
	KUNIT_EXPECT_NULL(test, owner_of(test, sock->sk, other));
	KUNIT_EXPECT_NULL(test, owner_of(test, NULL, &init_net));
	/* that of a connection to be is its listener's, */
	req->__req_common.skc_state = TCP_NEW_SYN_RECV;
	req->rsk_listener = sock->sk;
	KUNIT_EXPECT_PTR_EQ(test, owner_of(test, req_to_sk(req), &init_net),
			    sock->sk);
	KUNIT_EXPECT_NULL(test, owner_of(test, req_to_sk(req), other));
	/* which may be gone; and one that is past has none. */
	req->rsk_listener = NULL;
	KUNIT_EXPECT_NULL(test, owner_of(test, req_to_sk(req), &init_net));
	tw->tw_state = TCP_TIME_WAIT;
	write_pnet(&tw->tw_net, &init_net);
	KUNIT_EXPECT_NULL(test, owner_of(test, (struct sock *)tw, &init_net));
	sock_release(sock);
}

static struct kunit_case flow_test_cases[] = {
	KUNIT_CASE_PARAM(flow_linear, flow_gen_params),
	KUNIT_CASE_PARAM(flow_paged, flow_gen_params),
	KUNIT_CASE_PARAM(flow_inner, flow_gen_params),
	KUNIT_CASE(flow_owner),
	{}
};

static struct kunit_suite flow_suite = {
	.name = "svcbind_flow",
	.test_cases = flow_test_cases,
};

kunit_test_suite(flow_suite);

MODULE_DESCRIPTION("unit tests of svcbind");
MODULE_LICENSE("GPL");
