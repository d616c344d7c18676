// SPDX-License-Identifier: GPL-2.0
/* ctl/config_read.c: files that are taken, and what is said of those that aren't. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "unit.h"

#define ONE(words)	"version: 1\nservices: [{name: a, " words "}]\n"

static const struct {
	const char *text;
	const char *said;
} bad[] = {
	/* no configuration at all */
	{ "", "1:1: there is nothing in it" },
	{ "# nothing\n\n", "3:1: there is nothing in it" },
	{ "---\n...\n", "2:1: configuration must be keys with values" },
	{ "version", "1:1: configuration must be keys with values" },
	{ "- version: 1", "1:1: configuration must be keys with values" },
	{ "services: []", "1:1: version is missing (version: 1)" },
	{ "version: 2", "1:10: version '2' isn't 1" },
	{ "version: '1'", "1:10: version '1' isn't 1" },
	{ "version:", "1:9: version: a value is missing" },
	{ "version: [1]", "1:10: version: a single value is expected here" },
	{ "version: 1\n---\nversion: 1\n", "2:1: a second document follows" },
	{ "version: 1\nversion: 1", "2:1: configuration: version twice" },
	{ "version: 1\nfoo: 1", "2:1: configuration: unknown key 'foo'" },
	{ "? [a]\n: b", "1:3: configuration: a single value is expected here" },
	{ "version: 1\n<<: {}", "2:1: configuration: unknown key '<<'" },
	/* what YAML has and nobody needs */
	{ "version: 1\nservices: &a []", "2:11: anchors and aliases aren't taken" },
	{ "version: 1\nservices: *a", "2:11: anchors and aliases aren't taken" },
	{ "&a version: 1", "1:1: anchors and aliases aren't taken" },
	{ "version: !!int 1", "1:10: tags aren't taken" },
	{ "version: 1\nservices: !x []", "2:11: tags aren't taken" },
	{ "!!map\nversion: 1", "1:1: tags aren't taken" },
	{ "version: 1\ngeneration: &a [*a, *a]", "2:13: anchors and aliases aren't taken" },
	{ "version: 1\ngeneration: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]",
	  "2:28: it is nested too deep" },
	/* no YAML */
	{ "version: 1\n\tservices: []",
	  "2:1: while scanning a plain scalar: found a tab character that violates indentation" },
	{ "version: 1\npolicy: {enforce: on",
	  "3:1: while parsing a flow mapping: did not find expected ',' or '}'" },
	{ "version: 1: 2", "1:11: mapping values are not allowed in this context" },
	{ "version: 1\nx: \x80", "2:4: invalid leading UTF-8 octet" },
	{ "# \xc3\xa9\xc3\xa9 \x01", "1:6: control characters are not allowed" },
	{ "\xff\xfe", "1:1: invalid leading UTF-8 octet" },
	{ "{\"version\": 1, \"x\": \"\\ud83d\\ude00\"}",
	  "1:24: while parsing a quoted scalar: found invalid Unicode character escape code" },
	/* switches */
	{ "version: 1\npolicy: on", "2:9: policy must be keys with values" },
	{ "version: 1\npolicy: {foo: on}", "2:10: policy: unknown key 'foo'" },
	{ "version: 1\npolicy: {enforce: maybe}",
	  "2:19: enforce 'maybe' isn't one of: on, audit, off" },
	{ "version: 1\npolicy: {enforce: aud}",
	  "2:19: enforce 'aud' isn't one of: on, audit, off" },
	{ "version: 1\npolicy: {arp: [all]}", "2:15: arp: a single value is expected here" },
	{ "version: 1\npolicy: {arp: null}", "2:15: arp: a value is missing" },
	{ "version: 1\npolicy: {icmp-reply: off, icmp_reply: ingress}",
	  "2:27: policy: icmp-reply twice" },
	{ "version: 1\nicmp_reply: ingress", "2:13: icmp_reply can't be set here" },
	{ "version: 1\nicmp-reply: ingress", "2:1: configuration: unknown key 'icmp-reply'" },
	{ "version: 1\npolicy: {connect: audit}",
	  "2:19: connect 'audit' isn't one of: on, off" },
	{ "version: 1\npolicy: {connect: {missed: 0}}",
	  "2:19: connect: a single value is expected here" },
	{ "version: 1\nconnect: off", "2:10: connect can't be set here" },
	/* services */
	{ "version: 1\nservices:", "2:10: services must be a list" },
	{ "version: 1\nservices: {}", "2:11: services must be a list" },
	{ "version: 1\nservices: 5", "2:11: services must be a list" },
	{ "version: 1\nservices: [a]", "2:12: service must be keys with values" },
	{ "version: 1\nservices:\n- proto: [tcp]", "3:3: service: name is missing" },
	{ "version: 1\nservices:\n- name: a\n  dports: [1]",
	  "4:3: service: unknown key 'dports'" },
	{ ONE("proto: [tcp], proto: [udp]"), "2:36: service: proto twice" },
	{ ONE("proto: [tcp], match: {proto: [udp]}"), "2:51: service: proto twice" },
	{ "version: 1\nservices:\n- {name: b, proto: any}\n- {name: a, proto: any}\n- "
	  "{name: b, proto: any}",
	  "5:3: service b twice" },
	{ "version: 1\nservices: [{name: 5, proto: any}]",
	  "2:19: name: 5 is no text (in quotes it would be)" },
	{ "version: 1\nservices: [{name: true, proto: any}]",
	  "2:19: name: true is no text (in quotes it would be)" },
	{ "version: 1\nservices: [{name: ~, proto: any}]", "2:19: name: a value is missing" },
	{ "version: 1\nservices: [{name: [a], proto: any}]",
	  "2:19: name: a single value is expected here" },
	{ "version: 1\nservices: [{name: -a, proto: any}]",
	  "2:19: name '-a' must be of letters, digits and ._- and begin with a letter "
	  "or digit (options come before the verb)" },
	{ "version: 1\nservices: [{name: show, proto: any}]",
	  "2:19: name 'show' is a word of the command line" },
	{ "version: 1\nservices: [{name: \"a\\0b\", proto: any}]", "2:19: name: a NUL is in it" },
	{ "version: 1\nservices: [{name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}]",
	  "2:19: name 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is longer than 32" },
	{ ONE("preset: nosuch"),
	  "2:30: unknown preset 'nosuch' (see svcbindctl preset show)" },
	{ ONE("proto: [tcp], priority: high"),
	  "2:46: priority 'high' isn't a number up to 4294967295" },
	{ ONE("proto: [tcp], priority: 4294967296"),
	  "2:46: priority '4294967296' isn't a number up to 4294967295" },
	{ ONE("proto: [tcp], priority: '7'"), "2:46: priority '7' is a text" },
	{ ONE("proto: [tcp], priority: null"), "2:46: priority: a value is missing" },
	{ "version: 1\nservices:\n- {name: a, proto: any, priority: 4294967290}\n- "
	  "{name: b, proto: any}",
	  "4:3: service b: no priority is left after the last one's" },
	{ ONE("counters: 5, proto: any"), "2:32: counters can't be set here" },
	/* matches */
	{ ONE("priority: 1"),
	  "2:12: service a: nothing to match (proto: any matches everything)" },
	{ ONE("proto: \"any\\0x\""), "2:29: proto must be a list" },
	{ ONE("proto: []"),
	  "2:29: proto: the list is empty (proto: any matches everything)" },
	{ ONE("preset: nfs, to: []"),
	  "2:39: to: the list is empty (to: any matches everything)" },
	{ ONE("match: {proto: [tcp]}, uid: []"),
	  "2:50: uid: the list is empty (uid: any matches everything)" },
	{ ONE("match: {dport: any, uid: []}"),
	  "2:12: service a: nothing to match (proto: any matches everything)" },
	{ ONE("proto: tcp"), "2:29: proto must be a list" },
	{ ONE("proto: {tcp: udp}"), "2:29: proto must be a list" },
	{ ONE("proto: null"), "2:29: proto must be a list" },
	{ ONE("proto: [t]"), "2:30: proto 't' isn't one of: tcp, udp, sctp, udplite, icmp" },
	{ ONE("proto: [any]"),
	  "2:30: proto 'any' isn't one of: tcp, udp, sctp, udplite, icmp" },
	{ ONE("proto: [tcp, tcp]"), "2:35: proto: tcp twice" },
	{ ONE("proto: [[tcp]]"), "2:30: proto: a single value is expected here" },
	{ ONE("dport: [0]"),
	  "2:30: dport: '0' isn't a port, range (1 to 65535) or service of services(5)" },
	{ ONE("dport: [80, 70000]"),
	  "2:34: dport: '70000' isn't a port, range (1 to 65535) or service of services(5)" },
	{ ONE("dport: ['1,2']"), "2:30: dport: '1,2' is more than one" },
	{ ONE("dport: ['']"), "2:30: dport: an element is empty" },
	{ ONE("dport: [~]"), "2:30: dport: a value is missing" },
	{ ONE("sport: [9-1]"), "2:30: sport: range '9-1' is reversed" },
	{ ONE("to: [10.0.0.1/8]"),
	  "2:27: to: 10.0.0.1/8: host bits set, did you mean 10.0.0.0/8" },
	{ ONE("from: [example]"), "2:29: from: 'example' isn't an IPv4 or IPv6 address" },
	{ ONE("uid: [root]"), "2:28: uid: 'root' isn't a number or range (0 to 4294967294)" },
	{ ONE("cgroup: [/a]"), "2:30: cgroup: a single value is expected here" },
	{ ONE("cgroup: 7"), "2:30: cgroup: 7 is no text (in quotes it would be)" },
	{ ONE("cgroup: /a//b"),
	  "2:30: cgroup '/a//b' isn't a path such as /system.slice/nfs.service" },
	{ ONE("mark: red"), "2:28: mark 'red' isn't a number of 32 bits, or two as V/M" },
	{ ONE("match: [tcp]"), "2:29: match must be keys with values" },
	{ ONE("match: {dev: x}"), "2:30: match: unknown key 'dev'" },
	{ ONE("match: {cgroup: /a, cgroup_elsewhere: true}"),
	  "2:60: the cgroup is one of another namespace" },
	/* bindings */
	{ ONE("proto: any, bind: vmk1"), "2:40: bind must be keys with values" },
	{ ONE("proto: any, bind: {}"), "2:40: bind: devices are missing" },
	{ ONE("proto: any, bind: {mode: strict}"), "2:40: bind: devices are missing" },
	{ ONE("proto: any, bind: {devices: []}"), "2:40: bind: devices are missing" },
	{ ONE("proto: any, bind: {devices: a}"), "2:50: devices must be a list" },
	{ ONE("proto: any, bind: {dev: a}"), "2:41: bind: unknown key 'dev'" },
	{ ONE("proto: any, bind: {devices: [a], mode: s}"),
	  "2:61: mode 's' isn't one of: strict, prefer, audit" },
	{ ONE("proto: any, bind: {devices: [a]}, binding: {devices: [a]}"),
	  "2:56: service: bind twice" },
	{ ONE("proto: any, bind: {devices: [a, a]}"), "2:54: dev a twice" },
	{ ONE("proto: any, bind: {devices: [a, {dev: a}]}"), "2:54: dev a twice" },
	{ ONE("proto: any, bind: {devices: [a/b]}"), "2:51: dev 'a/b' isn't a device name" },
	{ ONE("proto: any, bind: {devices: [1]}"),
	  "2:51: dev: 1 is no text (in quotes it would be)" },
	{ ONE("proto: any, bind: {devices: [{via: [10.0.0.1]}]}"),
	  "2:51: device: dev is missing" },
	{ ONE("proto: any, bind: {devices: [{dev: a, via: 10.0.0.1}]}"),
	  "2:65: via must be a list" },
	{ ONE("proto: any, bind: {devices: [{dev: a, via: [10.0.0.1, 10.0.0.2]}]}"),
	  "2:76: via 10.0.0.2: the device has an IPv4 gateway already" },
	{ ONE("proto: any, bind: {devices: [{dev: a, via: [127.0.0.1]}]}"),
	  "2:66: via 127.0.0.1 can't be a gateway" },
	{ ONE("proto: any, bind: {devices: [{dev: a, weight: 1}]}"),
	  "2:60: device: unknown key 'weight'" },
	{ ONE("proto: any, bind: {devices: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q]}"),
	  "2:99: more than 16 devices" },
};

static const struct {
	const char *text;
	const char *canonical;
} good[] = {
	{ "version: 1", "version: 1\nservices: []\n" },
	{ "{\"version\": 1}", "version: 1\nservices: []\n" },
	{ "\357\273\277version: 1", "version: 1\nservices: []\n" },
	{ "%YAML 1.2\n---\nversion: 1\n...\n", "version: 1\nservices: []\n" },
	{ "version: 1\r\npolicy:\r\n  arp: 'off'\r\n",
	  "version: 1\npolicy:\n  arp: \"off\"\nservices: []\n" },
	{ "version: 1\npolicy: {enforce: on, connect: on, icmp-reply: off, arp: bound}\n"
	  "services: []",
	  "version: 1\nservices: []\n" },
	{ "policy: {icmp_reply: ingress, arp: all, connect: off, enforce: off}\nversion: 1",
	  "version: 1\npolicy:\n  enforce: \"off\"\n  connect: \"off\"\n  icmp-reply: ingress\n"
	  "  arp: all\nservices: []\n" },
	{ "version: 1\npolicy: {connect: \"off\"}",
	  "version: 1\npolicy:\n  connect: \"off\"\nservices: []\n" },
	/* what is only told is read over, however it is nested */
	{ "version: 1\ngeneration: 7\nicmp_reply: {ingress: 1, x: [a, {b: c}], y: {}}",
	  "version: 1\nservices: []\n" },
	{ "{version: 1, policy: {connect: on}, connect: {available: true, missed: 0, full: 0}}",
	  "version: 1\nservices: []\n" },
	{ ONE("proto: any, counters: {pass: 1, drop: {error: 0}}"),
	  "version: 1\nservices:\n- name: a\n  proto: any\n" },
	{ ONE("match: {proto: [], cgroup: null, cgroup_pending: true, cgroup_elsewhere: "
	  "false, mark: null}, preset: null, binding: null"),
	  "version: 1\nservices:\n- name: a\n  proto: any\n" },
	{ ONE("proto: [tcp], bind: {devices: [{dev: d, via: [], state: usable, active: "
	  "true, ifindex: null, packets: 1, bytes: 2}]}"),
	  "version: 1\nservices:\n- name: a\n  proto: [tcp]\n  bind:\n    devices: [d]\n"
	  "    mode: strict\n" },
	/* presets: what is theirs is left out, what overrides them isn't */
	{ ONE("preset: nfs"), "version: 1\nservices:\n- name: a\n  preset: nfs\n" },
	{ ONE("preset: nfs, dport: [2049], proto: [tcp, udp]"),
	  "version: 1\nservices:\n- name: a\n  preset: nfs\n" },
	{ ONE("preset: nfs, to: [10.0.0.100], proto: any"),
	  "version: 1\nservices:\n- name: a\n  preset: nfs\n  proto: any\n  to: "
	  "[10.0.0.100/32]\n" },
	{ ONE("preset: nfs, match: {proto: [], dport: []}"),
	  "version: 1\nservices:\n- name: a\n  preset: nfs\n  proto: any\n  dport: any\n" },
	{ ONE("bind: {devices: [d]}, preset: management"),
	  "version: 1\nservices:\n- name: a\n  preset: management\n  bind:\n    "
	  "devices: [d]\n    mode: prefer\n" },
	{ ONE("bind: {mode: strict, devices: [d]}, preset: management"),
	  "version: 1\nservices:\n- name: a\n  preset: management\n  bind:\n    "
	  "devices: [d]\n    mode: strict\n" },
	/* protocols are a set */
	{ ONE("proto: [udp, icmp, tcp]"),
	  "version: 1\nservices:\n- name: a\n  proto: [icmp, tcp, udp]\n" },
	{ ONE("preset: nfs, proto: [udp, tcp]"),
	  "version: 1\nservices:\n- name: a\n  preset: nfs\n" },
	/* a colon in front needs quotes */
	{ ONE("to: [::/0]"), NULL },
	/* every word */
	{ ONE("port: [1, '2-3'], dport: [nfs], sport: [65535], to: ['::/0', "
	  "10.0.0.0/8], from: [fd00::1], uid: [0, 1000-1010], cgroup: a.slice/b/, mark: "
	  "16/0xf0, proto: [icmp, sctp, udplite]"),
	  "version: 1\nservices:\n- name: a\n  proto: [icmp, sctp, udplite]\n  port: [1, 2-3]\n"
	  "  dport: [2049]\n  sport: [65535]\n  to: ['::/0', 10.0.0.0/8]\n  from: "
	  "['fd00::1/128']\n"
	  "  uid: [0, 1000-1010]\n  cgroup: /a.slice/b\n  mark: \"0x10/0xf0\"\n" },
	{ ONE("mark: \"0x7\", bind: {devices: [b, {dev: \"on\", via: [fd00::1, "
	  "10.0.0.1]}], source: keep, select: failover, mode: audit}"),
	  "version: 1\nservices:\n- name: a\n  mark: \"0x7\"\n  bind:\n    devices:\n    - b\n"
	  "    - {dev: \"on\", via: [10.0.0.1, 'fd00::1']}\n    mode: audit\n    "
	  "source: keep\n" },
	/* names that YAML would take for something else */
	{ "version: 1\nservices: [{name: \"5\", proto: any, bind: {devices: [\"1\", "
	  "\"null\", d\xc3\xa9v, \"\\x1b\"]}}]",
	  "version: 1\nservices:\n- name: \"5\"\n  proto: any\n  bind:\n    devices: "
	  "[\"1\", \"null\", \"d\xc3\xa9v\", \"\\e\"]\n    mode: strict\n" },
	{ ONE("cgroup: \"a\\/b\\u00e9\""),
	  "version: 1\nservices:\n- name: a\n  cgroup: \"/a/b\xc3\xa9\"\n" },
	{ "version: 1\nservices:\n- {name: Yes, proto: any}\n- {name: 1e3x, proto: "
	  "any}\n- {name: a_b, proto: any}\n",
	  "version: 1\nservices:\n- name: \"Yes\"\n  proto: any\n- name: \"1e3x\"\n  "
	  "proto: any\n- name: a_b\n  proto: any\n" },
	/* the order is that of the priorities, then of the file */
	{ "version: 1\nservices:\n- {name: a, proto: any, priority: 50}\n- {name: b, "
	  "proto: any}\n"
	  "- {name: c, proto: any, priority: 10}\n- {name: d, proto: any}\n- {name: e, "
	  "proto: any, priority: 60}\n",
	  "version: 1\nservices:\n- name: c\n  priority: 10\n  proto: any\n- name: a\n  "
	  "priority: 50\n  proto: any\n"
	  "- name: b\n  proto: any\n- name: e\n  priority: 60\n  proto: any\n- name: d\n"
	  "  proto: any\n" },
	{ "version: 1\nservices:\n- {name: a, proto: any, priority: 0}\n- {name: b, "
	  "proto: any}\n- {name: c, proto: any, priority: 4294967295}\n",
	  "version: 1\nservices:\n- name: a\n  priority: 0\n  proto: any\n- name: b\n  "
	  "proto: any\n- name: c\n  priority: 4294967295\n  proto: any\n" },
};

/* In memory of its own, so that nothing is read beyond it. */
static int read_text(struct config *config, const char *text)
{
	size_t size = strlen(text);
	char *copy = malloc(size + !size);
	int status;

	memcpy(copy, text, size);
	unit_capture();
	status = config_read(config, "apply", "FILE", copy, size);
	unit_release();
	free(copy);
	return status;
}

static void test_bad(void **state)
{
	char wanted[300];
	struct config config;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(wanted, sizeof(wanted), "svcbindctl: apply: FILE:%s\n",
			 bad[i].said);
		assert_int_equal(read_text(&config, bad[i].text), CTL_USAGE);
		config_free(&config);
		assert_string_equal(unit_err, wanted);
		assert_string_equal(unit_out, "");
	}
}

static char *canonical(const char *text)
{
	struct config config;
	char *out = NULL;
	size_t size;

	if (!read_text(&config, text))
		assert_int_equal(config_text(&config, &out, &size), CTL_OK);
	config_free(&config);
	return out;
}

/* What was written is read as what it was written from. */
static void test_good(void **state)
{
	unsigned int i;
	char *once, *twice;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		once = canonical(good[i].text);
		if (!good[i].canonical) {
			assert_null(once);
			continue;
		}
		if (!once)
			print_error("%s\n%s", good[i].text, unit_err);
		assert_non_null(once);
		assert_string_equal(once, good[i].canonical);
		twice = canonical(once);
		assert_string_equal(once, twice);
		free(once);
		free(twice);
	}
}

static char *many(unsigned int n, const char *more)
{
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);
	unsigned int i;

	fputs("version: 1\nservices:\n", f);
	for (i = n; i; i--)
		fprintf(f, "- {name: s%u, proto: any, priority: %u%s}\n", i, i,
			more);
	fclose(f);
	return text;
}

static void test_many(void **state)
{
	struct config config;
	char *text = many(4096, "");

	(void)state;
	assert_int_equal(read_text(&config, text), CTL_OK);
	assert_int_equal(config.services.n, 4096);
	assert_string_equal(config.services.service[0].name, "s1");
	assert_int_equal(config.services.service[0].line, 4098);
	assert_int_equal(config.services.service[0].column, 3);
	config_free(&config);
	free(text);
	text = many(4097, "");
	assert_int_equal(read_text(&config, text), CTL_USAGE);
	config_free(&config);
	free(text);
	assert_string_equal(unit_err,
			    "svcbindctl: apply: FILE:4099:3: more than 4096 services\n");
}

/* What is deep, or long, isn't kept; libyaml goes no deeper than we do. */
static void test_large(void **state)
{
	size_t size = 1 << 20;
	struct config config;
	char *text = malloc(size + 1);

	(void)state;
	memset(text, '[', size);
	text[size] = '\0';
	memcpy(text, "version: 1\ngeneration: ", 23);
	assert_int_equal(read_text(&config, text), CTL_USAGE);
	config_free(&config);
	assert_string_equal(unit_err,
			    "svcbindctl: apply: FILE:2:28: it is nested too deep\n");
	memset(text, 'a', size);
	memcpy(text, "version: 1\nservices: [{name: ", 29);
	assert_int_equal(read_text(&config, text), CTL_USAGE);
	config_free(&config);
	assert_non_null(strstr(unit_err, "FILE:2:19: name 'aaaaa"));
	assert_non_null(strstr(unit_err, "' is longer than 32\n"));
	free(text);
}

/* A file without a line end, a NUL within, and none that is left out. */
static void test_nul(void **state)
{
	static const char text[] = "version: 1\n# \0\nservices: []\n";
	struct config config;

	(void)state;
	unit_capture();
	config_read(&config, "diff", "-", text, sizeof(text) - 1);
	unit_release();
	config_free(&config);
	assert_string_equal(unit_err,
			    "svcbindctl: diff: -:2:3: control characters are not allowed\n");
}

static void test_load(void **state)
{
	struct config config;
	int status;

	(void)state;
	unit_capture();
	status = config_load(&config, "apply", "/nonexistent/x");
	unit_release();
	config_free(&config);
	assert_int_equal(status, CTL_USAGE);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: /nonexistent/x: No such file or directory\n");
}

/* There is a default for the caller's own namespace alone. */
static void test_path(void **state)
{
	const char *path = NULL, *named = "f";
	int status;

	(void)state;
	assert_int_equal(config_path(&path), CTL_OK);
	assert_string_equal(path, CONFIG_FILE);
	unit_elsewhere = true;
	assert_int_equal(config_path(&named), CTL_OK);
	assert_string_equal(named, "f");
	path = NULL;
	unit_capture();
	status = config_path(&path);
	unit_release();
	assert_int_equal(status, CTL_USAGE);
	assert_null(path);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: /etc/svcbind/svcbind.yaml is of another network namespace: --file is needed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_bad),
		unit_case(test_good),
		unit_case(test_many),
		unit_case(test_large),
		unit_case(test_nul),
		unit_case(test_load),
		unit_case(test_path),
	};

	return cmocka_run_group_tests_name("config_read", tests, NULL, NULL);
}
