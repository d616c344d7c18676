// SPDX-License-Identifier: GPL-2.0
/* ctl/change.c: what a change makes of the services, in the kernel's order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "config.h"
#include "model.h"
#include "parse.h"
#include "unit.h"

/* A list as text: "NAME@PRIORITY", with "=DEV" behind what is bound. */
static void make(struct services *list, const char *text)
{
	struct service *svc;
	char name[8], dev[8];
	int used, fields;

	memset(list, 0, sizeof(*list));
	list->service = calloc(16, sizeof(*svc));
	list->room = 16;
	while (*text) {
		svc = &list->service[list->n++];
		fields = sscanf(text, "%7[a-z]@%u%n=%7[a-z]%n", name,
				&svc->priority, &used, dev, &used);
		assert_true(fields >= 2);
		snprintf(svc->name, sizeof(svc->name), "%s", name);
		if (fields == 3) {
			svc->bound = true;
			svc->binding.n_devices = 1;
			snprintf(svc->binding.devices[0].name, IFNAMSIZ, "%s",
				 dev);
		}
		text += used;
		text += *text == ' ';
	}
}

static void describe(const struct services *list, char *text, size_t size)
{
	const struct service *svc;
	size_t used = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < list->n; i++) {
		svc = &list->service[i];
		used += snprintf(text + used, size - used, "%s%s@%u",
				 i ? " " : "", svc->name, svc->priority);
		if (svc->bound)
			used += snprintf(text + used, size - used, "=%s",
					 svc->binding.devices[0].name);
	}
}

static struct binding to_z = {
	.given = 1u << SVCBIND_A_BINDING_DEVICES,
	.n_devices = 1,
	.devices = { { .name = "z" } },
};

static struct binding to_none = {
	.given = 1u << SVCBIND_A_BINDING_MODE,
	.mode = SVCBIND_MODE_PREFER,
};

static struct match no_words;

#define PRIORITY(n)	.has_priority = true, .priority = (n)

static const struct {
	const char *before;
	struct change change;
	const char *after;
} cases[] = {
	/* the default priority: the last one's and ten, from a hundred on */
	{ "", { CHANGE_ADD, .name = "n" }, "n@100" },
	{ "a@7", { CHANGE_ADD, .name = "n" }, "a@7 n@17" },
	{ "a@7 b@200", { CHANGE_ADD, .name = "n" }, "a@7 b@200 n@210" },
	{ "a@4294967285", { CHANGE_ADD, .name = "n" },
	  "a@4294967285 n@4294967295" },
	{ "a@4294967286", { CHANGE_ADD, .name = "n" }, "a@4294967286" },
	/* behind those of the same priority */
	{ "a@1 b@2 c@3", { CHANGE_ADD, .name = "n", PRIORITY(2) },
	  "a@1 b@2 n@2 c@3" },
	{ "a@1 b@2", { CHANGE_ADD, .name = "n", PRIORITY(0) },
	  "n@0 a@1 b@2" },
	{ "a@1 b@2", { CHANGE_ADD, .name = "n", PRIORITY(2) },
	  "a@1 b@2 n@2" },
	{ "a@4294967295", { CHANGE_ADD, .name = "n", PRIORITY(1) },
	  "n@1 a@4294967295" },
	/* one that exists is refused by the kernel */
	{ "a@1=x", { CHANGE_ADD, .name = "a", PRIORITY(9) }, "a@1=x" },

	{ "a@1 b@2 c@3", { CHANGE_SET, .name = "a" }, "a@1 b@2 c@3" },
	{ "a@1 b@2 c@3", { CHANGE_SET, .name = "a", PRIORITY(3) },
	  "b@2 c@3 a@3" },
	{ "a@1 b@2 c@3", { CHANGE_SET, .name = "c", PRIORITY(1) },
	  "a@1 c@1 b@2" },
	{ "a@1 b@2=x c@3", { CHANGE_SET, .name = "b", PRIORITY(0) },
	  "b@0=x a@1 c@3" },
	/* one that keeps its priority keeps its place */
	{ "a@1 b@1 c@1", { CHANGE_SET, .name = "a", PRIORITY(1) },
	  "a@1 b@1 c@1" },
	{ "a@1", { CHANGE_SET, .name = "a", PRIORITY(8) }, "a@8" },
	{ "a@1", { CHANGE_SET, .name = "b", PRIORITY(8) }, "a@1" },

	{ "a@1 b@2 c@3", { CHANGE_DEL, .name = "b" }, "a@1 c@3" },
	{ "a@1", { CHANGE_DEL, .name = "a" }, "" },
	{ "a@1", { CHANGE_DEL, .name = "b" }, "a@1" },
	/* a bound one isn't deleted */
	{ "a@1=x", { CHANGE_DEL, .name = "a" }, "a@1=x" },

	{ "a@1 b@2", { CHANGE_BIND, .name = "b", .binding = &to_z },
	  "a@1 b@2=z" },
	{ "a@1=x", { CHANGE_BIND, .name = "a", .binding = &to_z },
	  "a@1=z" },
	{ "a@1=x", { CHANGE_BIND, .name = "a", .binding = &to_none },
	  "a@1=x" },
	{ "a@1", { CHANGE_BIND, .name = "a", .binding = &to_none }, "a@1" },
	{ "a@1", { CHANGE_BIND, .name = "b", .binding = &to_z }, "a@1" },

	{ "a@1=x", { CHANGE_UNBIND, .name = "a" }, "a@1" },
	{ "a@1=x", { CHANGE_UNBIND, .name = "b" }, "a@1=x" },
	{ "a@1=x b@2", { .kind = CHANGE_FLUSH }, "" },
};

static void test_lists(void **state)
{
	struct policy policy = { };
	struct services list;
	struct change change;
	char text[200];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		change = cases[i].change;
		change.match = &no_words;
		make(&list, cases[i].before);
		assert_int_equal(change_apply(&change, &list, &policy), 0);
		describe(&list, text, sizeof(text));
		model_free_services(&list);
		assert_string_equal(text, cases[i].after);
	}
}

/* Words that are named replace, others stay. */
static void test_words(void **state)
{
	struct match words = { };
	struct change change = { CHANGE_SET, .name = "a", .match = &words };
	struct policy policy = { };
	struct services list;
	struct match *match;
	int status;

	(void)state;
	make(&list, "a@1");
	match = &list.service[0].match;
	status = parse_match_word(match, MATCH_PROTO, "tcp") |
		 parse_match_word(match, MATCH_DPORT, "1,2") |
		 parse_match_word(match, MATCH_TO, "::/0") |
		 parse_match_word(&words, MATCH_DPORT, "3") |
		 parse_match_word(&words, MATCH_FROM, "::1") |
		 parse_match_word(&words, MATCH_TO, "any") |
		 parse_match_word(match, MATCH_UID, "1") |
		 parse_match_word(match, MATCH_CGROUP, "/long/path") |
		 parse_match_word(match, MATCH_MARK, "1") |
		 parse_match_word(&words, MATCH_CGROUP, "/a") |
		 parse_match_word(&words, MATCH_MARK, "any");
	assert_int_equal(status, CTL_OK);
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	match = &list.service[0].match;
	assert_int_equal(match->n_protos, 1);
	assert_int_equal(match_ports(match, MATCH_DPORT)->n, 1);
	assert_int_equal(match_ports(match, MATCH_DPORT)->range[0].first, 3);
	assert_int_equal(match_prefixes(match, MATCH_TO)->n, 0);
	assert_int_equal(match_prefixes(match, MATCH_FROM)->n, 1);
	assert_int_equal(match->uids.n, 1);
	assert_string_equal(match->cgroup, "/a");
	assert_int_equal(match->mark.mask, 0);
	model_free_services(&list);
}

static void test_binding(void **state)
{
	struct binding words = {
		.given = 1u << SVCBIND_A_BINDING_MODE |
			 1u << SVCBIND_A_BINDING_SOURCE |
			 1u << SVCBIND_A_BINDING_SELECT,
		.mode = SVCBIND_MODE_AUDIT,
		.source = SVCBIND_SOURCE_KEEP,
	};
	struct change change = { CHANGE_BIND, .name = "a", .binding = &words };
	struct policy policy = { };
	struct services list;

	(void)state;
	make(&list, "a@1=x");
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	assert_int_equal(list.service[0].binding.mode, SVCBIND_MODE_AUDIT);
	assert_int_equal(list.service[0].binding.source, SVCBIND_SOURCE_KEEP);
	assert_int_equal(list.service[0].binding.n_devices, 1);
	model_free_services(&list);
}

static void test_policy(void **state)
{
	struct policy words = { .enforce = SVCBIND_ENFORCE_OFF };
	struct change change = { CHANGE_POLICY, .policy = &words };
	struct policy policy = { .enforce = SVCBIND_ENFORCE_AUDIT };
	struct services list;

	(void)state;
	make(&list, "a@1=x");
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_AUDIT);
	words.given = 1u << POLICY_ENFORCE;
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_OFF);
	assert_int_equal(list.n, 1);
	model_free_services(&list);
}

/* All is as the file has it, whatever there was. */
static void test_replace(void **state)
{
	struct config config = { .policy.enforce = SVCBIND_ENFORCE_OFF };
	struct change change = { CHANGE_REPLACE, .config = &config };
	struct policy policy = { };
	struct services list;
	char text[100];

	(void)state;
	make(&list, "a@1=x b@2");
	make(&config.services, "b@3=y c@5 d@5=z");
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	describe(&list, text, sizeof(text));
	assert_string_equal(text, "b@3=y c@5 d@5=z");
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_OFF);
	config_free(&config);
	assert_null(config.services.service);
	assert_int_equal(change_apply(&change, &list, &policy), 0);
	assert_int_equal(list.n, 0);
	assert_int_equal(policy.enforce, SVCBIND_ENFORCE_ON);
	config_free(&config);
	model_free_services(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_lists),
		unit_case(test_words),
		unit_case(test_binding),
		unit_case(test_policy),
		unit_case(test_replace),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
