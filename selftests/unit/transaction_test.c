// SPDX-License-Identifier: GPL-2.0
/* ctl/transaction.c: what is sent for a configuration, and whose fault it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "config.h"
#include "messages.h"
#include "nl.h"
#include "transaction.h"
#include "unit.h"

static const char text[] =
	"version: 1\n"
	"policy: {enforce: audit, connect: off, icmp-reply: ingress, arp: all}\n"
	"services:\n"
	"- name: b\n"
	"  priority: 7\n"
	"  proto: any\n"
	"- name: a\n"
	"  priority: 5\n"
	"  preset: nfs\n"
	"  to: [10.0.0.0/8]\n"
	"  bind: {devices: [{dev: d, via: [fd00::1]}], mode: prefer, source: keep}\n";

static void make(struct config *config)
{
	assert_int_equal(config_read(config, "apply", "FILE", text,
				     strlen(text)), CTL_OK);
}

static void parse(struct nl_msg *msg, struct nlattr **attrs, int cmd)
{
	assert_non_null(msg);
	assert_int_equal(genlmsg_hdr(nlmsg_hdr(msg))->cmd, cmd);
	assert_int_equal(genlmsg_parse(nlmsg_hdr(msg), 0, attrs, SVCBIND_A_MAX,
				       NULL), 0);
}

/* The whole of the policy is said; what was refused then ends it. */
static void test_begin(void **state)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct config config;

	(void)state;
	make(&config);
	unit_reply(-ESTALE, 0, NULL);
	assert_int_equal(transaction_run(&config, 9, false), -ESTALE);
	assert_int_equal(unit_n_posts, 0);
	parse(unit_request, attrs, SVCBIND_CMD_BEGIN);
	assert_int_equal(nla_get_u32(attrs[SVCBIND_A_GENERATION]), 9);
	assert_non_null(attrs[SVCBIND_A_POLICY]);
	assert_int_equal(nla_len(attrs[SVCBIND_A_POLICY]), 4 * 8);
	config_free(&config);
}

/* Services are posted in the order in which they match. */
static void test_services(void **state)
{
	struct config config;
	struct service svc;

	(void)state;
	make(&config);
	assert_int_equal(transaction_run(&config, 9, false), 0);
	assert_int_equal(unit_n_posts, 2);
	svc = message_read(unit_posts[0]);
	assert_string_equal(svc.name, "a");
	assert_string_equal(svc.preset, "nfs");
	assert_int_equal(svc.priority, 5);
	assert_int_equal(svc.match.n_protos, 2);
	assert_int_equal(match_ports(&svc.match, MATCH_DPORT)->n, 1);
	assert_int_equal(match_prefixes(&svc.match, MATCH_TO)->n, 1);
	assert_true(svc.bound);
	assert_int_equal(svc.binding.mode, SVCBIND_MODE_PREFER);
	assert_int_equal(svc.binding.source, SVCBIND_SOURCE_KEEP);
	assert_int_equal(svc.binding.n_devices, 1);
	assert_string_equal(svc.binding.devices[0].name, "d");
	assert_true(svc.binding.devices[0].has_via6);
	svc = message_read(unit_posts[1]);
	assert_string_equal(svc.name, "b");
	assert_int_equal(svc.priority, 7);
	assert_false(svc.bound);
	config_free(&config);
}

static void test_all(void **state)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct nlattr *tb[SVCBIND_A_MATCH_MAX + 1];
	struct config config;

	(void)state;
	make(&config);
	assert_int_equal(transaction_run(&config, 9, false), 0);
	parse(unit_posts[0], attrs, SVCBIND_CMD_ADD);
	assert_null(attrs[SVCBIND_A_GENERATION]);
	parse(unit_posts[1], attrs, SVCBIND_CMD_ADD);
	assert_null(attrs[SVCBIND_A_PRESET]);
	assert_int_equal(nla_parse_nested(tb, SVCBIND_A_MATCH_MAX,
					  attrs[SVCBIND_A_MATCH], NULL), 0);
	assert_non_null(tb[SVCBIND_A_MATCH_ALL]);
	config_free(&config);
}

static void test_commit(void **state)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct config config;
	int dry_run;

	(void)state;
	make(&config);
	for (dry_run = 0; dry_run < 2; dry_run++) {
		assert_int_equal(transaction_run(&config, 9, dry_run), 0);
		parse(unit_request, attrs, SVCBIND_CMD_COMMIT);
		assert_int_equal(nla_get_u32(attrs[SVCBIND_A_GENERATION]), 9);
		assert_int_equal(!!attrs[SVCBIND_A_DRY_RUN], dry_run);
	}
	config_free(&config);
}

static void said(int err, const char *wanted)
{
	unit_capture();
	ctl_nl_fail(err);
	unit_release();
	assert_string_equal(unit_err, wanted);
}

/* The error is that of the service, where it stands in the file. */
static void test_refused(void **state)
{
	struct config config;

	(void)state;
	make(&config);
	unit_refused = 0;
	unit_reply(0, 0, NULL);
	unit_reply(-EINVAL, 0, NULL);
	assert_int_equal(transaction_run(&config, 9, false), -EINVAL);
	said(-EINVAL, "svcbindctl: apply: FILE:7:3: service a: Invalid argument\n");
	ctl_context("unit");
	unit_refused = -1;
	unit_reply(0, 0, NULL);
	unit_reply(-EBUSY, 0, NULL);
	assert_int_equal(transaction_run(&config, 9, false), -EBUSY);
	said(-EBUSY, "svcbindctl: unit: Device or resource busy\n");
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_begin),
		unit_case(test_services),
		unit_case(test_all),
		unit_case(test_commit),
		unit_case(test_refused),
	};

	return cmocka_run_group_tests_name("transaction", tests, NULL, NULL);
}
