// SPDX-License-Identifier: GPL-2.0
/* ctl/event.c and ctl/read.c: events, as text and as JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "event.h"
#include "messages.h"
#include "unit.h"

/* Reads the message as the kernel's, and frees it. */
static int read_back(struct nl_msg *msg, struct event *event)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	int err;

	assert_int_equal(genlmsg_parse(nlmsg_hdr(msg), 0, attrs, SVCBIND_A_MAX,
				       NULL), 0);
	err = model_read_event(attrs, event);
	nlmsg_free(msg);
	return err;
}

static void shown(const struct event *event, const char *text, const char *json)
{
	unit_capture();
	assert_int_equal(event_show(event, NULL), CTL_OK);
	unit_release();
	assert_string_equal(unit_out, text);
	ctl_options.json = true;
	unit_capture();
	assert_int_equal(event_show(event, NULL), CTL_OK);
	unit_release();
	ctl_options.json = false;
	assert_string_equal(unit_out, json);
}

static void test_changes(void **state)
{
	static const struct {
		unsigned int kind;
		const char *text;
		const char *json;
	} cases[] = {
		{ SVCBIND_EVENT_SERVICE_NEW, "service nfs added\n",
		  "\"service-new\",\"service\":\"nfs\"" },
		{ SVCBIND_EVENT_SERVICE_SET, "service nfs changed\n",
		  "\"service-set\",\"service\":\"nfs\"" },
		{ SVCBIND_EVENT_SERVICE_DEL, "service nfs deleted\n",
		  "\"service-del\",\"service\":\"nfs\"" },
		{ SVCBIND_EVENT_BIND, "service nfs bound\n",
		  "\"bind\",\"service\":\"nfs\"" },
		{ SVCBIND_EVENT_UNBIND, "service nfs unbound\n",
		  "\"unbind\",\"service\":\"nfs\"" },
		{ SVCBIND_EVENT_POLICY, "policy changed\n", "\"policy\"" },
		{ SVCBIND_EVENT_FLUSH, "configuration flushed\n", "\"flush\"" },
		{ SVCBIND_EVENT_REPLACE, "configuration replaced\n",
		  "\"replace\"" },
		{ SVCBIND_EVENT_CONFIRM, "change confirmed\n", "\"confirm\"" },
		{ SVCBIND_EVENT_ROLLBACK, "change rolled back\n",
		  "\"rollback\"" },
		{ 4711, "an event that is unknown here\n", "\"unknown\"" },
	};
	struct event event = { .service = "nfs" };
	char json[100];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		event.kind = cases[i].kind;
		snprintf(json, sizeof(json), "{\"version\":1,\"event\":%s}\n",
			 cases[i].json);
		shown(&event, cases[i].text, json);
	}
}

static void test_device_state(void **state)
{
	struct nl_msg *msg = unit_message();
	struct nlattr *nest = message_nest(msg, SVCBIND_A_EVENT);
	struct event event;

	(void)state;
	nla_put_u32(msg, SVCBIND_A_EVENT_KIND, SVCBIND_EVENT_DEVICE_STATE);
	nla_put_u32(msg, SVCBIND_A_EVENT_GENERATION, 7);
	nla_put_string(msg, SVCBIND_A_EVENT_DEVICE, "vmk1");
	nla_put_u32(msg, SVCBIND_A_EVENT_STATE, SVCBIND_STATE_NO_CARRIER);
	nla_put_u32(msg, SVCBIND_A_EVENT_STATE_BEFORE, SVCBIND_STATE_USABLE);
	nla_nest_end(msg, nest);
	assert_int_equal(read_back(msg, &event), 0);
	shown(&event, "device vmk1 no-carrier, was usable\n",
	      "{\"version\":1,\"event\":\"device-state\",\"device\":\"vmk1\","
	      "\"state\":\"no-carrier\",\"before\":\"usable\"}\n");
	event.known = false;
	ctl_options.stats = true;
	shown(&event, "device vmk1 no-carrier  (generation 7)\n",
	      "{\"version\":1,\"event\":\"device-state\",\"device\":\"vmk1\","
	      "\"state\":\"no-carrier\",\"before\":null,\"generation\":7}\n");
}

static void test_active(void **state)
{
	struct nl_msg *msg = unit_message();
	struct nlattr *nest = message_nest(msg, SVCBIND_A_EVENT);
	struct event event;

	(void)state;
	nla_put_u32(msg, SVCBIND_A_EVENT_KIND, SVCBIND_EVENT_ACTIVE);
	nla_put_string(msg, SVCBIND_A_EVENT_SERVICE, "nfs");
	nla_put_string(msg, SVCBIND_A_EVENT_DEVICE, "vmk2");
	nla_put_string(msg, SVCBIND_A_EVENT_DEVICE_BEFORE, "vmk1");
	nla_nest_end(msg, nest);
	assert_int_equal(read_back(msg, &event), 0);
	shown(&event, "service nfs uses vmk2, was vmk1\n",
	      "{\"version\":1,\"event\":\"active\",\"service\":\"nfs\","
	      "\"device\":\"vmk2\",\"before\":\"vmk1\"}\n");
	*event.device = '\0';
	shown(&event, "service nfs has no usable device, was vmk1\n",
	      "{\"version\":1,\"event\":\"active\",\"service\":\"nfs\","
	      "\"device\":null,\"before\":\"vmk1\"}\n");
	snprintf(event.device, sizeof(event.device), "vmk1");
	*event.device_before = '\0';
	shown(&event, "service nfs uses vmk1\n",
	      "{\"version\":1,\"event\":\"active\",\"service\":\"nfs\","
	      "\"device\":\"vmk1\",\"before\":null}\n");
}

static void test_drop(void **state)
{
	static const char *const reasons[] = {
		"no-device", "no-route", "no-source", "conflict", "error",
		"unknown"
	};
	static const char *const spelled[] = {
		"no_device", "no_route", "no_source", "conflict", "error",
		"unknown"
	};
	struct nl_msg *msg = unit_message();
	struct nlattr *nest = message_nest(msg, SVCBIND_A_EVENT);
	char text[100], json[200];
	struct event event;

	(void)state;
	nla_put_u32(msg, SVCBIND_A_EVENT_KIND, SVCBIND_EVENT_DROP);
	nla_put_string(msg, SVCBIND_A_EVENT_SERVICE, "nfs");
	nla_put_u32(msg, SVCBIND_A_EVENT_REASON, SVCBIND_REASON_NO_DEVICE);
	nla_put_u64(msg, SVCBIND_A_EVENT_COUNT, 1ull << 40);
	nla_nest_end(msg, nest);
	assert_int_equal(read_back(msg, &event), 0);
	for (; event.reason < sizeof(reasons) / sizeof(*reasons);
	     event.reason++) {
		snprintf(text, sizeof(text),
			 "service nfs drops packets: %s, 1099511627776 until now\n",
			 reasons[event.reason]);
		snprintf(json, sizeof(json),
			 "{\"version\":1,\"event\":\"drop\",\"service\":\"nfs\","
			 "\"reason\":\"%s\",\"count\":1099511627776}\n",
			 spelled[event.reason]);
		shown(&event, text, json);
	}
}

static void test_times(void **state)
{
	struct event event = { .kind = SVCBIND_EVENT_POLICY };

	(void)state;
	unit_capture();
	event_show(&event, "then");
	event_show_overrun("later");
	event_show_overrun(NULL);
	unit_release();
	assert_string_equal(unit_out, "then policy changed\n"
			    "later overrun: events were lost, the present state follows\n"
			    "overrun: events were lost, the present state follows\n");
	ctl_options.json = true;
	unit_capture();
	event_show(&event, "then");
	event_show_overrun("later");
	event_show_overrun(NULL);
	unit_release();
	assert_string_equal(unit_out,
			    "{\"version\":1,\"time\":\"then\",\"event\":\"policy\"}\n"
			    "{\"version\":1,\"time\":\"later\",\"event\":\"overrun\"}\n"
			    "{\"version\":1,\"event\":\"overrun\"}\n");
}

/* Of a kernel that sends less than it should, or other things. */
static void test_bad(void **state)
{
	struct nl_msg *msg = unit_message();
	struct nlattr *nest;
	struct event event;

	(void)state;
	assert_int_equal(read_back(msg, &event), -EBADMSG);
	msg = unit_message();
	nest = message_nest(msg, SVCBIND_A_EVENT);
	nla_put_u32(msg, SVCBIND_A_EVENT_STATE, 1);
	nla_nest_end(msg, nest);
	assert_int_equal(read_back(msg, &event), -EBADMSG);
	msg = unit_message();
	nest = message_nest(msg, SVCBIND_A_EVENT);
	nla_put_u32(msg, SVCBIND_A_EVENT_KIND, SVCBIND_EVENT_DROP);
	nla_put_u16(msg, SVCBIND_A_EVENT_COUNT, 1);
	nla_put_string(msg, SVCBIND_A_EVENT_DEVICE,
		       "a name that is longer than any device may have");
	nla_nest_end(msg, nest);
	assert_int_equal(read_back(msg, &event), 0);
	assert_int_equal(event.count, 0);
	assert_int_equal(strlen(event.device), IFNAMSIZ - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_changes),
		unit_case(test_device_state),
		unit_case(test_active),
		unit_case(test_drop),
		unit_case(test_times),
		unit_case(test_bad),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
