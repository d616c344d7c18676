// SPDX-License-Identifier: GPL-2.0
/* ctl/show.c: a service and the policy, as text and as JSON. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "show.h"
#include "unit.h"

static void read_match(struct match *match, const char *const *lists)
{
	int word, status = CTL_OK;

	unit_capture();
	for (word = 0; word < MATCH_WORDS; word++)
		if (lists[word])
			status |= parse_match_word(match, word, lists[word]);
	unit_release();
	assert_int_equal(status, CTL_OK);
}

static void shown(const struct service *svc, const struct policy *policy,
		  const char *text, const char *json)
{
	unit_capture();
	show_service(svc, policy);
	unit_release();
	assert_string_equal(unit_out, text);
	ctl_options.json = true;
	unit_capture();
	show_service(svc, policy);
	unit_release();
	ctl_options.json = false;
	/* whether it is the first of a list depends on what came before */
	assert_string_equal(unit_out + (*unit_out == ','), json);
}

#define NO_MATCH \
	"\"match\":{\"proto\":[],\"port\":[],\"dport\":[],\"sport\":[],\"to\":[],\"from\":[],\"uid\":[],\"cgroup\":null,\"mark\":null}"

static void test_unbound(void **state)
{
	struct service svc = { .name = "all", .priority = 4294967295 };
	struct policy policy = { };

	(void)state;
	shown(&svc, &policy,
	      "all  priority 4294967295\n"
	      "    match everything\n"
	      "    not bound: the routing table decides\n",
	      "{\"name\":\"all\",\"priority\":4294967295,\"preset\":null,"
	      NO_MATCH ",\"binding\":null}");
}

static void test_match(void **state)
{
	static const char *const lists[MATCH_WORDS] = {
		"tcp,icmp", "1,3-4", "2049", "22", "10.0.0.0/8,::/0", "fd00::1",
		"0,1000-1010", "/a.slice/b", "1/3"
	};
	struct service svc = { .name = "x", .preset = "nfs", .priority = 100 };
	struct policy policy = { };

	(void)state;
	read_match(&svc.match, lists);
	shown(&svc, &policy,
	      "x  priority 100  preset nfs\n"
	      "    match proto tcp,icmp port 1,3-4 dport 2049 sport 22 to 10.0.0.0/8,::/0 from fd00::1/128"
	      " uid 0,1000-1010 cgroup /a.slice/b mark 0x1/0x3\n"
	      "    not bound: the routing table decides\n",
	      "{\"name\":\"x\",\"priority\":100,\"preset\":\"nfs\","
	      "\"match\":{\"proto\":[\"tcp\",\"icmp\"],\"port\":[\"1\",\"3-4\"],"
	      "\"dport\":[\"2049\"],\"sport\":[\"22\"],"
	      "\"to\":[\"10.0.0.0/8\",\"::/0\"],\"from\":[\"fd00::1/128\"],"
	      "\"uid\":[\"0\",\"1000-1010\"],\"cgroup\":\"/a.slice/b\","
	      "\"mark\":\"0x1/0x3\"},"
	      "\"binding\":null}");
}

/* The key is there only then; a path of any length is shown whole. */
static void test_cgroup_pending(void **state)
{
	struct service svc = { .name = "x", .priority = 1 };
	char text[1400], json[1400], path[SVCBIND_CGROUP_MAX + 1];
	struct policy policy = { };

	(void)state;
	memset(path, 'a', sizeof(path));
	*path = '/';
	path[SVCBIND_CGROUP_MAX] = '\0';
	memcpy(svc.match.cgroup, path, sizeof(path));
	svc.match.cgroup_pending = true;
	snprintf(text, sizeof(text),
		 "x  priority 1\n"
		 "    match cgroup %s\n"
		 "    cgroup pending: there is no such cgroup yet\n"
		 "    not bound: the routing table decides\n", path);
	snprintf(json, sizeof(json),
		 "{\"name\":\"x\",\"priority\":1,\"preset\":null,"
		 "\"match\":{\"proto\":[],\"port\":[],\"dport\":[],\"sport\":[],"
		 "\"to\":[],\"from\":[],\"uid\":[],\"cgroup\":\"%s\","
		 "\"cgroup_pending\":true,\"mark\":null},\"binding\":null}", path);
	shown(&svc, &policy, text, json);
}

static void test_cgroup_elsewhere(void **state)
{
	struct service svc = { .name = "x", .priority = 1 };
	struct policy policy = { };

	(void)state;
	memcpy(svc.match.cgroup, "/a", 3);
	svc.match.cgroup_elsewhere = true;
	shown(&svc, &policy,
	      "x  priority 1\n"
	      "    match cgroup /a\n"
	      "    cgroup elsewhere: the path is one of another namespace\n"
	      "    not bound: the routing table decides\n",
	      "{\"name\":\"x\",\"priority\":1,\"preset\":null,"
	      "\"match\":{\"proto\":[],\"port\":[],\"dport\":[],\"sport\":[],"
	      "\"to\":[],\"from\":[],\"uid\":[],\"cgroup\":\"/a\","
	      "\"cgroup_elsewhere\":true,\"mark\":null},\"binding\":null}");
}

/* Two devices, one with gateways of both families: the states stand in line. */
static void bind_two(struct service *svc)
{
	struct binding *binding = &svc->binding;

	svc->bound = true;
	binding->n_devices = 2;
	snprintf(binding->devices[0].name, IFNAMSIZ, "vmk1");
	binding->devices[0].active = true;
	binding->devices[0].ifindex = 3;
	binding->devices[0].packets = 7;
	binding->devices[0].bytes = 700;
	snprintf(binding->devices[1].name, IFNAMSIZ, "v0");
	binding->devices[1].state = SVCBIND_STATE_PENDING;
	binding->devices[1].has_via4 = true;
	binding->devices[1].has_via6 = true;
	inet_pton(AF_INET, "10.0.0.1", &binding->devices[1].via4);
	inet_pton(AF_INET6, "fd00::1", &binding->devices[1].via6);
}

#define TWO_TEXT \
	"x  priority 1\n" \
	"    match everything\n" \
	"    bind  mode strict select failover source auto\n" \
	"      * vmk1                         usable%s\n" \
	"        v0 via 10.0.0.1 via fd00::1  pending: there is no such device yet%s\n"
#define TWO_JSON \
	"{\"name\":\"x\",\"priority\":1,\"preset\":null," NO_MATCH "," \
	"\"binding\":{\"mode\":\"strict\",\"select\":\"failover\",\"source\":\"auto\"," \
	"\"devices\":[" \
	"{\"dev\":\"vmk1\",\"via\":[],\"state\":\"usable\",\"active\":true%s}," \
	"{\"dev\":\"v0\",\"via\":[\"10.0.0.1\",\"fd00::1\"],\"state\":\"pending\"," \
	"\"active\":false%s}]}%s}"

static void test_bound(void **state)
{
	struct service svc = { .name = "x", .priority = 1 };
	struct policy policy = { };
	char text[1000], json[1000];

	(void)state;
	bind_two(&svc);
	snprintf(text, sizeof(text), TWO_TEXT, "", "");
	snprintf(json, sizeof(json), TWO_JSON, "", "", "");
	shown(&svc, &policy, text, json);
}

/* Each counter has its place, and matched is the sum of the verdicts. */
static void test_counters(void **state)
{
	struct service svc = { .name = "x", .priority = 1 };
	char text[2000], json[2000];
	struct policy policy = { };
	unsigned int i;

	(void)state;
	bind_two(&svc);
	for (i = 1; i <= SVCBIND_A_COUNTERS_MAX; i++)
		svc.counters[i] = 1 << i;
	ctl_options.stats = true;
	snprintf(text, sizeof(text), TWO_TEXT
		 "    count matched 1022 pass 2 steer 4 rewrite 8 fallback 16 stale 1024 bind 2048\n"
		 "    drop  no-device 32 no-route 64 no-source 128 conflict 256 error 512\n",
		 "  (ifindex 3 packets 7 bytes 700)", "  (packets 0 bytes 0)");
	snprintf(json, sizeof(json), TWO_JSON,
		 ",\"ifindex\":3,\"packets\":7,\"bytes\":700",
		 ",\"ifindex\":null,\"packets\":0,\"bytes\":0",
		 ",\"counters\":{\"matched\":1022,\"pass\":2,\"steer\":4,"
		 "\"rewrite\":8,\"fallback\":16,\"stale\":1024,\"bind\":2048,\"drop\":{"
		 "\"no_device\":32,\"no_route\":64,\"no_source\":128,"
		 "\"conflict\":256,\"error\":512}}");
	shown(&svc, &policy, text, json);
}

static const struct {
	unsigned int state;
	const char *master;
	const char *text;
} state_cases[] = {
	{ SVCBIND_STATE_USABLE, "", "usable\n" },
	{ SVCBIND_STATE_DOWN, "", "down: ip link set vmk0 up\n" },
	{ SVCBIND_STATE_NO_CARRIER, "",
	  "no-carrier: check cable, transceiver and switch port\n" },
	{ SVCBIND_STATE_NO_ADDRESS, "",
	  "no-address: it has no address to send from\n" },
	{ SVCBIND_STATE_ENSLAVED, "bond0",
	  "enslaved to bond0: bind bond0 instead\n" },
	{ SVCBIND_STATE_ENSLAVED, "", "enslaved\n" },
	{ SVCBIND_STATE_PENDING, "",
	  "pending: there is no such device yet\n" },
	/* of a newer kernel */
	{ 77, "", "unknown\n" },
};

static void test_states(void **state)
{
	struct service svc = { .name = "x", .bound = true };
	struct device *dev = &svc.binding.devices[0];
	struct policy policy = { };
	char text[100];
	unsigned int i;

	(void)state;
	svc.binding.n_devices = 1;
	snprintf(dev->name, IFNAMSIZ, "vmk0");
	for (i = 0; i < sizeof(state_cases) / sizeof(*state_cases); i++) {
		dev->state = state_cases[i].state;
		snprintf(dev->master, IFNAMSIZ, "%s", state_cases[i].master);
		unit_capture();
		show_service(&svc, &policy);
		unit_release();
		snprintf(text, sizeof(text), "\n        vmk0  %s",
			 state_cases[i].text);
		assert_non_null(strstr(unit_out, text));
	}
}

#define DROPS	"    no device is usable: strict drops its packets\n"
#define DECIDES	"    no device is usable: the routing table decides\n"

static const struct {
	unsigned int mode;
	unsigned int enforce;
	bool active;
	const char *text;
} idle_cases[] = {
	{ SVCBIND_MODE_STRICT, SVCBIND_ENFORCE_ON, false, DROPS },
	{ SVCBIND_MODE_STRICT, SVCBIND_ENFORCE_ON, true, "" },
	{ SVCBIND_MODE_STRICT, SVCBIND_ENFORCE_AUDIT, false, DECIDES },
	{ SVCBIND_MODE_STRICT, SVCBIND_ENFORCE_OFF, false, DECIDES },
	{ SVCBIND_MODE_PREFER, SVCBIND_ENFORCE_ON, false, DECIDES },
	{ SVCBIND_MODE_PREFER, SVCBIND_ENFORCE_ON, true, "" },
	{ SVCBIND_MODE_AUDIT, SVCBIND_ENFORCE_ON, false, DECIDES },
};

/* What becomes of the packets when no device is usable. */
static void test_idle(void **state)
{
	struct service svc = { .name = "x", .bound = true };
	struct policy policy = { };
	const char *end;
	unsigned int i;

	(void)state;
	svc.binding.n_devices = 1;
	snprintf(svc.binding.devices[0].name, IFNAMSIZ, "vmk0");
	for (i = 0; i < sizeof(idle_cases) / sizeof(*idle_cases); i++) {
		svc.binding.mode = idle_cases[i].mode;
		svc.binding.devices[0].active = idle_cases[i].active;
		policy.enforce = idle_cases[i].enforce;
		unit_capture();
		show_service(&svc, &policy);
		unit_release();
		end = strstr(unit_out, "vmk0  usable\n");
		assert_non_null(end);
		assert_string_equal(end + strlen("vmk0  usable\n"),
				    idle_cases[i].text);
	}
}

static const struct {
	struct policy policy;
	const char *text;
	const char *json;
} policy_cases[] = {
	{ { .enforce = SVCBIND_ENFORCE_ON },
	  "policy enforce on connect on icmp-reply off arp bound\n",
	  "\"policy\":{\"enforce\":\"on\",\"connect\":\"on\","
	  "\"icmp_reply\":\"off\",\"arp\":\"bound\"}" },
	{ { .enforce = SVCBIND_ENFORCE_AUDIT,
	    .icmp_reply = SVCBIND_ICMP_REPLY_INGRESS,
	    .arp = SVCBIND_ARP_ALL },
	  "policy enforce audit connect on icmp-reply ingress arp all  (bindings are counted, not enforced)\n",
	  "\"policy\":{\"enforce\":\"audit\",\"connect\":\"on\","
	  "\"icmp_reply\":\"ingress\",\"arp\":\"all\"}" },
	{ { .enforce = SVCBIND_ENFORCE_OFF, .connect = SVCBIND_CONNECT_OFF,
	    .arp = SVCBIND_ARP_OFF },
	  "policy enforce off connect off icmp-reply off arp off  (bindings have no effect)\n",
	  "\"policy\":{\"enforce\":\"off\",\"connect\":\"off\","
	  "\"icmp_reply\":\"off\",\"arp\":\"off\"}" },
	{ { .enforce = 9, .connect = 9, .icmp_reply = 9, .arp = 9 },
	  "policy enforce unknown connect unknown icmp-reply unknown arp unknown\n",
	  "\"policy\":{\"enforce\":\"unknown\",\"connect\":\"unknown\","
	  "\"icmp_reply\":\"unknown\",\"arp\":\"unknown\"}" },
};

static void test_policy(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(policy_cases) / sizeof(*policy_cases); i++) {
		unit_capture();
		show_policy(&policy_cases[i].policy);
		unit_release();
		assert_string_equal(unit_out, policy_cases[i].text);
		ctl_options.json = true;
		unit_capture();
		show_policy(&policy_cases[i].policy);
		unit_release();
		ctl_options.json = false;
		assert_string_equal(unit_out + (*unit_out == ','),
				    policy_cases[i].json);
	}
}

static void test_icmp_counters(void **state)
{
	struct policy policy = { .icmp_counters = { 9, 1, 2, 3, 4 } };

	(void)state;
	unit_capture();
	show_icmp_counters(&policy);
	unit_release();
	assert_string_equal(unit_out,
			    "icmp-reply ingress 1 steered 2 no-route 3 missed 4\n");
	ctl_options.json = true;
	unit_capture();
	show_icmp_counters(&policy);
	unit_release();
	assert_string_equal(unit_out + (*unit_out == ','),
			    "\"icmp_reply\":{\"ingress\":1,\"steered\":2,\"no_route\":3,\"missed\":4}");
}

#define NO_KPROBES	"  (unavailable with this kernel: sources get NAT)"
#define FULL		"  (full: new flows may be dropped; sysctl net.netfilter.nf_conntrack_max)"
#define NO_FTRACE	"  (sysctl kernel.ftrace_enabled=1 lets sockets be bound)"

static const struct {
	struct policy policy;
	const char *text;
	const char *json;
} connect_cases[] = {
	{ { .connect_counters = { 9, 9, 0, 7 } }, "missed 0 full 7\n",
	  "\"connect\":{\"available\":true,\"missed\":0,\"full\":7}" },
	{ { .connect_counters = { 9, 9, 3, 0 } }, "missed 3 full 0" NO_FTRACE "\n",
	  "\"connect\":{\"available\":true,\"missed\":3,\"full\":0}" },
	{ { .connect_unavailable = true }, "missed 0 full 0" NO_KPROBES "\n",
	  "\"connect\":{\"available\":false,\"missed\":0,\"full\":0}" },
};

static void test_connect_counters(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(connect_cases) / sizeof(*connect_cases); i++) {
		unit_capture();
		show_connect_counters(&connect_cases[i].policy);
		unit_release();
		assert_memory_equal(unit_out, "connect ", 8);
		assert_string_equal(unit_out + 8, connect_cases[i].text);
		ctl_options.json = true;
		unit_capture();
		show_connect_counters(&connect_cases[i].policy);
		unit_release();
		ctl_options.json = false;
		assert_non_null(strstr(unit_out, connect_cases[i].json));
		assert_null(strchr(unit_out, '('));
	}
}

static const struct {
	struct policy policy;
	const char *brief;	/* without -s */
	const char *text;
	const char *json;
} conntrack_cases[] = {
	{ { }, "", "", "\"conntrack\":null" },
	{ { .conntrack = { true, 3, 8, 2 } }, "", "conntrack 3 of 8 dropped 2\n",
	  "\"conntrack\":{\"count\":3,\"max\":8,\"dropped\":2}" },
	{ { .conntrack = { true, 3, 0, 0 } }, "", "conntrack 3 of 0 dropped 0\n",
	  "\"conntrack\":{\"count\":3,\"max\":0,\"dropped\":0}" },
	{ { .conntrack = { true, 8, 8, 2 } }, "conntrack 8 of 8 dropped 2" FULL "\n",
	  "conntrack 8 of 8 dropped 2" FULL "\n",
	  "\"conntrack\":{\"count\":8,\"max\":8,\"dropped\":2}" },
};

static const char *conntrack_shown(const struct policy *policy)
{
	unit_capture();
	show_conntrack(policy);
	unit_release();
	return unit_out + (*unit_out == ',');
}

static void test_conntrack(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(conntrack_cases) / sizeof(*conntrack_cases); i++) {
		const struct policy *policy = &conntrack_cases[i].policy;

		assert_string_equal(conntrack_shown(policy),
				    conntrack_cases[i].brief);
		ctl_options.json = true;
		assert_string_equal(conntrack_shown(policy), "");
		ctl_options.stats = true;
		assert_string_equal(conntrack_shown(policy),
				    conntrack_cases[i].json);
		ctl_options.json = false;
		assert_string_equal(conntrack_shown(policy),
				    conntrack_cases[i].text);
		ctl_options.stats = false;
	}
}

static void test_confirm(void **state)
{
	struct policy waits = { .confirm = 30 }, none = { };

	(void)state;
	unit_capture();
	show_confirm(&none);
	show_confirm(&waits);
	unit_release();
	assert_string_equal(unit_out,
			    "a change waits to be confirmed, 30 s left\n");
	ctl_options.json = true;
	unit_capture();
	show_confirm(&none);
	show_confirm(&waits);
	unit_release();
	assert_string_equal(unit_out + (*unit_out == ','),
			    "\"confirm\":{\"seconds\":30}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_unbound),
		unit_case(test_match),
		unit_case(test_cgroup_pending),
		unit_case(test_cgroup_elsewhere),
		unit_case(test_bound),
		unit_case(test_counters),
		unit_case(test_states),
		unit_case(test_idle),
		unit_case(test_policy),
		unit_case(test_icmp_counters),
		unit_case(test_connect_counters),
		unit_case(test_conntrack),
		unit_case(test_confirm),
	};

	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
