// SPDX-License-Identifier: GPL-2.0
/* ctl/read.c: one service, of whatever the kernel says. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "messages.h"
#include "model.h"
#include "parse.h"
#include "show.h"
#include "unit.h"

static void test_service(void **state)
{
	struct nl_msg *msg = message_service("nfs");
	struct service svc = message_read(msg);
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
	assert_int_equal(svc.match.uids.n, 2);
	assert_int_equal(svc.match.uids.range[0].last, 0);
	assert_int_equal(svc.match.uids.range[1].first, 1000);
	assert_int_equal(svc.match.uids.range[1].last, 1010);
	assert_string_equal(svc.match.cgroup, "/a/b");
	assert_false(svc.match.cgroup_pending);
	assert_false(svc.match.cgroup_elsewhere);
	assert_int_equal(svc.match.mark.value, 1);
	assert_int_equal(svc.match.mark.mask, 3);
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
	struct service svc = message_read(msg);

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
	match = message_nest(msg, SVCBIND_A_MATCH);
	to = message_nest(msg, SVCBIND_A_MATCH_TO);
	for (len = 0; len < 40; len++) {
		prefix = message_nest(msg, SVCBIND_A_PREFIXES_PREFIX);
		nla_put(msg, SVCBIND_A_PREFIX_ADDR, len, bytes);
		nla_put(msg, SVCBIND_A_PREFIX_LEN, 2, bytes + 7);
		nla_nest_end(msg, prefix);
	}
	nla_nest_end(msg, to);
	nla_nest_end(msg, match);
	svc = message_read(msg);
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
	outer = message_nest(msg, SVCBIND_A_MATCH);
	list = message_nest(msg, SVCBIND_A_MATCH_PORT);
	entry = message_nest(msg, SVCBIND_A_RANGES_RANGE);
	nla_put(msg, SVCBIND_A_RANGE_FIRST, 1, ones);
	nla_nest_end(msg, entry);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	outer = message_nest(msg, SVCBIND_A_BINDING);
	list = message_nest(msg, SVCBIND_A_BINDING_DEVICES);
	entry = message_nest(msg, SVCBIND_A_DEVICES_DEVICE);
	nla_put(msg, SVCBIND_A_DEVICE_PACKETS, 7, ones);
	nla_put(msg, SVCBIND_A_DEVICE_IFINDEX, 3, ones);
	nla_put(msg, SVCBIND_A_DEVICE_VIA4, 3, ones);
	nla_put(msg, SVCBIND_A_DEVICE_VIA6, 15, ones);
	nla_nest_end(msg, entry);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	svc = message_read(msg);
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
	char path[SVCBIND_CGROUP_MAX + 100];
	uint8_t protos[200];
	struct nl_msg *msg = unit_message();
	struct nlattr *outer, *list, *entry;
	struct service svc;
	int i;

	(void)state;
	memset(protos, 6, sizeof(protos));
	outer = message_nest(msg, SVCBIND_A_MATCH);
	nla_put(msg, SVCBIND_A_MATCH_PROTO, sizeof(protos), protos);
	list = message_nest(msg, SVCBIND_A_MATCH_PORT);
	for (i = 0; i < 200; i++) {
		entry = message_nest(msg, i & 1 ? SVCBIND_A_RANGES_RANGE : 99);
		nla_put_u16(msg, SVCBIND_A_RANGE_FIRST, i);
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, list);
	list = message_nest(msg, SVCBIND_A_MATCH_FROM);
	for (i = 0; i < 200; i++) {
		entry = message_nest(msg, i & 1 ? SVCBIND_A_PREFIXES_PREFIX : 99);
		nla_put_u32(msg, SVCBIND_A_PREFIX_ADDR, i);
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, list);
	list = message_nest(msg, SVCBIND_A_MATCH_UID);
	for (i = 0; i < 200; i++) {
		entry = message_nest(msg, i & 1 ? SVCBIND_A_UID_RANGES_RANGE : 99);
		nla_put_u32(msg, SVCBIND_A_UID_RANGE_FIRST, i);
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, list);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	nla_put_string(msg, SVCBIND_A_MATCH_CGROUP, path);
	nla_put_flag(msg, SVCBIND_A_MATCH_CGROUP_PENDING);
	nla_put_flag(msg, SVCBIND_A_MATCH_CGROUP_ELSEWHERE);
	nla_nest_end(msg, outer);
	outer = message_nest(msg, SVCBIND_A_BINDING);
	list = message_nest(msg, SVCBIND_A_BINDING_DEVICES);
	for (i = 0; i < 40; i++)
		message_device(msg, "x", true);
	nla_put_u32(msg, 99, 1);
	nla_nest_end(msg, list);
	nla_nest_end(msg, outer);
	svc = message_read(msg);
	nlmsg_free(msg);
	assert_int_equal(svc.match.n_protos, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.ports[0].n, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.ports[0].range[63].first, 127);
	assert_int_equal(svc.match.ports[0].range[63].last, 0);
	assert_int_equal(svc.match.prefixes[1].n, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.uids.n, SVCBIND_MAX_ELEMENTS);
	assert_int_equal(svc.match.uids.range[63].first, 127);
	assert_int_equal(strlen(svc.match.cgroup), SVCBIND_CGROUP_MAX);
	assert_true(svc.match.cgroup_pending);
	assert_true(svc.match.cgroup_elsewhere);
	assert_int_equal(svc.binding.n_devices, SVCBIND_MAX_DEVICES);
}

/*
 * Each byte of a full message, spoilt in some ways: whatever is read of it is
 * within its bounds (the sanitizers see to that) and can be shown.
 */
static void test_spoilt(void **state)
{
	static const uint8_t spoil[] = { 0x01, 0x04, 0x80, 0xff };
	struct nl_msg *msg = message_service("nfs");
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
			svc = message_read(msg);
			bytes[i] ^= spoil[j];
			assert_in_range(svc.match.n_protos, 0,
					SVCBIND_MAX_ELEMENTS);
			assert_in_range(svc.match.ports[0].n, 0, 2);
			assert_in_range(svc.match.prefixes[0].n, 0, 2);
			assert_in_range(svc.match.uids.n, 0, 2);
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
	struct nl_msg *msg = message_service("nfs");
	unsigned int i, len = nlmsg_hdr(msg)->nlmsg_len;
	struct service svc;

	(void)state;
	for (i = PAYLOAD_START; i < len; i++) {
		unit_setup(NULL);
		nlmsg_hdr(msg)->nlmsg_len = i;
		svc = message_read(msg);
		assert_in_range(svc.binding.n_devices, 0, 2);
	}
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
	};

	return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
