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

void svcbind_event_look(struct svcbind_net *sn)
{
}

#include "egress_cases.h"

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
