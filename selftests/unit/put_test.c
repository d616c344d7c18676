// SPDX-License-Identifier: GPL-2.0
/* ctl/model.c: what is sent, and whether it can be read again. */
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

/* What is sent, the kernel's reader would understand: ours does. */
static void test_round_trip(void **state)
{
	struct nl_msg *msg = message_service("nfs"), *again = unit_message();
	struct service svc = message_read(msg), back;

	(void)state;
	svc.match.given = MATCH_ALL_WORDS;
	svc.binding.given = ~0u;
	assert_int_equal(model_put_match(again, &svc.match), 0);
	assert_int_equal(model_put_binding(again, &svc.binding), 0);
	back = message_read(again);
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
	match.given = 1u << MATCH_DPORT | 1u << MATCH_FROM | 1u << MATCH_PROTO |
		      1u << MATCH_UID | 1u << MATCH_CGROUP | 1u << MATCH_MARK;
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
	assert_non_null(tb[SVCBIND_A_MATCH_UID]);
	assert_int_equal(nla_len(tb[SVCBIND_A_MATCH_UID]), 0);
	assert_non_null(tb[SVCBIND_A_MATCH_CGROUP]);
	assert_string_equal(nla_get_string(tb[SVCBIND_A_MATCH_CGROUP]), "");
	assert_non_null(tb[SVCBIND_A_MATCH_MARK]);
	assert_int_equal(nla_len(tb[SVCBIND_A_MATCH_MARK]), 0);
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
	struct nl_msg *msg = message_service("nfs"), *small;
	struct service svc = message_read(msg);
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
	assert_int_equal(policies, (400 - NLMSG_HDRLEN - 36) / 4);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_round_trip),
		unit_case(test_put_given),
		unit_case(test_put_full),
	};

	return cmocka_run_group_tests_name("put", tests, NULL, NULL);
}
