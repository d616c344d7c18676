// SPDX-License-Identifier: GPL-2.0
/* ctl/read.c and model.c: from and to what the kernel says. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "model.h"
#include "parse.h"
#include "show.h"
#include "unit.h"

#define PAYLOAD_START	(NLMSG_HDRLEN + GENL_HDRLEN)

static struct nlattr *nest(struct nl_msg *msg, int type)
{
	return nla_nest_start(msg, type | NLA_F_NESTED);
}

static void put_counts(struct nl_msg *msg, int type, int n)
{
	struct nlattr *counts = nest(msg, type);
	int i;

	for (i = 1; i <= n; i++)
		nla_put_u64(msg, i, 100 + i);
	nla_nest_end(msg, counts);
}

static void put_device(struct nl_msg *msg, const char *name, bool full)
{
	struct nlattr *dev = nest(msg, SVCBIND_A_DEVICES_DEVICE);
	struct in6_addr via6 = { .s6_addr = { 0xfd, [15] = 1 } };

	nla_put_string(msg, SVCBIND_A_DEVICE_NAME, name);
	if (full) {
		nla_put_u32(msg, SVCBIND_A_DEVICE_VIA4, htonl(0x0a000001));
		nla_put(msg, SVCBIND_A_DEVICE_VIA6, 16, &via6);
		nla_put_u32(msg, SVCBIND_A_DEVICE_STATE, SVCBIND_STATE_ENSLAVED);
		nla_put_flag(msg, SVCBIND_A_DEVICE_ACTIVE);
		nla_put_u32(msg, SVCBIND_A_DEVICE_IFINDEX, 7);
		nla_put_string(msg, SVCBIND_A_DEVICE_MASTER, "bond0");
		nla_put_u64(msg, SVCBIND_A_DEVICE_PACKETS, 1ull << 40);
		nla_put_u64(msg, SVCBIND_A_DEVICE_BYTES, 1ull << 60);
	}
	nla_nest_end(msg, dev);
}

/* A service with all that there can be. */
static struct nl_msg *full_service(const char *name)
{
	struct nlattr *binding, *devices;
	struct nl_msg *msg = unit_message();
	struct match match = { };
	int status;

	nla_put_string(msg, SVCBIND_A_NAME, name);
	nla_put_string(msg, SVCBIND_A_PRESET, "nfs");
	nla_put_u32(msg, SVCBIND_A_PRIORITY, 4000000000);
	nla_put_u32(msg, SVCBIND_A_GENERATION, 9);
	status = parse_match_word(&match, MATCH_PROTO, "tcp,icmp") |
		 parse_match_word(&match, MATCH_PORT, "1-2,65535") |
		 parse_match_word(&match, MATCH_DPORT, "2049") |
		 parse_match_word(&match, MATCH_SPORT, "22") |
		 parse_match_word(&match, MATCH_TO, "10.0.0.0/8,fd00::/64") |
		 parse_match_word(&match, MATCH_FROM, "::/0");
	assert_int_equal(status, CTL_OK);
	assert_int_equal(model_put_match(msg, &match), 0);
	binding = nest(msg, SVCBIND_A_BINDING);
	nla_put_u32(msg, SVCBIND_A_BINDING_MODE, SVCBIND_MODE_PREFER);
	nla_put_u32(msg, SVCBIND_A_BINDING_SELECT, SVCBIND_SELECT_FAILOVER);
	nla_put_u32(msg, SVCBIND_A_BINDING_SOURCE, SVCBIND_SOURCE_KEEP);
	devices = nest(msg, SVCBIND_A_BINDING_DEVICES);
	put_device(msg, "vmk0", false);
	put_device(msg, "vmk1", true);
	nla_nest_end(msg, devices);
	nla_nest_end(msg, binding);
	put_counts(msg, SVCBIND_A_COUNTERS, SVCBIND_A_COUNTERS_MAX);
	return msg;
}

/* The one service that is made of a message, zeros if none is. */
static struct service read_service(struct nl_msg *msg)
{
	struct services list;
	struct service svc = { };

	unit_reply(0, 1, &msg);
	if (!model_get_service("asked", &list)) {
		svc = list.service[0];
		model_free_services(&list);
	}
	return svc;
}

static void test_service(void **state)
{
	struct nl_msg *msg = full_service("nfs");
	struct service svc = read_service(msg);
	struct device *dev = svc.binding.devices;
	char buf[64];
	int i;

	(void)state;
	nlmsg_free(msg);
	assert_string_equal(svc.name, "nfs");
	assert_string_equal(svc.preset, "nfs");
	assert_int_equal(svc.priority, 4000000000);
	assert_int_equal(svc.match.n_protos, 2);
	assert_int_equal(svc.match.protos[1], IPPROTO_ICMP);
	assert_int_equal(match_ports(&svc.match, MATCH_PORT)->n, 2);
	assert_int_equal(match_ports(&svc.match, MATCH_PORT)->range[0].last, 2);
	assert_int_equal(match_ports(&svc.match, MATCH_PORT)->range[1].first,
			 65535);
	assert_int_equal(match_ports(&svc.match, MATCH_DPORT)->range[0].first,
			 2049);
	assert_int_equal(match_ports(&svc.match, MATCH_SPORT)->n, 1);
	assert_string_equal(prefix_text(&svc.match.prefixes[0].prefix[0], buf,
					sizeof(buf)), "10.0.0.0/8");
	assert_string_equal(prefix_text(&svc.match.prefixes[0].prefix[1], buf,
					sizeof(buf)), "fd00::/64");
	assert_string_equal(prefix_text(&svc.match.prefixes[1].prefix[0], buf,
					sizeof(buf)), "::/0");
	assert_true(svc.bound);
	assert_int_equal(svc.binding.mode, SVCBIND_MODE_PREFER);
	assert_int_equal(svc.binding.source, SVCBIND_SOURCE_KEEP);
	assert_int_equal(svc.binding.n_devices, 2);
	assert_string_equal(dev[0].name, "vmk0");
	assert_false(dev[0].has_via4 || dev[0].has_via6 || dev[0].active);
	assert_int_equal(dev[0].state, SVCBIND_STATE_USABLE);
	assert_string_equal(dev[1].name, "vmk1");
	assert_true(dev[1].has_via4 && dev[1].has_via6 && dev[1].active);
	assert_int_equal(dev[1].via4.s_addr, htonl(0x0a000001));
	assert_int_equal(dev[1].via6.s6_addr[15], 1);
	assert_int_equal(dev[1].state, SVCBIND_STATE_ENSLAVED);
	assert_string_equal(dev[1].master, "bond0");
	assert_int_equal(dev[1].ifindex, 7);
	assert_int_equal(dev[1].packets, 1ull << 40);
	assert_int_equal(dev[1].bytes, 1ull << 60);
	for (i = 1; i <= SVCBIND_A_COUNTERS_MAX; i++)
		assert_int_equal(svc.counters[i], 100 + i);
}

static void test_nothing(void **state)
{
	static const struct service zero;
	struct nl_msg *msg = unit_message();
	struct service svc = read_service(msg);

	(void)state;
	nlmsg_free(msg);
	assert_memory_equal(&svc, &zero, sizeof(svc));
}

/* Longer than what is known: the beginning is read; shorter: nothing is. */
static void test_lengths(void **state)
{
	static const uint8_t bytes[40] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct nlattr *match, *to, *prefix;
	struct nl_msg *msg = unit_message();
	struct service svc;
	unsigned int len;

	(void)state;
	nla_put(msg, SVCBIND_A_NAME, 40, "0123456789012345678901234567890123456789");
	nla_put(msg, SVCBIND_A_PRIORITY, 3, bytes);
	match = nest(msg, SVCBIND_A_MATCH);
	to = nest(msg, SVCBIND_A_MATCH_TO);
	for (len = 0; len < 40; len++) {
		prefix = nest(msg, SVCBIND_A_PREFIXES_PREFIX);
		nla_put(msg, SVCBIND_A_PREFIX_ADDR, len, bytes);
		nla_put(msg, SVCBIND_A_PREFIX_LEN, 2, bytes + 7);
		nla_nest_end(msg, prefix);
	}
	nla_nest_end(msg, to);
	nla_nest_end(msg, match);
	svc = read_service(msg);
	nlmsg_free(msg);
	assert_string_equal(svc.name, "01234567890123456789012345678901");
	assert_int_equal(svc.priority, 0);
	assert_int_equal(svc.match.prefixes[0].n, 36);
	assert_int_equal(svc.match.prefixes[0].prefix[0].family, AF_INET);
	assert_int_equal(svc.match.prefixes[0].prefix[0].len, 8);
	assert_int_equal(svc.match.prefixes[0].prefix[11].family, AF_INET);
	assert_int_equal(svc.match.prefixes[0].prefix[12].family, AF_INET6);
}

static void test_too_short(void **state)
{
	static const uint8_t ones[15] = { [0 ... 14] = 1 };
	struct nlattr *outer, *list, *entry;
	struct nl_msg *msg = unit_message();
	struct service svc;
	struct device *dev = &svc.binding.devices[0];

	(void)state;
	outer = nest(msg, SVCBIND_A_MATCH);
	list = nest(msg, SVCBIND_A_MATCH_PORT);
	entry = nest(msg, SVCBIND_A_RANGES_RANGE);
	nla_put(msg, SVCBIND_A_RANGE_FIRST, 1, ones);
	nla_nest_end(msg, entry);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	outer = nest(msg, SVCBIND_A_BINDING);
	list = nest(msg, SVCBIND_A_BINDING_DEVICES);
	entry = nest(msg, SVCBIND_A_DEVICES_DEVICE);
	nla_put(msg, SVCBIND_A_DEVICE_PACKETS, 7, ones);
	nla_put(msg, SVCBIND_A_DEVICE_IFINDEX, 3, ones);
	nla_put(msg, SVCBIND_A_DEVICE_VIA4, 3, ones);
	nla_put(msg, SVCBIND_A_DEVICE_VIA6, 15, ones);
	nla_nest_end(msg, entry);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	svc = read_service(msg);
	nlmsg_free(msg);
	assert_int_equal(svc.match.ports[0].n, 1);
	assert_int_equal(svc.match.ports[0].range[0].first, 0);
	assert_int_equal(svc.binding.n_devices, 1);
	assert_int_equal(dev->packets, 0);
	assert_int_equal(dev->ifindex, 0);
	assert_false(dev->has_via4 || dev->has_via6);
	assert_int_equal(dev->via4.s_addr, 0);
}

/* A list longer than there is room for is cut, what isn't known left out. */
static void test_overlong_lists(void **state)
{
	uint8_t protos[200];
	struct nl_msg *msg = unit_message();
	struct nlattr *outer, *list, *entry;
	struct service svc;
	int i;

	(void)state;
	memset(protos, 6, sizeof(protos));
	outer = nest(msg, SVCBIND_A_MATCH);
	nla_put(msg, SVCBIND_A_MATCH_PROTO, sizeof(protos), protos);
	list = nest(msg, SVCBIND_A_MATCH_PORT);
	for (i = 0; i < 200; i++) {
		entry = nest(msg, i & 1 ? SVCBIND_A_RANGES_RANGE : 99);
		nla_put_u16(msg, SVCBIND_A_RANGE_FIRST, i);
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, list);
	list = nest(msg, SVCBIND_A_MATCH_FROM);
	for (i = 0; i < 200; i++) {
		entry = nest(msg, i & 1 ? SVCBIND_A_PREFIXES_PREFIX : 99);
		nla_put_u32(msg, SVCBIND_A_PREFIX_ADDR, i);
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	outer = nest(msg, SVCBIND_A_BINDING);
	list = nest(msg, SVCBIND_A_BINDING_DEVICES);
	for (i = 0; i < 40; i++)
		put_device(msg, "x", true);
	nla_put_u32(msg, 99, 1);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	svc = read_service(msg);
	nlmsg_free(msg);
	assert_int_equal(svc.match.n_protos, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.ports[0].n, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.ports[0].range[63].first, 127);
	assert_int_equal(svc.match.ports[0].range[63].last, 0);
	assert_int_equal(svc.match.prefixes[1].n, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.binding.n_devices, SVCBIND_MAX_DEVICES);
}

/*
 * Each byte of a full message, spoilt in some ways: whatever is read of it is
 * within its bounds (the sanitizers see to that) and can be shown.
 */
static void test_spoilt(void **state)
{
	static const uint8_t spoil[] = { 0x01, 0x04, 0x80, 0xff };
	struct nl_msg *msg = full_service("nfs");
	uint8_t *bytes = (uint8_t *)nlmsg_hdr(msg);
	unsigned int i, j, len = nlmsg_hdr(msg)->nlmsg_len;
	struct policy policy = { };
	struct service svc;

	(void)state;
	ctl_options.stats = true;
	for (i = PAYLOAD_START; i < len; i++) {
		for (j = 0; j < sizeof(spoil); j++) {
			unit_setup(NULL);
			bytes[i] ^= spoil[j];
			svc = read_service(msg);
			bytes[i] ^= spoil[j];
			assert_in_range(svc.match.n_protos, 0,
					SVCBIND_MAX_ELEMENTS);
			assert_in_range(svc.match.ports[0].n, 0, 2);
			assert_in_range(svc.match.prefixes[0].n, 0, 2);
			assert_in_range(svc.binding.n_devices, 0, 2);
			unit_capture();
			show_service(&svc, &policy);
			unit_release();
			assert_true(strlen(unit_out) > 0);
		}
	}
	nlmsg_free(msg);
}

/* The same for a message that ends too early. */
static void test_cut(void **state)
{
	struct nl_msg *msg = full_service("nfs");
	unsigned int i, len = nlmsg_hdr(msg)->nlmsg_len;
	struct service svc;

	(void)state;
	for (i = PAYLOAD_START; i < len; i++) {
		unit_setup(NULL);
		nlmsg_hdr(msg)->nlmsg_len = i;
		svc = read_service(msg);
		assert_in_range(svc.binding.n_devices, 0, 2);
	}
	nlmsg_free(msg);
}

static void test_get_service_fails(void **state)
{
	struct nl_msg *msg = full_service("nfs");
	struct services list;

	(void)state;
	/* the kernel answers without a service: there is none */
	assert_int_equal(model_get_service("asked", &list), -ENOENT);
	assert_string_equal(nla_get_string(nlmsg_find_attr(nlmsg_hdr(unit_request),
							   GENL_HDRLEN,
							   SVCBIND_A_NAME)),
			    "asked");
	unit_reply(-EPERM, 1, &msg);
	assert_int_equal(model_get_service("asked", &list), -EPERM);
	assert_null(list.service);
	nlmsg_free(msg);
}

/* More than the list has room for at first, in the order in which they come. */
static void test_dump(void **state)
{
	struct nl_msg *msgs[40];
	struct services list;
	char name[8];
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "s%u", i % 100);
		msgs[i] = full_service(name);
	}
	/* a change in between: what was read is forgotten */
	unit_reply(-EINTR, 17, msgs);
	unit_reply(0, 40, msgs);
	assert_int_equal(model_get_services(&list), 0);
	assert_int_equal(unit_replies_left(), 0);
	assert_int_equal(nlmsg_hdr(unit_request)->nlmsg_flags & NLM_F_DUMP,
			 NLM_F_DUMP);
	assert_int_equal(list.n, 40);
	assert_int_equal(list.generation, 9);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "s%u", i % 100);
		assert_string_equal(list.service[i].name, name);
		nlmsg_free(msgs[i]);
	}
	assert_ptr_equal(model_find_service(&list, "s39"), &list.service[39]);
	assert_null(model_find_service(&list, "s40"));
	model_free_services(&list);
	assert_int_equal(list.n, 0);
}

static void test_dump_fails(void **state)
{
	struct nl_msg *msg = full_service("nfs");
	struct services list;
	int i;

	(void)state;
	for (i = 0; i < 11; i++)
		unit_reply(-EINTR, 1, &msg);
	assert_int_equal(model_get_services(&list), -EINTR);
	assert_int_equal(unit_replies_left(), 1);
	assert_null(list.service);
	unit_setup(NULL);
	unit_reply(-EPERM, 1, &msg);
	assert_int_equal(model_get_services(&list), -EPERM);
	nlmsg_free(msg);
}

static struct nl_msg *full_policy(uint32_t generation)
{
	struct policy policy = {
		.given = ~0u,
		.enforce = SVCBIND_ENFORCE_AUDIT,
		.icmp_reply = SVCBIND_ICMP_REPLY_INGRESS,
		.arp = SVCBIND_ARP_ALL,
	};
	struct nl_msg *msg = unit_message();

	nla_put_u32(msg, SVCBIND_A_GENERATION, generation);
	assert_int_equal(model_put_policy(msg, &policy), 0);
	put_counts(msg, SVCBIND_A_ICMP_COUNTERS, SVCBIND_A_ICMP_COUNTERS_MAX);
	return msg;
}

static void test_policy(void **state)
{
	struct nl_msg *msg = full_policy(5);
	struct policy policy;
	int i;

	(void)state;
	unit_reply(0, 1, &msg);
	assert_int_equal(model_get_policy(&policy), 0);
	nlmsg_free(msg);
	assert_int_equal(policy.generation, 5);
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_AUDIT);
	assert_int_equal(policy.icmp_reply, SVCBIND_ICMP_REPLY_INGRESS);
	assert_int_equal(policy.arp, SVCBIND_ARP_ALL);
	for (i = 1; i <= SVCBIND_A_ICMP_COUNTERS_MAX; i++)
		assert_int_equal(policy.icmp_counters[i], 100 + i);
	assert_false(model_is_enforced(&policy));
	policy.enforce = SVCBIND_ENFORCE_ON;
	assert_int_equal(model_is_enforced(&policy), !model_is_overridden());
}

/* Switches and services are of one ruleset, or it is tried again. */
static void test_get_all(void **state)
{
	struct nl_msg *old = full_policy(8), *now = full_policy(9);
	struct nl_msg *service = full_service("nfs");
	struct policy policy;
	struct services list;
	int i;

	(void)state;
	unit_reply(0, 1, &old);
	unit_reply(0, 1, &service);
	unit_reply(0, 1, &now);
	unit_reply(0, 1, &service);
	assert_int_equal(model_get_all(&policy, &list), 0);
	assert_int_equal(unit_replies_left(), 0);
	assert_int_equal(policy.generation, 9);
	assert_int_equal(list.n, 1);
	model_free_services(&list);

	/* no services: nothing that could contradict */
	unit_setup(NULL);
	unit_reply(0, 1, &old);
	assert_int_equal(model_get_all(&policy, &list), 0);
	assert_int_equal(list.n, 0);

	unit_setup(NULL);
	unit_reply(0, 1, &old);
	unit_reply(-EPERM, 0, NULL);
	assert_int_equal(model_get_all(&policy, &list), -EPERM);
	unit_setup(NULL);
	unit_reply(-EPERM, 0, NULL);
	assert_int_equal(model_get_all(&policy, &list), -EPERM);

	unit_setup(NULL);
	for (i = 0; i < 10; i++) {
		unit_reply(0, 1, &old);
		unit_reply(0, 1, &service);
	}
	assert_int_equal(model_get_all(&policy, &list), -EINTR);
	assert_null(list.service);
	nlmsg_free(old);
	nlmsg_free(now);
	nlmsg_free(service);
}

/* What is sent, the kernel's reader would understand: ours does. */
static void test_round_trip(void **state)
{
	struct nl_msg *msg = full_service("nfs"), *again = unit_message();
	struct service svc = read_service(msg), back;

	(void)state;
	svc.match.given = MATCH_ALL_WORDS;
	svc.binding.given = ~0u;
	assert_int_equal(model_put_match(again, &svc.match), 0);
	assert_int_equal(model_put_binding(again, &svc.binding), 0);
	back = read_service(again);
	back.match.given = MATCH_ALL_WORDS;
	assert_memory_equal(&back.match, &svc.match, sizeof(svc.match));
	assert_int_equal(back.binding.n_devices, 2);
	assert_memory_equal(&back.binding.devices[1].via6,
			    &svc.binding.devices[1].via6, 16);
	assert_string_equal(back.binding.devices[0].name, "vmk0");
	assert_int_equal(back.binding.mode, svc.binding.mode);
	assert_int_equal(back.binding.source, svc.binding.source);
	nlmsg_free(msg);
	nlmsg_free(again);
}

/* Only what is given is sent; what is given without an element, empty. */
static void test_put_given(void **state)
{
	struct nlattr *attr, *tb[SVCBIND_A_MATCH_MAX + 1];
	struct nl_msg *msg = unit_message();
	struct match match = { };
	struct policy policy = { };
	struct binding binding = { };

	(void)state;
	assert_int_equal(model_put_match(msg, &match), 0);
	assert_int_equal(nlmsg_hdr(msg)->nlmsg_len, PAYLOAD_START);
	match.given = 1u << MATCH_DPORT | 1u << MATCH_FROM | 1u << MATCH_PROTO;
	match.all = true;
	assert_int_equal(model_put_match(msg, &match), 0);
	attr = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN, SVCBIND_A_MATCH);
	assert_non_null(attr);
	assert_int_equal(nla_parse_nested(tb, SVCBIND_A_MATCH_MAX, attr, NULL),
			 0);
	assert_non_null(tb[SVCBIND_A_MATCH_PROTO]);
	assert_int_equal(nla_len(tb[SVCBIND_A_MATCH_PROTO]), 0);
	assert_non_null(tb[SVCBIND_A_MATCH_DPORT]);
	assert_int_equal(nla_len(tb[SVCBIND_A_MATCH_DPORT]), 0);
	assert_non_null(tb[SVCBIND_A_MATCH_FROM]);
	assert_non_null(tb[SVCBIND_A_MATCH_ALL]);
	assert_null(tb[SVCBIND_A_MATCH_PORT]);
	assert_null(tb[SVCBIND_A_MATCH_SPORT]);
	assert_null(tb[SVCBIND_A_MATCH_TO]);
	assert_int_equal(model_put_binding(msg, &binding), 0);
	assert_int_equal(model_put_policy(msg, &policy), 0);
	nlmsg_free(msg);
}

/* A message that is full says so, wherever it ends. */
static void test_put_full(void **state)
{
	struct nl_msg *msg = full_service("nfs"), *small;
	struct service svc = read_service(msg);
	struct policy policy = { .given = ~0u };
	unsigned int size, matches = 0, bindings = 0, policies = 0;

	(void)state;
	svc.match.given = MATCH_ALL_WORDS;
	svc.match.all = true;
	svc.binding.given = ~0u;
	for (size = NLMSG_HDRLEN; size < 400; size += 4) {
		small = nlmsg_alloc_size(size);
		nlmsg_put(small, 0, 0, 0x20, 0, 0);
		matches += !model_put_match(small, &svc.match);
		nlmsg_free(small);
		small = nlmsg_alloc_size(size);
		nlmsg_put(small, 0, 0, 0x20, 0, 0);
		bindings += !model_put_binding(small, &svc.binding);
		nlmsg_free(small);
		small = nlmsg_alloc_size(size);
		nlmsg_put(small, 0, 0, 0x20, 0, 0);
		policies += !model_put_policy(small, &policy);
		nlmsg_free(small);
	}
	/* from some size on, it fits */
	assert_in_range(matches, 1, 90);
	assert_in_range(bindings, 1, 90);
	assert_int_equal(policies, (400 - NLMSG_HDRLEN - 28) / 4);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_service),
		unit_case(test_nothing),
		unit_case(test_lengths),
		unit_case(test_too_short),
		unit_case(test_overlong_lists),
		unit_case(test_spoilt),
		unit_case(test_cut),
		unit_case(test_get_service_fails),
		unit_case(test_dump),
		unit_case(test_dump_fails),
		unit_case(test_policy),
		unit_case(test_get_all),
		unit_case(test_round_trip),
		unit_case(test_put_given),
		unit_case(test_put_full),
	};

	return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
