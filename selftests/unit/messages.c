// SPDX-License-Identifier: GPL-2.0
/* Messages as the kernel would send them. */
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
#include "unit.h"

struct nlattr *message_nest(struct nl_msg *msg, int type)
{
	return nla_nest_start(msg, type | NLA_F_NESTED);
}

void message_counts(struct nl_msg *msg, int type, int n)
{
	struct nlattr *counts = message_nest(msg, type);
	int i;

	for (i = 1; i <= n; i++)
		nla_put_u64(msg, i, 100 + i);
	nla_nest_end(msg, counts);
}

void message_device(struct nl_msg *msg, const char *name, bool full)
{
	struct nlattr *dev = message_nest(msg, SVCBIND_A_DEVICES_DEVICE);
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
struct nl_msg *message_service(const char *name)
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
		 parse_match_word(&match, MATCH_FROM, "::/0") |
		 parse_match_word(&match, MATCH_UID, "0,1000-1010") |
		 parse_match_word(&match, MATCH_CGROUP, "/a/b") |
		 parse_match_word(&match, MATCH_MARK, "1/3");
	assert_int_equal(status, CTL_OK);
	assert_int_equal(model_put_match(msg, &match), 0);
	binding = message_nest(msg, SVCBIND_A_BINDING);
	nla_put_u32(msg, SVCBIND_A_BINDING_MODE, SVCBIND_MODE_PREFER);
	nla_put_u32(msg, SVCBIND_A_BINDING_SELECT, SVCBIND_SELECT_FAILOVER);
	nla_put_u32(msg, SVCBIND_A_BINDING_SOURCE, SVCBIND_SOURCE_KEEP);
	devices = message_nest(msg, SVCBIND_A_BINDING_DEVICES);
	message_device(msg, "vmk0", false);
	message_device(msg, "vmk1", true);
	nla_nest_end(msg, devices);
	nla_nest_end(msg, binding);
	message_counts(msg, SVCBIND_A_COUNTERS, SVCBIND_A_COUNTERS_MAX);
	return msg;
}

/* The one service that is made of a message, zeros if none is. */
struct service message_read(struct nl_msg *msg)
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

struct nl_msg *message_policy(uint32_t generation)
{
	struct policy policy = {
		.given = ~0u,
		.enforce = SVCBIND_ENFORCE_AUDIT,
		.connect = SVCBIND_CONNECT_OFF,
		.icmp_reply = SVCBIND_ICMP_REPLY_INGRESS,
		.arp = SVCBIND_ARP_ALL,
	};
	struct nl_msg *msg = unit_message();
	struct nlattr *connect, *conntrack;

	nla_put_u32(msg, SVCBIND_A_GENERATION, generation);
	nla_put_u32(msg, SVCBIND_A_CONFIRM, 30);
	assert_int_equal(model_put_policy(msg, &policy), 0);
	message_counts(msg, SVCBIND_A_ICMP_COUNTERS, SVCBIND_A_ICMP_COUNTERS_MAX);
	connect = message_nest(msg, SVCBIND_A_CONNECT_COUNTERS);
	nla_put_flag(msg, SVCBIND_A_CONNECT_COUNTERS_UNAVAILABLE);
	nla_put_u64(msg, SVCBIND_A_CONNECT_COUNTERS_MISSED, 1ull << 40);
	nla_put_u64(msg, SVCBIND_A_CONNECT_COUNTERS_FULL, 7);
	nla_nest_end(msg, connect);
	conntrack = message_nest(msg, SVCBIND_A_CONNTRACK);
	nla_put_u32(msg, SVCBIND_A_CONNTRACK_COUNT, 11);
	nla_put_u32(msg, SVCBIND_A_CONNTRACK_LIMIT, 12);
	nla_put_u64(msg, SVCBIND_A_CONNTRACK_DROP, 1ull << 41);
	nla_nest_end(msg, conntrack);
	return msg;
}
