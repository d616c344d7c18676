// SPDX-License-Identifier: GPL-2.0
/* ctl/read.c: services and switches, read whole and of one ruleset. */
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

static void test_get_service_fails(void **state)
{
	struct nl_msg *msg = message_service("nfs");
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
		msgs[i] = message_service(name);
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
	struct nl_msg *msg = message_service("nfs");
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

static void test_policy(void **state)
{
	struct nl_msg *msg = message_policy(5);
	struct policy policy;
	int i;

	(void)state;
	unit_reply(0, 1, &msg);
	assert_int_equal(model_get_policy(&policy), 0);
	nlmsg_free(msg);
	assert_int_equal(policy.generation, 5);
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_AUDIT);
	assert_int_equal(policy.connect, SVCBIND_CONNECT_OFF);
	assert_int_equal(policy.icmp_reply, SVCBIND_ICMP_REPLY_INGRESS);
	assert_int_equal(policy.arp, SVCBIND_ARP_ALL);
	assert_int_equal(policy.confirm, 30);
	for (i = 1; i <= SVCBIND_A_ICMP_COUNTERS_MAX; i++)
		assert_int_equal(policy.icmp_counters[i], 100 + i);
	assert_true(policy.connect_unavailable);
	assert_true(policy.conntrack.on);
	assert_int_equal(policy.conntrack.count, 11);
	assert_int_equal(policy.conntrack.max, 12);
	assert_int_equal(policy.conntrack.drop, 1ull << 41);
	assert_int_equal(policy.connect_counters[SVCBIND_A_CONNECT_COUNTERS_MISSED],
			 1ull << 40);
	assert_int_equal(policy.connect_counters[SVCBIND_A_CONNECT_COUNTERS_FULL],
			 7);
	assert_false(model_is_enforced(&policy));
	policy.enforce = SVCBIND_ENFORCE_ON;
	assert_int_equal(model_is_enforced(&policy), !model_is_overridden());
}

/* A flag that isn't there says no; and an older kernel has none of it. */
static void test_connect(void **state)
{
	struct nl_msg *msg = unit_message(), *none = unit_message();
	struct nlattr *connect;
	struct policy policy;

	(void)state;
	connect = message_nest(msg, SVCBIND_A_CONNECT_COUNTERS);
	nla_put_u64(msg, SVCBIND_A_CONNECT_COUNTERS_FULL, 1);
	nla_nest_end(msg, connect);
	unit_reply(0, 1, &msg);
	unit_reply(0, 1, &none);
	assert_int_equal(model_get_policy(&policy), 0);
	assert_false(policy.connect_unavailable);
	assert_int_equal(policy.connect_counters[SVCBIND_A_CONNECT_COUNTERS_MISSED],
			 0);
	assert_int_equal(policy.connect_counters[SVCBIND_A_CONNECT_COUNTERS_FULL],
			 1);
	assert_int_equal(model_get_policy(&policy), 0);
	assert_int_equal(policy.connect, SVCBIND_CONNECT_ON);
	assert_false(policy.conntrack.on);
	assert_false(policy.connect_unavailable);
	nlmsg_free(msg);
	nlmsg_free(none);
}

/* Switches and services are of one ruleset, or it is tried again. */
static void test_get_all(void **state)
{
	struct nl_msg *old = message_policy(8), *now = message_policy(9);
	struct nl_msg *service = message_service("nfs");
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

	/* no services: that of the switches before and after */
	unit_setup(NULL);
	unit_reply(0, 1, &old);
	unit_reply(0, 0, NULL);
	unit_reply(0, 1, &now);
	unit_reply(0, 1, &now);
	unit_reply(0, 0, NULL);
	unit_reply(0, 1, &now);
	assert_int_equal(model_get_all(&policy, &list), 0);
	assert_int_equal(unit_replies_left(), 0);
	assert_int_equal(policy.generation, 9);
	assert_int_equal(list.n, 0);
	unit_setup(NULL);
	unit_reply(0, 1, &old);
	unit_reply(0, 0, NULL);
	unit_reply(-EPERM, 0, NULL);
	assert_int_equal(model_get_all(&policy, &list), -EPERM);

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_get_service_fails),
		unit_case(test_dump),
		unit_case(test_dump_fails),
		unit_case(test_policy),
		unit_case(test_connect),
		unit_case(test_get_all),
	};

	return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
