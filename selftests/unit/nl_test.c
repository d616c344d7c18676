// SPDX-License-Identifier: GPL-2.0
/* ctl/nl.c: what the kernel of this machine refuses is an error. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "nl.h"

#define NO_FAMILY	250

struct ctl_options ctl_options;

static int count(struct nlmsghdr *nlh, void *arg)
{
	unsigned int *n = arg;

	(void)nlh;
	++*n;
	return 0;
}

static int ask_links(int type, unsigned int *n)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC };

	*n = 0;
	nlmsg_append(msg, &link, sizeof(link), NLMSG_ALIGNTO);
	return ctl_nl_ask(NETLINK_ROUTE, msg, count, n);
}

static int ask_sockets(unsigned int *n)
{
	struct nl_msg *msg = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	struct inet_diag_req_v2 req = { .sdiag_family = NO_FAMILY };

	*n = 0;
	nlmsg_append(msg, &req, sizeof(req), NLMSG_ALIGNTO);
	return ctl_nl_ask(NETLINK_SOCK_DIAG, msg, count, n);
}

/* As a kernel without inet_diag does; nothing was asked of svcbind before. */
static void test_refused(void **state)
{
	unsigned int n;

	(void)state;
	assert_int_equal(ctl_nl_refused(), -1);
	assert_true(ask_sockets(&n) < 0);
	assert_int_equal(n, 0);
	assert_true(ask_links(RTM_MAX + 1000, &n) < 0);
	assert_int_equal(n, 0);
	assert_int_equal(ctl_nl_refused(), -1);
}

static void test_answered(void **state)
{
	unsigned int n;

	(void)state;
	assert_int_equal(ask_links(RTM_GETLINK, &n), 0);
	assert_true(n > 0);
	assert_true(ask_sockets(&n) < 0);
}

static void test_nothing(void **state)
{
	unsigned int n = 0;

	(void)state;
	assert_true(ctl_nl_ask(NETLINK_ROUTE, NULL, count, &n) < 0);
	assert_true(ctl_nl_ask(1000, NULL, count, &n) < 0);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests_name("nl", tests, NULL, NULL);
}
