// SPDX-License-Identifier: GPL-2.0
/* ctl/parse_flow.c, ctl/explain.c, ctl/explain_show.c: flows and their fate. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "explain.h"
#include "messages.h"
#include "model.h"
#include "unit.h"
#include "words.h"

#define WORDS	12

static int parse(const char *const *words, struct question *question)
{
	char *argv[WORDS];
	int argc, status;

	for (argc = 0; argc < WORDS && words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	unit_capture();
	status = parse_flow(argc, argv, question);
	unit_release();
	return status;
}

static void expect_address(const struct address *address, const char *text)
{
	char buf[INET6_ADDRSTRLEN];

	if (text)
		assert_string_equal(address_text(address, buf, sizeof(buf)),
				    text);
	else
		assert_null(address_text(address, buf, sizeof(buf)));
}

static const struct {
	const char *words[WORDS];
	uint8_t proto;
	const char *dst;
	uint16_t dport;
	const char *src;
	uint16_t sport;
} good_cases[] = {
	{ { "tcp", "10.0.0.1" }, 6, "10.0.0.1", 0, NULL, 0 },
	{ { "tcp", "10.0.0.1:2049" }, 6, "10.0.0.1", 2049, NULL, 0 },
	{ { "t", "10.0.0.1:http" }, 6, "10.0.0.1", 80, NULL, 0 },
	{ { "udplite", "10.0.0.1:65535" }, 136, "10.0.0.1", 65535, NULL, 0 },
	{ { "sctp", "fd00::1" }, 132, "fd00::1", 0, NULL, 0 },
	{ { "udp", "fd00::1:2049" }, 17, "fd00::1:2049", 0, NULL, 0 },
	{ { "udp", "[fd00::1]:2049" }, 17, "fd00::1", 2049, NULL, 0 },
	{ { "icmp", "[fd00::1]" }, 1, "fd00::1", 0, NULL, 0 },
	{ { "udp", "[::ffff:10.0.0.1]:53" }, 17, "10.0.0.1", 53, NULL, 0 },
	{ { "udp", "::ffff:10.0.0.1" }, 17, "10.0.0.1", 0, NULL, 0 },
	{ { "udp", "[10.0.0.1]:53" }, 17, "10.0.0.1", 53, NULL, 0 },
	{ { "tcp", "10.0.0.1:1", "from", "10.0.0.2:700" }, 6, "10.0.0.1", 1,
	  "10.0.0.2", 700 },
	{ { "tcp", "fd00::1", "f", "[fd00::2]:9" }, 6, "fd00::1", 0, "fd00::2",
	  9 },
};

static void test_good(void **state)
{
	struct question question;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(good_cases) / sizeof(*good_cases); i++) {
		assert_int_equal(parse(good_cases[i].words, &question), CTL_OK);
		assert_int_equal(question.proto, good_cases[i].proto);
		expect_address(&question.dst, good_cases[i].dst);
		assert_int_equal(question.dport, good_cases[i].dport);
		expect_address(&question.src, good_cases[i].src);
		assert_int_equal(question.sport, good_cases[i].sport);
	}
}

static void test_words(void **state)
{
	static const char *const words[WORDS] = {
		"icmp", "10.0.0.1", "mark", "0x10", "uid", "1000", "in", "vmk1",
		"cgroup", "a.slice/b"
	};
	struct question question;

	(void)state;
	assert_int_equal(parse(words, &question), CTL_OK);
	assert_int_equal(question.mark, 16);
	assert_int_equal(question.uid, 1000);
	assert_string_equal(question.in, "vmk1");
	assert_string_equal(question.cgroup, "/a.slice/b");
	assert_int_equal(question.given, 1u << EXPLAIN_MARK |
			 1u << EXPLAIN_UID | 1u << EXPLAIN_IN |
			 1u << EXPLAIN_CGROUP);
}

static const struct {
	const char *words[WORDS];
	const char *error;
} bad_cases[] = {
	{ { NULL }, "protocol and peer are missing" },
	{ { "tcp" }, "the peer's address is missing" },
	{ { "tcp,udp", "10.0.0.1" }, "proto: 'tcp,udp' is more than one" },
	{ { "ftp", "10.0.0.1" }, "unknown proto 'ftp'" },
	{ { "any", "10.0.0.1" }, "proto: any isn't one, and a flow is of one" },
	{ { "tcp", "" }, "to '' isn't an address" },
	{ { "tcp", "filer" }, "to 'filer' isn't an address" },
	{ { "tcp", "10.0.0.1/24" }, "isn't an address" },
	{ { "tcp", "10.0.0.256:1" }, "isn't an address" },
	{ { "tcp", "[fd00::1" }, "isn't an address" },
	{ { "tcp", "[fd00::1]2049" }, "isn't an address" },
	{ { "tcp", "[]:1" }, "isn't an address" },
	{ { "tcp", "10.0.0.1:" }, "to: an element is empty" },
	{ { "tcp", "10.0.0.1:0" }, "'0' isn't a port" },
	{ { "tcp", "10.0.0.1:65536" }, "isn't a port" },
	{ { "tcp", "10.0.0.1:1-2" }, "'1-2' is more than one port" },
	{ { "tcp", "10.0.0.1:1,2" }, "'1,2' is more than one port" },
	{ { "icmp", "10.0.0.1:1" }, "icmp has no ports" },
	{ { "icmp", "10.0.0.1", "from", "10.0.0.2:1" }, "icmp has no ports" },
	{ { "tcp", "10.0.0.1", "from" }, "from needs a value: SRC[:PORT]" },
	{ { "tcp", "10.0.0.1", "from", "fd00::1" },
	  "from 'fd00::1' is of another family than the peer" },
	{ { "tcp", "10.0.0.1", "from", "10.0.0.2", "from", "10.0.0.2" },
	  "from twice" },
	{ { "tcp", "10.0.0.1", "in", "a/b" }, "dev 'a/b' isn't a device name" },
	{ { "tcp", "10.0.0.1", "uid", "root" }, "uid 'root' isn't a number" },
	{ { "tcp", "10.0.0.1", "cgroup", "/.." }, "isn't a path" },
	{ { "tcp", "10.0.0.1", "mark", "1/3" }, "that of a packet has no mask" },
	{ { "tcp", "10.0.0.1", "mark", "x" }, "mark 'x' isn't a number" },
	{ { "tcp", "10.0.0.1", "PROTO", "tcp" }, "unknown word 'PROTO'" },
	{ { "tcp", "10.0.0.1", "to", "10.0.0.1" }, "unknown word 'to'" },
};

static void test_bad(void **state)
{
	struct question question;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad_cases) / sizeof(*bad_cases); i++) {
		assert_int_equal(parse(bad_cases[i].words, &question),
				 CTL_USAGE);
		if (!strstr(unit_err, bad_cases[i].error))
			fail_msg("case %u: %s", i, unit_err);
		assert_ptr_equal(strchr(unit_err, '\n'),
				 unit_err + strlen(unit_err) - 1);
	}
}

static void put_address(struct nl_msg *msg, int type, const char *text)
{
	struct in6_addr addr;
	int v6 = !!strchr(text, ':');

	assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, text, &addr), 1);
	nla_put(msg, type, v6 ? 16 : 4, &addr);
}

static void put_path(struct nl_msg *msg, int type, const char *dev,
		     const char *source, const char *hop)
{
	struct nlattr *path = message_nest(msg, type);

	nla_put_string(msg, SVCBIND_A_PATH_DEV, dev);
	put_address(msg, SVCBIND_A_PATH_SOURCE, source);
	if (hop)
		put_address(msg, SVCBIND_A_PATH_NEXT_HOP, hop);
	nla_put_u32(msg, SVCBIND_A_PATH_MTU, 1500);
	nla_nest_end(msg, path);
}

static void put_candidate(struct nl_msg *msg, const char *name,
			  unsigned int state, bool chosen, unsigned int alone)
{
	struct nlattr *dev = message_nest(msg, SVCBIND_A_EXPLAIN_CANDIDATE);

	nla_put_string(msg, SVCBIND_A_CANDIDATE_NAME, name);
	nla_put_u32(msg, SVCBIND_A_CANDIDATE_STATE, state);
	if (chosen)
		nla_put_flag(msg, SVCBIND_A_CANDIDATE_CHOSEN);
	nla_put_u32(msg, SVCBIND_A_CANDIDATE_ALONE, alone);
	nla_nest_end(msg, dev);
}

static void put_missed(struct nl_msg *msg, const char *name, int word)
{
	struct nlattr *missed = message_nest(msg, SVCBIND_A_EXPLAIN_MISSED);

	nla_put_string(msg, SVCBIND_A_MISSED_NAME, name);
	nla_put_u32(msg, SVCBIND_A_MISSED_WORD, word);
	nla_nest_end(msg, missed);
}

/* A steered ping and its answer, with all that there can be. */
static struct nl_msg *message_explain(void)
{
	struct nl_msg *msg = unit_message();
	struct nlattr *nest = message_nest(msg, SVCBIND_A_EXPLAIN);
	struct nlattr *outcome = message_nest(msg, SVCBIND_A_EXPLAIN_FLOW);

	nla_put_string(msg, SVCBIND_A_OUTCOME_SERVICE, "filer");
	nla_put_u32(msg, SVCBIND_A_OUTCOME_MODE, SVCBIND_MODE_STRICT);
	nla_put_u32(msg, SVCBIND_A_OUTCOME_VERDICT,
		    SVCBIND_A_COUNTERS_STEER);
	nla_put_u32(msg, SVCBIND_A_OUTCOME_TIER, SVCBIND_TIER_OUTPUT);
	put_path(msg, SVCBIND_A_OUTCOME_PATH, "vmk1", "10.0.0.12",
		 "10.0.0.100");
	nla_nest_end(msg, outcome);
	put_path(msg, SVCBIND_A_EXPLAIN_TABLE, "vmk0", "10.0.0.11", "fe80::1");
	put_candidate(msg, "vmk3", SVCBIND_STATE_DOWN, false,
		      SVCBIND_A_COUNTERS_DROP_NO_DEVICE);
	put_candidate(msg, "vmk4", SVCBIND_STATE_USABLE, false,
		      SVCBIND_A_COUNTERS_DROP_NO_ROUTE);
	put_candidate(msg, "vmk1", SVCBIND_STATE_USABLE, true,
		      SVCBIND_A_COUNTERS_STEER);
	put_candidate(msg, "vmk0", SVCBIND_STATE_USABLE, false,
		      SVCBIND_A_COUNTERS_PASS);
	put_candidate(msg, "vmk5", SVCBIND_STATE_USABLE, false,
		      SVCBIND_A_COUNTERS_DROP_NO_DEVICE);
	put_missed(msg, "nfs", SVCBIND_A_MATCH_PROTO);
	put_missed(msg, "other", 77);
	nla_put_u32(msg, SVCBIND_A_EXPLAIN_MORE, 3);
	outcome = message_nest(msg, SVCBIND_A_EXPLAIN_ANSWER);
	nla_put_u32(msg, SVCBIND_A_OUTCOME_EXEMPT, SVCBIND_EXEMPT_ECHO_REPLY);
	nla_put_u32(msg, SVCBIND_A_OUTCOME_VERDICT,
		    SVCBIND_A_COUNTERS_STEER);
	nla_put_u32(msg, SVCBIND_A_OUTCOME_TIER, SVCBIND_TIER_REPLY);
	put_path(msg, SVCBIND_A_OUTCOME_PATH, "vmk1", "10.0.0.12", NULL);
	nla_nest_end(msg, outcome);
	nla_nest_end(msg, nest);
	return msg;
}

static void shown(const struct question *question,
		  const struct explanation *answer, bool json)
{
	ctl_options.json = json;
	unit_capture();
	explain_show(question, answer);
	unit_release();
	ctl_options.json = false;
}

static const char ping_text[] =
	"icmp 10.0.0.100 in lo uid 0 mark 0x5\n"
	"    service   filer, mode strict\n"
	"    verdict   steer: sent there, whatever the routing table says\n"
	"    leaves    vmk1  source 10.0.0.12  next hop 10.0.0.100  mtu 1500\n"
	"    routes    vmk0  source 10.0.0.11  next hop fe80::1  mtu 1500\n"
	"    devices     vmk3  down: ip link set vmk3 up\n"
	"                vmk4  usable, but it leads nowhere near the peer\n"
	"              * vmk1  usable, taken\n"
	"                vmk0  usable, not needed: another one comes first\n"
	"                vmk5  usable, but it has no address of that family to send from\n"
	"    not       nfs: proto doesn't match\n"
	"              other: unknown doesn't match\n"
	"              and 3 more\n"
	"answer to what comes in on lo\n"
	"    service   none, whatever it matches\n"
	"    verdict   steer: sent there, whatever the routing table says\n"
	"    leaves    vmk1  source 10.0.0.12  next hop whoever delivered the question  mtu 1500\n";

static const char ping_json[] =
	"\"flow\":{\"proto\":\"icmp\",\"dst\":\"10.0.0.100\",\"dport\":null,"
	"\"src\":null,\"sport\":null,\"in\":\"lo\",\"uid\":0,"
	"\"cgroup\":null,\"mark\":\"0x5\"},"
	"\"service\":\"filer\",\"mode\":\"strict\",\"verdict\":\"steer\","
	"\"reason\":null,\"unenforced\":null,\"dev\":\"vmk1\","
	"\"source\":\"10.0.0.12\",\"next_hop\":\"10.0.0.100\",\"mtu\":1500,"
	"\"tier\":\"output\","
	"\"routing_table\":{\"dev\":\"vmk0\",\"source\":\"10.0.0.11\","
	"\"next_hop\":\"fe80::1\",\"mtu\":1500},"
	"\"devices\":["
	"{\"dev\":\"vmk3\",\"state\":\"down\",\"chosen\":false,\"why\":\"state\"},"
	"{\"dev\":\"vmk4\",\"state\":\"usable\",\"chosen\":false,\"why\":\"no_route\"},"
	"{\"dev\":\"vmk1\",\"state\":\"usable\",\"chosen\":true,\"why\":null},"
	"{\"dev\":\"vmk0\",\"state\":\"usable\",\"chosen\":false,\"why\":\"spare\"},"
	"{\"dev\":\"vmk5\",\"state\":\"usable\",\"chosen\":false,\"why\":\"no_address\"}],"
	"\"earlier\":[{\"name\":\"nfs\",\"word\":\"proto\"},"
	"{\"name\":\"other\",\"word\":\"unknown\"}],\"more\":3,"
	"\"reply\":{\"service\":null,\"mode\":null,\"verdict\":\"steer\","
	"\"reason\":null,\"unenforced\":null,\"dev\":\"vmk1\","
	"\"source\":\"10.0.0.12\",\"next_hop\":null,\"mtu\":1500,"
	"\"tier\":\"reply\"}";

static void test_shown(void **state)
{
	static const char *const words[WORDS] = {
		"icmp", "10.0.0.100", "in", "lo", "uid", "0", "mark", "5"
	};
	struct nl_msg *msg = message_explain();
	struct explanation answer;
	struct question question;

	(void)state;
	assert_int_equal(parse(words, &question), CTL_OK);
	unit_reply(0, 1, &msg);
	assert_int_equal(explain_ask(&question, &answer), 0);
	nlmsg_free(msg);
	shown(&question, &answer, false);
	assert_string_equal(unit_out, ping_text);
	shown(&question, &answer, true);
	assert_string_equal(unit_out + (*unit_out == ','), ping_json);
}

/* What an outcome comes to, in the text and for scripts. */
static const struct {
	struct outcome outcome;
	const char *text;
	const char *json;
} outcome_cases[] = {
	{ { .path.dev = "a" },
	  "service   none matches\n    verdict   none: the routing table decides\n",
	  "\"service\":null,\"mode\":null,\"verdict\":null,\"reason\":null," },
	{ { .service = "x", .verdict = SVCBIND_A_COUNTERS_PASS },
	  "x, not bound\n    verdict   pass: the routing table decides\n",
	  "\"service\":\"x\",\"mode\":null,\"verdict\":\"pass\"," },
	{ { .service = "x", .bound = true, .verdict = SVCBIND_A_COUNTERS_PASS },
	  "pass: the routing table has it right already\n", "\"pass\"" },
	{ { .service = "x", .bound = true, .verdict = SVCBIND_A_COUNTERS_PASS,
	    .tier = SVCBIND_TIER_CONNECT },
	  "pass: its socket is bound there when it connects, and has the device's route, source and MSS\n",
	  "\"tier\":\"connect\"" },
	{ { .service = "x", .bound = true,
	    .verdict = SVCBIND_A_COUNTERS_REWRITE },
	  "rewrite: sent there, with an address of that device as its source\n",
	  "\"verdict\":\"rewrite\",\"reason\":null," },
	{ { .service = "x", .bound = true, .mode = SVCBIND_MODE_PREFER,
	    .verdict = SVCBIND_A_COUNTERS_FALLBACK,
	    .cause = SVCBIND_A_COUNTERS_DROP_NO_ROUTE },
	  "fallback (no-route): no usable device leads to the peer",
	  "\"mode\":\"prefer\",\"verdict\":\"fallback\",\"reason\":\"no_route\"," },
	{ { .service = "x", .bound = true,
	    .verdict = SVCBIND_A_COUNTERS_DROP_CONFLICT },
	  "drop (conflict): the application insists on a source outside of the binding\n"
	  "    leaves    it doesn't\n",
	  "\"verdict\":\"drop\",\"reason\":\"conflict\",\"unenforced\":null,"
	  "\"dev\":null,\"source\":null,\"next_hop\":null,\"mtu\":null," },
	{ { .service = "x", .bound = true,
	    .verdict = SVCBIND_A_COUNTERS_DROP_NO_DEVICE },
	  "drop (no-device): no device of the binding is usable\n",
	  "\"reason\":\"no_device\"" },
	{ { .service = "x", .bound = true, .mode = SVCBIND_MODE_AUDIT,
	    .unenforced = SVCBIND_UNENFORCED_MODE,
	    .verdict = SVCBIND_A_COUNTERS_STEER },
	  "\n              counted only: mode audit\n",
	  "\"unenforced\":\"mode\"" },
	{ { .service = "x", .bound = true, .verdict = SVCBIND_A_COUNTERS_STEER,
	    .unenforced = SVCBIND_UNENFORCED_POLICY_OFF },
	  "without effect: policy enforce off", "\"unenforced\":\"policy_off\"" },
	{ { .exempt = SVCBIND_EXEMPT_LOCAL },
	  "none, whatever it matches\n    verdict   exempt (local): the peer is this host itself\n",
	  "\"verdict\":\"exempt\",\"reason\":\"local\"" },
	{ { .exempt = SVCBIND_EXEMPT_MULTICAST },
	  "exempt (multicast)", "\"reason\":\"multicast\"" },
	{ { .service = "x", .error = ENETUNREACH },
	  "refused (ENETUNREACH): Network is unreachable\n",
	  "\"verdict\":\"refused\",\"reason\":\"ENETUNREACH\"" },
	/* of a newer kernel */
	{ { .service = "x", .bound = true, .mode = 9, .verdict = 99,
	    .unenforced = 99, .tier = 99 },
	  "mode unknown\n    verdict   drop (unknown): unknown\n",
	  "\"tier\":\"unknown\"" },
};

static void test_outcomes(void **state)
{
	struct question question = { .proto = 6, .dst.family = AF_INET };
	struct explanation answer;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(outcome_cases) / sizeof(*outcome_cases); i++) {
		memset(&answer, 0, sizeof(answer));
		answer.flow = outcome_cases[i].outcome;
		shown(&question, &answer, false);
		if (!strstr(unit_out, outcome_cases[i].text))
			fail_msg("case %u: %s", i, unit_out);
		shown(&question, &answer, true);
		if (!strstr(unit_out, outcome_cases[i].json))
			fail_msg("case %u: %s", i, unit_out);
		assert_non_null(strstr(unit_out, "\"routing_table\":null"));
		assert_non_null(strstr(unit_out, "\"reply\":null"));
	}
}

/* Addresses with ports, as they were asked for. */
static void test_question(void **state)
{
	static const char *const words[WORDS] = {
		"tcp", "[fd00::1]:2049", "from", "[fd00::2]:7", "cgroup", "/a"
	};
	static const char text[] =
		"tcp [fd00::1]:2049 from [fd00::2]:7 cgroup /a\n";
	struct explanation answer = { };
	struct question question;

	(void)state;
	assert_int_equal(parse(words, &question), CTL_OK);
	shown(&question, &answer, false);
	assert_memory_equal(unit_out, text, strlen(text));
}

/* What is asked for is in the request, and nothing else. */
static void test_asked(void **state)
{
	static const char *const words[WORDS] = {
		"udp", "10.0.0.1:53", "from", "10.0.0.2", "uid", "7", "mark", "0"
	};
	struct nlattr *tb[SVCBIND_A_FLOW_MAX + 1];
	struct nl_msg *msg = message_explain();
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct explanation answer;
	struct question question;
	unsigned int i, set = 0;

	(void)state;
	assert_int_equal(parse(words, &question), CTL_OK);
	unit_reply(0, 1, &msg);
	assert_int_equal(explain_ask(&question, &answer), 0);
	nlmsg_free(msg);
	assert_int_equal(nlmsg_parse(nlmsg_hdr(unit_request), GENL_HDRLEN,
				     attrs, SVCBIND_A_MAX, NULL), 0);
	assert_non_null(attrs[SVCBIND_A_FLOW]);
	assert_int_equal(nla_parse_nested(tb, SVCBIND_A_FLOW_MAX,
					  attrs[SVCBIND_A_FLOW], NULL), 0);
	for (i = 1; i <= SVCBIND_A_FLOW_MAX; i++)
		set |= tb[i] ? 1u << i : 0;
	assert_int_equal(set, 1u << SVCBIND_A_FLOW_PROTO |
			 1u << SVCBIND_A_FLOW_DST | 1u << SVCBIND_A_FLOW_DPORT |
			 1u << SVCBIND_A_FLOW_SRC | 1u << SVCBIND_A_FLOW_UID |
			 1u << SVCBIND_A_FLOW_MARK);
	assert_int_equal(nla_get_u8(tb[SVCBIND_A_FLOW_PROTO]), 17);
	assert_int_equal(nla_get_u16(tb[SVCBIND_A_FLOW_DPORT]), 53);
	assert_int_equal(nla_len(tb[SVCBIND_A_FLOW_SRC]), 4);
}

static void test_no_device(void **state)
{
	struct question question = { .given = 1u << EXPLAIN_IN, .in = "no such" };
	struct explanation answer;

	(void)state;
	assert_int_equal(explain_ask(&question, &answer), -ENODEV);
	assert_null(unit_request);
}

/* Lists that are longer than they can be, and a reply without the answer. */
static void test_replies(void **state)
{
	struct question question = { .proto = 6, .dst.family = AF_INET };
	struct nl_msg *msg = unit_message(), *empty = unit_message();
	struct explanation answer;
	struct nlattr *nest;
	int i;

	(void)state;
	nest = message_nest(msg, SVCBIND_A_EXPLAIN);
	for (i = 0; i < 100; i++) {
		put_missed(msg, "a-name-that-is-longer-than-names-can-be", 1);
		put_candidate(msg, "vmk", 0, false, 1);
	}
	nla_nest_end(msg, nest);
	unit_reply(0, 1, &msg);
	assert_int_equal(explain_ask(&question, &answer), 0);
	assert_int_equal(answer.n_missed, EXPLAIN_MISSED);
	assert_int_equal(answer.n_candidates, SVCBIND_MAX_DEVICES);
	unit_reply(0, 1, &empty);
	assert_int_equal(explain_ask(&question, &answer), -EBADMSG);
	nlmsg_free(msg);
	nlmsg_free(empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_good),
		unit_case(test_words),
		unit_case(test_bad),
		unit_case(test_shown),
		unit_case(test_outcomes),
		unit_case(test_question),
		unit_case(test_asked),
		unit_case(test_no_device),
		unit_case(test_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
