// SPDX-License-Identifier: GPL-2.0
/* ctl/config_write.c: what the kernel has, as a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/msg.h>

#include "config.h"
#include "messages.h"
#include "preset.h"
#include "unit.h"

static int write_text(struct config *config, char **text)
{
	size_t size;
	int status;

	unit_capture();
	status = config_text(config, text, &size);
	unit_release();
	return status;
}

/* All that there can be, as the kernel tells it. */
static void test_kernel(void **state)
{
	struct nl_msg *policy = message_policy(9);
	struct nl_msg *service = message_service("all");
	struct config config;
	char *text;

	(void)state;
	unit_reply(0, 1, &policy);
	unit_reply(0, 1, &service);
	assert_int_equal(config_get(&config), CTL_OK);
	assert_int_equal(write_text(&config, &text), CTL_OK);
	assert_string_equal(text,
			    "version: 1\n"
			    "policy:\n"
			    "  enforce: audit\n"
			    "  connect: \"off\"\n"
			    "  icmp-reply: ingress\n"
			    "  arp: all\n"
			    "services:\n"
			    "- name: all\n"
			    "  preset: nfs\n"
			    "  priority: 4000000000\n"
			    "  proto: [tcp, icmp]\n"
			    "  port: [1-2, 65535]\n"
			    "  sport: [22]\n"
			    "  to: [10.0.0.0/8, 'fd00::/64']\n"
			    "  from: ['::/0']\n"
			    "  uid: [0, 1000-1010]\n"
			    "  cgroup: /a/b\n"
			    "  mark: \"0x1/0x3\"\n"
			    "  bind:\n"
			    "    devices:\n"
			    "    - vmk0\n"
			    "    - {dev: vmk1, via: [10.0.0.1, 'fd00::1']}\n"
			    "    mode: prefer\n"
			    "    source: keep\n");
	free(text);
	config_free(&config);
	nlmsg_free(policy);
	nlmsg_free(service);
}

static struct service *add(struct config *config, const char *name)
{
	struct service *svc = model_add_service(&config->services);

	assert_non_null(svc);
	snprintf(svc->name, sizeof(svc->name), "%s", name);
	return svc;
}

static void test_refused(void **state)
{
	struct config config = { };
	struct service *svc = add(&config, "a");
	char *text;

	(void)state;
	snprintf(svc->match.cgroup, sizeof(svc->match.cgroup), "/a");
	svc->match.cgroup_elsewhere = true;
	assert_int_equal(write_text(&config, &text), CTL_REFUSED);
	free(text);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: service a: its cgroup is one of another namespace, and has to be saved there\n");
	svc->match.cgroup_elsewhere = false;
	svc->bound = true;
	svc->binding.n_devices = 1;
	snprintf(svc->binding.devices[0].name, sizeof(svc->binding.devices[0].name), "d\x9b");
	assert_int_equal(write_text(&config, &text), CTL_REFUSED);
	free(text);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: service a: what isn't UTF-8 can't be written\n");
	config_free(&config);
}

/* Of a newer kernel, or of another tool's making. */
static void test_unknown(void **state)
{
	struct config config = { .policy.arp = 99 };
	struct service *svc = add(&config, "a");
	char *text;

	(void)state;
	snprintf(svc->preset, sizeof(svc->preset), "nosuch");
	svc->match.n_protos = 2;
	svc->match.protos[0] = IPPROTO_TCP;
	svc->match.protos[1] = 47;
	svc->bound = true;
	svc->binding.mode = 99;
	svc->binding.select = 99;
	svc->binding.source = 99;
	svc->binding.n_devices = 1;
	snprintf(svc->binding.devices[0].name, sizeof(svc->binding.devices[0].name), "d");
	assert_int_equal(write_text(&config, &text), CTL_OK);
	assert_string_equal(text,
			    "version: 1\n"
			    "policy:\n"
			    "  arp: unknown\n"
			    "services:\n"
			    "- name: a\n"
			    "  priority: 0\n"
			    "  proto: [tcp, 47]\n"
			    "  bind:\n"
			    "    devices: [d]\n"
			    "    mode: unknown\n"
			    "    select: unknown\n"
			    "    source: unknown\n");
	free(text);
	config_free(&config);
}

/* Each preset alone is all that is written of it; long lists are broken. */
static void test_presets(void **state)
{
	const struct preset *preset;
	struct config config = { };
	struct service *svc;
	char *text, line[100];
	unsigned int i;

	(void)state;
	for (preset = presets; preset->name; preset++) {
		svc = add(&config, "x");
		snprintf(svc->preset, sizeof(svc->preset), "%s", preset->name);
		svc->priority = 100;
		assert_int_equal(preset_expand(preset, &svc->match), CTL_OK);
		assert_int_equal(write_text(&config, &text), CTL_OK);
		snprintf(line, sizeof(line),
			 "version: 1\nservices:\n- name: x\n  preset: %s\n",
			 preset->name);
		assert_string_equal(text, line);
		free(text);
		config_free(&config);
	}
	svc = add(&config, "x");
	svc->match.ports[1].n = 64;
	for (i = 0; i < 64; i++) {
		svc->match.ports[1].range[i].first = 10000 + i;
		svc->match.ports[1].range[i].last = 20000 + i;
	}
	assert_int_equal(write_text(&config, &text), CTL_OK);
	for (i = 0; text[i]; i += strcspn(text + i, "\n") + 1)
		assert_true(strcspn(text + i, "\n") < 100);
	free(text);
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_kernel),
		unit_case(test_refused),
		unit_case(test_unknown),
		unit_case(test_presets),
	};

	return cmocka_run_group_tests_name("config_write", tests, NULL, NULL);
}
