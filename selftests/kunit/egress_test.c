// SPDX-License-Identifier: GPL-2.0
/* kmod/egress.c: which device, and by which next hop. On real devices: see
 * kunit.sh for those that there have to be.
 */

#include <kunit/test.h>
#include <linux/inet.h>

#include "../../kmod/egress.c"
#include "../../kmod/device.c"
#include "../../kmod/nexthop.c"
#include "../../kmod/source.c"

/* No namespace is registered and no notifier: neither is ever used. */
unsigned int svcbind_net_id;

void svcbind_arp_announce(struct svcbind_net *sn, struct net_device *dev,
			  const struct in_ifaddr *ifa)
{
}

#define DEVICES		3

/**
 * struct egress_case - a packet, a binding, and what is chosen
 * @desc: what it shows
 * @devs: the binding's devices
 * @to: the peer
 * @route: the device that the packet's present route leads through
 * @expect: the verdict
 * @dev: the device that is chosen
 * @gateway: by which gateway it is steered, or NULL
 * @via: the binding's gateway, for all of its devices, or NULL
 * @from: the packet's source; by default the present device's
 * @want_dev: the device that comes first, or NULL
 * @want_source: the address whose device comes first, or NULL
 * @only: no other will do
 * @opens: the packet opens a flow
 * @inside: the device that the packet has come through already, or NULL
 */
struct egress_case {
	const char *desc;
	const char *devs[DEVICES];
	const char *to;
	const char *route;
	enum svcbind_verdict expect;
	const char *dev;
	const char *gateway;
	const char *via;
	const char *from;
	const char *want_dev;
	const char *want_source;
	bool only;
	bool opens;
	const char *inside;
};

/* The devices, by what they are good for; kunit.sh makes them. */
#define FIRST		"kunit0"	/* the routing table's choice */
#define SECOND		"kunit1"	/* in the same subnet */
#define UNROUTED	"kunit2"	/* the same, noprefixroute */
#define DOWN		"kunit3"
#define BARE		"kunit4"	/* without an address */
#define ABSENT		"kunit5"

/* Peers: in the subnet, and beyond the gateway that FIRST has a route by. */
#define NEAR4		"10.99.0.100"
#define NEAR6		"fd99::100"
#define FAR4		"192.0.2.1"
#define FAR6		"2001:db8::1"
#define GATEWAY4	"10.99.0.1"
#define GATEWAY6	"fd99::1"
#define FIRST4		"10.99.0.11"
#define FIRST6		"fd99::11"
#define SECOND4		"10.99.0.12"
#define SECOND6		"fd99::12"
#define NOBODY4		"203.0.113.9"
#define NOBODY6		"2001:db8::9"

#define PASS		SVCBIND_PASS
#define STEER		SVCBIND_STEER
#define NO_DEVICE	SVCBIND_DROP_NO_DEVICE
#define NO_ROUTE	SVCBIND_DROP_NO_ROUTE
#define CONFLICT	SVCBIND_DROP_CONFLICT

/* All that holds for both families. */
#define CASES(v) \
	{ #v " right already", { FIRST }, NEAR##v, FIRST, PASS, FIRST }, \
	{ #v " right, by a gateway", { FIRST }, FAR##v, FIRST, PASS, FIRST }, \
	{ #v " the first of two", { FIRST, SECOND }, NEAR##v, FIRST, PASS, \
	  FIRST }, \
	{ #v " the order is the binding's", { SECOND, FIRST }, NEAR##v, FIRST, \
	  STEER, SECOND }, \
	{ #v " the second is right already", { FIRST, SECOND }, NEAR##v, SECOND, \
	  STEER, FIRST }, \
	{ #v " the only one", { SECOND }, NEAR##v, FIRST, STEER, SECOND }, \
	{ #v " a pending one", { ABSENT, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " one that is down", { DOWN, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " one without address", { BARE, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " none is usable", { ABSENT, DOWN, BARE }, NEAR##v, FIRST, \
	  NO_DEVICE }, \
	{ #v " no binding's device", { }, NEAR##v, FIRST, NO_DEVICE }, \
	/* where the routing table has no way through the device */ \
	{ #v " no way", { SECOND }, FAR##v, FIRST, NO_ROUTE }, \
	{ #v " no way, none usable", { SECOND, DOWN }, FAR##v, FIRST, NO_ROUTE }, \
	{ #v " none usable, no way", { ABSENT, SECOND }, FAR##v, FIRST, \
	  NO_ROUTE }, \
	{ #v " no way, then one", { SECOND, FIRST }, FAR##v, FIRST, PASS, \
	  FIRST }, \
	{ #v " via", { SECOND }, FAR##v, FIRST, STEER, SECOND, GATEWAY##v, \
	  .via = GATEWAY##v }, \
	{ #v " via isn't for the subnet", { SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .via = GATEWAY##v }, \
	{ #v " on-link without a route", { UNROUTED }, NEAR##v, FIRST, STEER, \
	  UNROUTED }, \
	{ #v " on-link before via", { UNROUTED }, NEAR##v, FIRST, STEER, \
	  UNROUTED, .via = GATEWAY##v }, \
	{ #v " via without a route", { UNROUTED }, FAR##v, FIRST, STEER, \
	  UNROUTED, GATEWAY##v, .via = GATEWAY##v }, \
	/* the device that the socket is bound to */ \
	{ #v " wants a device", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_dev = SECOND }, \
	{ #v " wants a device, only", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_dev = SECOND, .only = true }, \
	{ #v " wants another device", { FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .want_dev = SECOND }, \
	{ #v " wants another, only", { FIRST }, NEAR##v, FIRST, CONFLICT, \
	  .want_dev = SECOND, .only = true }, \
	{ #v " wants one that is down", { FIRST, DOWN }, NEAR##v, FIRST, PASS, \
	  FIRST, .want_dev = DOWN }, \
	{ #v " wants one that is down, only", { FIRST, DOWN }, NEAR##v, FIRST, \
	  NO_DEVICE, .want_dev = DOWN, .only = true }, \
	{ #v " wants one without a way, only", { FIRST, SECOND }, FAR##v, FIRST, \
	  NO_ROUTE, .want_dev = SECOND, .only = true }, \
	/* the device that has the flow's source */ \
	{ #v " wants a source", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_source = SECOND##v }, \
	{ #v " wants a source, only", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_source = SECOND##v, .only = true }, \
	{ #v " wants another's source", { FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .want_source = SECOND##v }, \
	{ #v " wants another's source, only", { FIRST }, NEAR##v, FIRST, \
	  CONFLICT, .want_source = SECOND##v, .only = true }, \
	{ #v " wants nobody's source, only", { FIRST, SECOND }, NEAR##v, FIRST, \
	  CONFLICT, .want_source = NOBODY##v, .only = true }, \
	{ #v " wants nobody's source", { FIRST, SECOND }, NEAR##v, FIRST, PASS, \
	  FIRST, .want_source = NOBODY##v }, \
	{ #v " a device before a source", { FIRST, SECOND }, NEAR##v, FIRST, \
	  PASS, FIRST, .want_dev = FIRST, .want_source = SECOND##v }, \
	/* the source that it will have */ \
	{ #v " opens with its source", { SECOND }, NEAR##v, SECOND, PASS, \
	  SECOND, .from = SECOND##v, .opens = true }, \
	{ #v " opens with another's", { SECOND }, NEAR##v, SECOND, STEER, \
	  SECOND, .from = FIRST##v, .opens = true }, \
	{ #v " open with another's", { SECOND }, NEAR##v, SECOND, PASS, SECOND, \
	  .from = FIRST##v }, \
	/* what a tunnel has wrapped doesn't go through it again */ \
	{ #v " inside a tunnel", { SECOND, FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .inside = SECOND }, \
	{ #v " inside the only one", { SECOND }, NEAR##v, FIRST, NO_DEVICE, \
	  .inside = SECOND }

static const struct egress_case egress_cases[] = {
	CASES(4),
	CASES(6),
	/* The kernel takes the peer for on-link where a device is given. */
	{ "4 assumed on link", { SECOND }, FAR4, SECOND, NO_ROUTE },
	{ "4 assumed on link, via", { SECOND }, FAR4, SECOND, STEER, SECOND,
	  GATEWAY4, .via = GATEWAY4 },
	{ "4 assumed on link, is", { UNROUTED }, NEAR4, UNROUTED, PASS,
	  UNROUTED },
	/* A link-local peer is another host on another link. */
	{ "6 link-local", { FIRST }, "fe80::100", FIRST, PASS, FIRST },
	{ "6 link-local elsewhere", { SECOND }, "fe80::100", FIRST, CONFLICT },
	{ "6 link-local, second", { SECOND, FIRST }, "fe80::100", FIRST, PASS,
	  FIRST },
};

static void egress_case_desc(const struct egress_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(egress, egress_cases, egress_case_desc);

/* What a test takes, and has to give back. */
struct egress_test {
	struct svcbind_net sn;
	struct svcbind_binding *binding;
	struct sk_buff *skb;
	struct svcbind_choice choice;
};

static u8 read_address(const char *text, union nf_inet_addr *addr)
{
	if (in4_pton(text, -1, (u8 *)&addr->ip, -1, NULL))
		return AF_INET;
	return in6_pton(text, -1, addr->in6.s6_addr, -1, NULL) ? AF_INET6 : 0;
}

static int ifindex_of(struct kunit *test, const char *name)
{
	struct net_device *dev = dev_get_by_name(&init_net, name);
	int ifindex;

	KUNIT_ASSERT_NOT_NULL_MSG(test, dev, "no device %s: see kunit.sh",
				  name);
	ifindex = dev->ifindex;
	dev_put(dev);
	return ifindex;
}

static int egress_test_init(struct kunit *test)
{
	struct egress_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->sn.net = &init_net;
	spin_lock_init(&t->sn.device_lock);
	INIT_LIST_HEAD(&t->sn.devices);
	t->binding = kunit_kzalloc(test, struct_size(t->binding, bound,
						     DEVICES), GFP_KERNEL);
	if (!t->binding)
		return -ENOMEM;
	test->priv = t;
	return 0;
}

static void egress_test_exit(struct kunit *test)
{
	struct egress_test *t = test->priv;
	struct svcbind_bound *bound;
	u32 i;

	if (!t)
		return;
	dst_release(t->choice.dst);
	kfree_skb(t->skb);
	for (i = 0; i < t->binding->n; i++) {
		bound = &t->binding->bound[i];
		svcbind_nexthop_put(bound->onlink4);
		svcbind_nexthop_put(bound->onlink6);
		svcbind_nexthop_put(bound->via4);
		svcbind_nexthop_put(bound->via6);
		svcbind_device_put(bound->device);
	}
	KUNIT_EXPECT_EQ(test, t->sn.n_devices, 0);
	KUNIT_EXPECT_EQ(test, t->sn.n_nexthops, 0);
}

static struct svcbind_nexthop *get_nexthop(struct kunit *test,
					   struct svcbind_device *device,
					   u8 family, const char *text)
{
	union nf_inet_addr gateway = {};
	struct svcbind_nexthop *nexthop;

	if (text && read_address(text, &gateway) != family)
		return NULL;
	nexthop = svcbind_nexthop_get(device, family, &gateway.in6);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nexthop);
	return nexthop;
}

static void bind_devices(struct kunit *test, const struct egress_case *c)
{
	struct egress_test *t = test->priv;
	struct svcbind_bound *bound;
	u32 i;

	for (i = 0; i < DEVICES && c->devs[i]; i++) {
		bound = &t->binding->bound[i];
		bound->device = svcbind_device_get(&t->sn, c->devs[i]);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bound->device);
		t->binding->n++;
		bound->onlink4 = get_nexthop(test, bound->device, AF_INET,
					     NULL);
		bound->onlink6 = get_nexthop(test, bound->device, AF_INET6,
					     NULL);
		if (!c->via)
			continue;
		bound->via4 = get_nexthop(test, bound->device, AF_INET, c->via);
		bound->via6 = get_nexthop(test, bound->device, AF_INET6,
					  c->via);
	}
}

/* A route as a socket's that is bound to the device; for IPv6 an error, too. */
static struct dst_entry *present_route(u8 family, int ifindex,
				       const union nf_inet_addr *to)
{
	struct flowi4 fl4 = { .flowi4_oif = ifindex, .daddr = to->ip };
	struct flowi6 fl6 = { .flowi6_oif = ifindex, .daddr = to->in6 };
	struct rtable *rt;

	if (family == AF_INET6)
		return ip6_route_output(&init_net, NULL, &fl6);
	rt = ip_route_output_key(&init_net, &fl4);
	return IS_ERR(rt) ? NULL : &rt->dst;
}

static const char *default_source(const struct egress_case *c, u8 family)
{
	if (c->from)
		return c->from;
	if (!strcmp(c->route, FIRST))
		return family == AF_INET ? FIRST4 : FIRST6;
	return family == AF_INET ? SECOND4 : SECOND6;
}

static void put_headers(struct sk_buff *skb, u8 family,
			const union nf_inet_addr *from,
			const union nf_inet_addr *to)
{
	__be16 udp[] = { htons(5000), htons(2049), htons(8), 0 };
	struct ipv6hdr *ip6h;
	struct iphdr *iph;

	skb_reset_network_header(skb);
	if (family == AF_INET) {
		iph = skb_put_zero(skb, sizeof(*iph));
		iph->version = 4;
		iph->ihl = 5;
		iph->protocol = IPPROTO_UDP;
		iph->saddr = from->ip;
		iph->daddr = to->ip;
	} else {
		ip6h = skb_put_zero(skb, sizeof(*ip6h));
		ip6h->version = 6;
		ip6h->nexthdr = IPPROTO_UDP;
		ip6h->saddr = from->in6;
		ip6h->daddr = to->in6;
	}
	skb_put_data(skb, udp, sizeof(udp));
}

/* A packet in LOCAL_OUT, and what is known of it there. */
static void make_packet(struct kunit *test, const struct egress_case *c,
			struct svcbind_flow *flow)
{
	struct nf_hook_state state = { .net = &init_net };
	struct egress_test *t = test->priv;
	union nf_inet_addr from = {}, to = {};
	struct dst_entry *dst;

	state.pf = read_address(c->to, &to);
	read_address(default_source(c, state.pf), &from);
	dst = present_route(state.pf, ifindex_of(test, c->route), &to);
	KUNIT_ASSERT_NOT_NULL(test, dst);
	t->skb = alloc_skb(256, GFP_KERNEL);
	if (!t->skb)
		dst_release(dst);
	KUNIT_ASSERT_NOT_NULL(test, t->skb);
	skb_dst_set(t->skb, dst);
	skb_reserve(t->skb, 64);
	put_headers(t->skb, state.pf, &from, &to);
	KUNIT_ASSERT_TRUE(test, svcbind_flow_parse(flow, t->skb, &state));
	flow->opens = c->opens;
}

static void expect_gateway(struct kunit *test, const struct egress_case *c,
			   u8 family, struct dst_entry *dst)
{
	const struct rtable *rt = (struct rtable *)dst;
	const struct rt6_info *rt6 = (struct rt6_info *)dst;
	union nf_inet_addr gateway = {}, got = {};

	if (c->gateway)
		read_address(c->gateway, &gateway);
	if (family == AF_INET && rt->rt_gw_family)
		got.ip = rt->rt_gw4;
	if (family == AF_INET6 && rt6->rt6i_flags & RTF_GATEWAY)
		got.in6 = rt6->rt6i_gateway;
	KUNIT_EXPECT_TRUE_MSG(test, nf_inet_addr_cmp(&got, &gateway),
			      "gateway %pI6c", &got);
}

static void expect_choice(struct kunit *test, const struct egress_case *c,
			  u8 family)
{
	struct egress_test *t = test->priv;
	const struct svcbind_choice *choice = &t->choice;

	KUNIT_EXPECT_EQ(test, choice->verdict, c->expect);
	if (choice->verdict != c->expect || !c->dev) {
		KUNIT_EXPECT_NULL(test, choice->dst);
		return;
	}
	KUNIT_EXPECT_STREQ(test, choice->dev->name, c->dev);
	KUNIT_EXPECT_STREQ(test, choice->bound->device->name, c->dev);
	if (c->expect == SVCBIND_PASS) {
		KUNIT_EXPECT_NULL(test, choice->dst);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, choice->dst);
	KUNIT_EXPECT_STREQ(test, choice->dst->dev->name, c->dev);
	KUNIT_EXPECT_EQ(test, choice->dst->error, 0);
	expect_gateway(test, c, family, choice->dst);
}

/* No assertion within: it would end the thread in the RCU read side. */
static void choose(struct egress_test *t, const struct svcbind_flow *flow,
		   const struct svcbind_want *want, const char *inside)
{
	rcu_read_lock();
	if (inside)
		t->skb->dev = dev_get_by_name_rcu(&init_net, inside);
	svcbind_egress_choose(&t->choice, t->binding, flow, t->skb, want);
	t->skb->dev = NULL;
	rcu_read_unlock();
}

static void egress_choose(struct kunit *test)
{
	const struct egress_case *c = test->param_value;
	struct svcbind_want want = { .only = c->only };
	struct egress_test *t = test->priv;
	union nf_inet_addr source = {};
	struct svcbind_flow flow;

	if (c->want_dev)
		want.ifindex = ifindex_of(test, c->want_dev);
	if (c->want_source) {
		read_address(c->want_source, &source);
		want.source = &source;
	}
	bind_devices(test, c);
	make_packet(test, c, &flow);
	choose(t, &flow, &want, c->inside);
	expect_choice(test, c, flow.family);
}

/* A packet is steered: its route, and room for the header of the device. */
static void egress_steer(struct kunit *test)
{
	const struct egress_case c = { "", { SECOND }, NEAR4, FIRST };
	const struct svcbind_want want = {};
	struct egress_test *t = test->priv;
	struct svcbind_flow flow;
	int err;

	bind_devices(test, &c);
	make_packet(test, &c, &flow);
	choose(t, &flow, &want, NULL);
	KUNIT_ASSERT_NOT_NULL(test, t->choice.dst);
	/* as if the old device had needed less */
	skb_push(t->skb, skb_headroom(t->skb) - 3);
	KUNIT_ASSERT_EQ(test, skb_headroom(t->skb), 3);
	dst_hold(t->choice.dst);
	err = svcbind_egress_steer(t->skb, t->choice.dst);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_PTR_EQ(test, skb_dst(t->skb), t->choice.dst);
	KUNIT_EXPECT_GE(test, skb_headroom(t->skb),
			LL_RESERVED_SPACE(t->choice.dst->dev));
	KUNIT_EXPECT_EQ(test, ip_hdr(t->skb)->daddr, flow.daddr.ip);
}

static struct kunit_case egress_test_cases[] = {
	KUNIT_CASE_PARAM(egress_choose, egress_gen_params),
	KUNIT_CASE(egress_steer),
	{}
};

static struct kunit_suite egress_suite = {
	.name = "svcbind_egress",
	.init = egress_test_init,
	.exit = egress_test_exit,
	.test_cases = egress_test_cases,
};

kunit_test_suite(egress_suite);
