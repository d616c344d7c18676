// SPDX-License-Identifier: GPL-2.0
/* kmod/classify.c: which service a flow belongs to. */

#include <kunit/test.h>
#include <linux/inet.h>

#include "../../kmod/classify.c"

#define RULES		3
#define ELEMENTS	4

/**
 * struct rule - a match, as the tables below have it
 * @protos: up to a zero; none: all
 * @port: ranges at either end, up to one that ends at zero
 * @dport: ranges of the destination
 * @sport: ranges of the source
 * @to: prefixes of the destination, separated by spaces, or NULL
 * @from: prefixes of the source, or NULL
 * @mark: the packet's mark, or 0: not asked (owner_test.c has the rest of that)
 */
struct rule {
	u8 protos[ELEMENTS];
	struct svcbind_range port[ELEMENTS];
	struct svcbind_range dport[ELEMENTS];
	struct svcbind_range sport[ELEMENTS];
	const char *to;
	const char *from;
	u32 mark;
};

/**
 * struct classify_case - rules, a flow, and the rule that it hits
 * @desc: what it shows
 * @rule: the rules, in order
 * @n: how many
 * @proto: the flow's protocol
 * @sport: its ports; it has none if both are zero
 * @dport: the destination's
 * @from: its source
 * @to: its destination
 * @expect: which rule is hit, from 1 on; 0: none
 */
struct classify_case {
	const char *desc;
	struct rule rule[RULES];
	u32 n;
	u8 proto;
	u16 sport;
	u16 dport;
	const char *from;
	const char *to;
	u32 expect;
};

#define HOSTS		"10.0.0.1", "10.0.0.2"
#define HOSTS6		"fd00::1", "fd00::2"
#define ONE(...)	{ { __VA_ARGS__ } }, 1

static const struct classify_case classify_cases[] = {
	{ "no rules", { }, 0, 6, 1, 2, HOSTS, 0 },
	{ "a rule without words", ONE(), 6, 1, 2, HOSTS, 1 },

	/* protocols: one of them */
	{ "proto", ONE({ 6 }), 6, 1, 2, HOSTS, 1 },
	{ "another proto", ONE({ 6 }), 17, 1, 2, HOSTS, 0 },
	{ "second proto", ONE({ 6, 17 }), 17, 1, 2, HOSTS, 1 },
	{ "proto 255", ONE({ 255 }), 255, 0, 0, HOSTS, 1 },
	{ "any proto", ONE(.to = "10.0.0.0/8"), 0, 0, 0, HOSTS, 1 },
	{ "any proto, 255", ONE(.to = "10.0.0.0/8"), 255, 0, 0, HOSTS, 1 },
	/* the flow says 1 for ICMPv6, too (flow_test.c) */
	{ "icmp over IPv6", ONE({ 1 }), 1, 0, 0, HOSTS6, 1 },

	/* ranges: both edges */
	{ "below a range", ONE(.dport = { { 10, 20 } }), 6, 1, 9, HOSTS, 0 },
	{ "first of a range", ONE(.dport = { { 10, 20 } }), 6, 1, 10, HOSTS, 1 },
	{ "within a range", ONE(.dport = { { 10, 20 } }), 6, 1, 15, HOSTS, 1 },
	{ "last of a range", ONE(.dport = { { 10, 20 } }), 6, 1, 20, HOSTS, 1 },
	{ "above a range", ONE(.dport = { { 10, 20 } }), 6, 1, 21, HOSTS, 0 },
	{ "first port", ONE(.dport = { { 1, 1 } }), 6, 9, 1, HOSTS, 1 },
	{ "last port", ONE(.dport = { { 65535, 65535 } }), 6, 1, 65535, HOSTS,
	  1 },
	{ "all ports, last", ONE(.dport = { { 1, 65535 } }), 6, 1, 65535, HOSTS,
	  1 },
	{ "second range", ONE(.dport = { { 10, 20 }, { 30, 40 } }), 6, 1, 30,
	  HOSTS, 1 },
	{ "between ranges", ONE(.dport = { { 10, 20 }, { 30, 40 } }), 6, 1, 25,
	  HOSTS, 0 },
	{ "0x1234 isn't 0x3412", ONE(.dport = { { 0x1234, 0x1234 } }), 6, 1,
	  0x3412, HOSTS, 0 },

	/* ends */
	{ "dport at the source", ONE(.dport = { { 7, 7 } }), 6, 7, 9, HOSTS, 0 },
	{ "sport", ONE(.sport = { { 7, 7 } }), 6, 7, 9, HOSTS, 1 },
	{ "sport at the destination", ONE(.sport = { { 7, 7 } }), 6, 9, 7,
	  HOSTS, 0 },
	{ "port at the source", ONE(.port = { { 7, 7 } }), 6, 7, 9, HOSTS, 1 },
	{ "port at the destination", ONE(.port = { { 7, 7 } }), 6, 9, 7, HOSTS,
	  1 },
	{ "port at both", ONE(.port = { { 7, 7 } }), 6, 7, 7, HOSTS, 1 },
	{ "port at neither", ONE(.port = { { 7, 7 } }), 6, 8, 9, HOSTS, 0 },
	{ "sport and dport", ONE(.dport = { { 8, 8 } }, .sport = { { 7, 7 } }),
	  6, 7, 8, HOSTS, 1 },
	{ "sport without dport",
	  ONE(.dport = { { 8, 8 } }, .sport = { { 7, 7 } }), 6, 7, 9, HOSTS, 0 },
	{ "dport without sport",
	  ONE(.dport = { { 8, 8 } }, .sport = { { 7, 7 } }), 6, 9, 8, HOSTS, 0 },
	{ "port and dport, one end", ONE(.port = { { 7, 7 } },
					 .dport = { { 7, 7 } }), 6, 9, 7,
	  HOSTS, 1 },
	{ "port without dport", ONE(.port = { { 7, 7 } },
				    .dport = { { 8, 8 } }), 6, 7, 9, HOSTS, 0 },
	{ "no ports in the flow", ONE(.port = { { 1, 65535 } }), 6, 0, 0, HOSTS,
	  0 },
	{ "no ports asked or had", ONE({ 6 }), 6, 0, 0, HOSTS, 1 },

	/* prefixes */
	{ "to", ONE(.to = "10.0.0.0/8"), 6, 1, 2, HOSTS, 1 },
	{ "to another", ONE(.to = "11.0.0.0/8"), 6, 1, 2, HOSTS, 0 },
	{ "to, by the source", ONE(.to = "10.0.0.1/32"), 6, 1, 2, HOSTS, 0 },
	{ "from", ONE(.from = "10.0.0.1/32"), 6, 1, 2, HOSTS, 1 },
	{ "from, by the destination", ONE(.from = "10.0.0.2/32"), 6, 1, 2,
	  HOSTS, 0 },
	{ "to and from", ONE(.to = "10.0.0.2/32", .from = "10.0.0.1/32"), 6, 1,
	  2, HOSTS, 1 },
	{ "to without from", ONE(.to = "10.0.0.2/32", .from = "10.0.0.9/32"), 6,
	  1, 2, HOSTS, 0 },
	{ "/32", ONE(.to = "10.0.0.2/32"), 6, 1, 2, HOSTS, 1 },
	{ "/32 of the neighbour", ONE(.to = "10.0.0.3/32"), 6, 1, 2, HOSTS, 0 },
	{ "/31", ONE(.to = "10.0.0.2/31"), 6, 1, 2, "10.0.0.1", "10.0.0.3", 1 },
	{ "beyond /31", ONE(.to = "10.0.0.2/31"), 6, 1, 2, "10.0.0.1",
	  "10.0.0.4", 0 },
	{ "/1", ONE(.to = "128.0.0.0/1"), 6, 1, 2, "10.0.0.1",
	  "255.255.255.254", 1 },
	{ "beyond /1", ONE(.to = "128.0.0.0/1"), 6, 1, 2, "10.0.0.1",
	  "127.255.255.255", 0 },
	{ "/0", ONE(.to = "0.0.0.0/0"), 6, 1, 2, "10.0.0.1", "203.0.113.9", 1 },
	{ "/0 of the other family", ONE(.to = "0.0.0.0/0"), 6, 1, 2, HOSTS6, 0 },
	{ "::/0", ONE(.to = "::/0"), 6, 1, 2, HOSTS6, 1 },
	{ "::/0, IPv4", ONE(.to = "::/0"), 6, 1, 2, HOSTS, 0 },
	{ "/128", ONE(.to = "fd00::2/128"), 6, 1, 2, HOSTS6, 1 },
	{ "/128 of the neighbour", ONE(.to = "fd00::3/128"), 6, 1, 2, HOSTS6,
	  0 },
	{ "/127", ONE(.to = "fd00::2/127"), 6, 1, 2, "fd00::1", "fd00::3", 1 },
	{ "/64", ONE(.to = "fd00::/64"), 6, 1, 2, "fd00::1",
	  "fd00::ffff:ffff:ffff:ffff", 1 },
	{ "beyond /64", ONE(.to = "fd00::/64"), 6, 1, 2, "fd00::1",
	  "fd00:0:0:1::", 0 },
	{ "/65", ONE(.to = "fd00::8000:0:0:0/65"), 6, 1, 2, "fd00::1",
	  "fd00::8000:0:0:1", 1 },
	{ "beyond /65", ONE(.to = "fd00::8000:0:0:0/65"), 6, 1, 2, "fd00::1",
	  "fd00::7fff:0:0:1", 0 },
	{ "second prefix", ONE(.to = "11.0.0.0/8 10.0.0.0/8"), 6, 1, 2, HOSTS,
	  1 },
	{ "both families, 4", ONE(.to = "fd00::/8 10.0.0.0/8"), 6, 1, 2, HOSTS,
	  1 },
	{ "both families, 6", ONE(.to = "10.0.0.0/8 fd00::/8"), 6, 1, 2, HOSTS6,
	  1 },
	{ "from, IPv6", ONE(.from = "fd00::1/128"), 6, 1, 2, HOSTS6, 1 },
	{ "fragment by its peer", ONE(.to = "10.0.0.2/32"), 17, 0, 0, HOSTS, 1 },

	/* all words at once, and each of them wrong */
#define ALL	ONE({ 6 }, { { 7, 9 } }, { { 8, 8 } }, { { 7, 7 } }, \
		    "10.0.0.2/32", "10.0.0.1/32")
	{ "all", ALL, 6, 7, 8, HOSTS, 1 },
	{ "all but proto", ALL, 17, 7, 8, HOSTS, 0 },
	{ "all but dport", ALL, 6, 7, 9, HOSTS, 0 },
	{ "all but sport", ALL, 6, 9, 8, HOSTS, 0 },
	{ "all but to", ALL, 6, 7, 8, "10.0.0.1", "10.0.0.3", 0 },
	{ "all but from", ALL, 6, 7, 8, "10.0.0.3", "10.0.0.2", 0 },

	/* the first that hits */
	{ "first of two", { { { 6 } }, { } }, 2, 6, 1, 2, HOSTS, 1 },
	{ "second of two", { { { 17 } }, { } }, 2, 6, 1, 2, HOSTS, 2 },
	{ "third of three", { { { 17 } }, { .to = "11.0.0.0/8" }, { { 6 } } },
	  3, 6, 1, 2, HOSTS, 3 },
	{ "a wide one hides a narrow one",
	  { { .to = "10.0.0.0/8" }, { .to = "10.0.0.2/32" } }, 2, 6, 1, 2,
	  HOSTS, 1 },
	{ "a narrow one first",
	  { { .to = "10.0.0.2/32" }, { .to = "10.0.0.0/8" } }, 2, 6, 1, 2,
	  "10.0.0.1", "10.0.0.3", 2 },

	/* the flows have no mark */
	{ "mark", ONE(.mark = 1), 6, 1, 2, HOSTS, 0 },
	{ "mark of the second", { { .mark = 1 }, { } }, 2, 6, 1, 2, HOSTS, 2 },
	{ "mark and proto", ONE({ 17 }, .mark = 1), 6, 1, 2, HOSTS, 0 },
	{ "none of three", { { { 17 } }, { { 1 } }, { { 132 } } }, 3, 6, 1, 2,
	  HOSTS, 0 },
};

static void classify_case_desc(const struct classify_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(classify, classify_cases, classify_case_desc);

static u8 read_address(struct kunit *test, const char *text, int delim,
		       union nf_inet_addr *addr)
{
	bool v6 = strnchr(text, 5, ':');

	KUNIT_ASSERT_EQ(test, 1, v6 ?
			in6_pton(text, -1, addr->in6.s6_addr, delim, NULL) :
			in4_pton(text, -1, (u8 *)&addr->ip, delim, NULL));
	return v6 ? AF_INET6 : AF_INET;
}

static struct svcbind_prefixes *make_prefixes(struct kunit *test,
					      const char *text)
{
	struct svcbind_prefixes *list;
	struct svcbind_prefix *prefix;
	u32 bit;
	int n;

	if (!text)
		return NULL;
	list = kunit_kzalloc(test, struct_size(list, prefix, ELEMENTS),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, list);
	for (; text; text = strchr(text, ' ')) {
		text += *text == ' ';
		prefix = &list->prefix[list->n++];
		prefix->family = read_address(test, text, '/', &prefix->addr);
		n = sscanf(strchr(text, '/'), "/%hhu", &prefix->len);
		KUNIT_ASSERT_EQ(test, n, 1);
		for (bit = 0; bit < prefix->len; bit++)
			((u8 *)&prefix->mask)[bit / 8] |= 0x80 >> bit % 8;
	}
	return list;
}

static struct svcbind_ranges *make_ranges(struct kunit *test,
					  const struct svcbind_range *range)
{
	struct svcbind_ranges *list;

	if (!range->last)
		return NULL;
	list = kunit_kzalloc(test, struct_size(list, range, ELEMENTS),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, list);
	for (; list->n < ELEMENTS && range->last; range++)
		list->range[list->n++] = *range;
	return list;
}

static struct svcbind_service *make_service(struct kunit *test,
					    const struct rule *rule)
{
	struct svcbind_service *service;
	struct svcbind_match *match;
	u32 i;

	service = kunit_kzalloc(test, sizeof(*service), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, service);
	match = &service->match;
	match->any_proto = !rule->protos[0];
	for (i = 0; i < ELEMENTS && rule->protos[i]; i++)
		__set_bit(rule->protos[i], match->proto);
	match->port = make_ranges(test, rule->port);
	match->dport = make_ranges(test, rule->dport);
	match->sport = make_ranges(test, rule->sport);
	match->to = make_prefixes(test, rule->to);
	match->from = make_prefixes(test, rule->from);
	if (rule->mark) {
		match->owner = kunit_kzalloc(test, sizeof(*match->owner),
					     GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, match->owner);
		match->owner->mark = rule->mark;
		match->owner->mask = ~0;
	}
	return service;
}

static struct svcbind_flow make_flow(struct kunit *test, u8 proto, u16 sport,
				     u16 dport, const char *from,
				     const char *to)
{
	struct svcbind_flow flow = {
		.proto = proto,
		.has_ports = sport || dport,
		.sport = sport,
		.dport = dport,
	};

	flow.family = read_address(test, from, -1, &flow.saddr);
	read_address(test, to, -1, &flow.daddr);
	return flow;
}

static void classify_rules(struct kunit *test)
{
	const struct classify_case *c = test->param_value;
	struct svcbind_service *hit;
	struct svcbind_ruleset *rs;
	struct svcbind_flow flow;
	u32 i;

	rs = kunit_kzalloc(test, struct_size(rs, service, RULES), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rs);
	for (i = 0; i < c->n; i++)
		rs->service[rs->n++] = make_service(test, &c->rule[i]);
	flow = make_flow(test, c->proto, c->sport, c->dport, c->from, c->to);
	hit = svcbind_classify(rs, &flow);
	KUNIT_EXPECT_PTR_EQ(test, hit,
			    c->expect ? rs->service[c->expect - 1] : NULL);
}

/* The first word that misses, in the order in which they are asked. */
static void classify_miss(struct kunit *test)
{
	static const struct {
		struct rule rule;
		u32 expect;
	} cases[] = {
		{ { }, 0 },
		{ { { 6 }, .to = "10.0.0.2/32" }, 0 },
		{ { { 17 }, .to = "10.0.0.3/32", .mark = 1 },
		  SVCBIND_A_MATCH_PROTO },
		{ { .port = { { 9, 9 } }, .to = "10.0.0.3/32" },
		  SVCBIND_A_MATCH_PORT },
		{ { .port = { { 7, 7 } }, .dport = { { 7, 7 } } },
		  SVCBIND_A_MATCH_DPORT },
		{ { .dport = { { 8, 8 } }, .sport = { { 8, 8 } } },
		  SVCBIND_A_MATCH_SPORT },
		{ { .sport = { { 7, 7 } }, .to = "10.0.0.3/32",
		    .from = "10.0.0.3/32" }, SVCBIND_A_MATCH_TO },
		{ { .from = "10.0.0.3/32", .mark = 1 },
		  SVCBIND_A_MATCH_FROM },
		{ { .from = "10.0.0.1/32", .mark = 1 },
		  SVCBIND_A_MATCH_MARK },
	};
	struct svcbind_service *service;
	struct svcbind_flow flow;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		service = make_service(test, &cases[i].rule);
		flow = make_flow(test, 6, 7, 8, HOSTS);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].expect,
				    svcbind_classify_miss(service, &flow),
				    "case %u", i);
	}
	/* what has no ports has none that match */
	service = make_service(test, &cases[5].rule);
	flow = make_flow(test, 6, 0, 0, HOSTS);
	KUNIT_EXPECT_EQ(test, SVCBIND_A_MATCH_DPORT,
			svcbind_classify_miss(service, &flow));
}

/* Who names the port at our end means connections that this host accepts. */
static void classify_accepted(struct kunit *test)
{
	static const struct {
		struct rule rule;
		u16 sport;
		u16 dport;
		bool expect;
	} cases[] = {
		{ { .sport = { { 7, 7 } } }, 7, 9, true },
		{ { .port = { { 7, 7 } } }, 7, 9, true },
		{ { .port = { { 7, 7 } } }, 9, 7, false },
		{ { .port = { { 7, 7 } } }, 0, 0, false },
		{ { .sport = { { 7, 7 } } }, 0, 0, false },
		{ { .dport = { { 7, 7 } } }, 7, 7, false },
		{ { .to = "10.0.0.0/8" }, 7, 7, false },
	};
	struct svcbind_service *service;
	struct svcbind_flow flow;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		service = make_service(test, &cases[i].rule);
		flow = make_flow(test, 6, cases[i].sport, cases[i].dport, HOSTS);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].expect,
				    svcbind_classify_accepted(service, &flow),
				    "case %u", i);
	}
}

static struct kunit_case classify_test_cases[] = {
	KUNIT_CASE_PARAM(classify_rules, classify_gen_params),
	KUNIT_CASE(classify_miss),
	KUNIT_CASE(classify_accepted),
	{}
};

static struct kunit_suite classify_suite = {
	.name = "svcbind_classify",
	.test_cases = classify_test_cases,
};

kunit_test_suite(classify_suite);
