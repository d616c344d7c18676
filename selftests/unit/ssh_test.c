// SPDX-License-Identifier: GPL-2.0
/* ctl/ssh.c with ctl/classify.c: what isn't known of a session may be anything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "model.h"
#include "session.h"
#include "ssh.h"
#include "unit.h"

/* A service: @elsewhere or @cgroup, or neither; bound services drop it all. */
struct spec {
	const char *name;
	const char *cgroup;
	const char *elsewhere;
	const char *uid;
	bool bound;
};

static struct binding to_none = {
	.given = 1u << SVCBIND_A_BINDING_DEVICES,
	.n_devices = 1,
	.devices = { { .name = "no-such-dev" } },
};

static struct match to_c = { .given = 1u << MATCH_CGROUP, .cgroup = "/c" };
static const struct policy audit = {
	.given = 1u << POLICY_ENFORCE,
	.enforce = SVCBIND_ENFORCE_AUDIT,
};

#define BIND(n)	{ CHANGE_BIND, .name = (n), .binding = &to_none }
#define B	{ "b", .cgroup = "/b" }
#define B_BOUND	{ "b", .cgroup = "/b", .bound = true }
#define OTHERS	{ .name = "o" }

#define CUT	"would cut the ssh session you are in (-f"
#define MAY_CUT	"may cut the ssh session you are in, as it isn't known whose"

/* The session's cgroup and user, NULL if unknown; the services; the verdict. */
struct guard_case {
	const char *cgroup;
	const char *uid;
	struct spec specs[4];
	struct change change;
	const char *error;
};

static const struct guard_case guard_cases[] = {
	/* what may be another's, or not, shields nothing, and is no other's */
	{ NULL, "0", { B, OTHERS }, BIND("o"), MAY_CUT },
	{ NULL, "0", { B, OTHERS }, BIND("b"), MAY_CUT },
	{ NULL, "0", { OTHERS, B }, BIND("b"), NULL },
	{ NULL, "0", { OTHERS, B }, BIND("o"), CUT },
	{ "/b", "0", { B, OTHERS }, BIND("o"), NULL },
	{ "/b", "0", { B, OTHERS }, BIND("b"), CUT },
	{ "/b/x", "0", { B, OTHERS }, BIND("o"), NULL },
	{ "/bb", "0", { B, OTHERS }, BIND("o"), CUT },
	{ "/bb", "0", { B, OTHERS }, BIND("b"), NULL },
	{ "/", "0", { B, OTHERS }, BIND("b"), NULL },

	/* the root holds all that there are in our namespace */
	{ "/a", "0", { { "r", .cgroup = "/" }, OTHERS }, BIND("o"), NULL },
	{ "/", "0", { { "r", .cgroup = "/" }, OTHERS }, BIND("o"), NULL },
	{ NULL, "0", { { "r", .cgroup = "/" }, OTHERS }, BIND("o"), MAY_CUT },

	/* one that is in a place of another namespace is also in one of ours */
	{ "/x", "0", { { "e", .elsewhere = "/x" }, OTHERS }, BIND("o"), MAY_CUT },
	{ "/y", "0", { { "e", .elsewhere = "/x" }, OTHERS }, BIND("e"), MAY_CUT },
	{ "/b", "0", { B, { "e", .elsewhere = "/x" } }, BIND("e"), NULL },
	{ "/y", "0",
	  { { "e", .elsewhere = "/x" },
	    { "f", .elsewhere = "/y", .bound = true }, OTHERS },
	  { CHANGE_DEL, .name = "e" }, MAY_CUT },
	/* elsewhere, and then here: not the same */
	{ "/y", "0", { { "e", .elsewhere = "/c", .bound = true }, OTHERS },
	  { CHANGE_SET, .name = "e", .match = &to_c }, NULL },
	{ "/c", "0", { { "e", .elsewhere = "/c", .bound = true }, OTHERS },
	  { CHANGE_SET, .name = "e", .match = &to_c }, MAY_CUT },
	{ NULL, "0", { { "e", .elsewhere = "/c", .bound = true }, OTHERS },
	  { CHANGE_SET, .name = "e", .match = &to_c }, MAY_CUT },

	/* changes of what is asked, and of its order */
	{ NULL, "0", { B_BOUND, OTHERS },
	  { CHANGE_SET, .name = "b", .match = &to_c }, MAY_CUT },
	{ NULL, "0", { B_BOUND, OTHERS },
	  { CHANGE_SET, .name = "b", .match = &to_c, .has_priority = true,
	    .priority = 9 }, NULL },
	{ NULL, "0", { B, { "c", .cgroup = "/b/c", .bound = true }, OTHERS },
	  { CHANGE_DEL, .name = "b" }, MAY_CUT },
	/* what leaves by the same device whoever it is */
	{ NULL, "0", { B_BOUND, OTHERS },
	  { CHANGE_ADD, .name = "c", .match = &to_c, .has_priority = true,
	    .priority = 1 }, NULL },
	{ NULL, "0", { B, { "c", .cgroup = "/c" }, OTHERS },
	  { CHANGE_DEL, .name = "b" }, NULL },
	/* what is dropped already can't fare worse */
	{ NULL, "0", { B_BOUND, OTHERS }, { .kind = CHANGE_FLUSH }, NULL },
	{ NULL, "0", { B_BOUND, OTHERS }, BIND("b"), NULL },
	{ NULL, "0", { B_BOUND, OTHERS },
	  { CHANGE_POLICY, .policy = &audit }, NULL },

	/* users are as cgroups are */
	{ "/a", NULL, { { "u", .uid = "5" }, OTHERS }, BIND("o"), MAY_CUT },
	{ "/a", NULL, { { "u", .uid = "5" }, OTHERS }, BIND("u"), MAY_CUT },
	{ "/a", NULL, { B, { "u", .uid = "5" } }, BIND("b"), NULL },
	{ "/a", "5", { { "u", .uid = "5" }, OTHERS }, BIND("o"), NULL },
	{ "/a", "6", { { "u", .uid = "5" }, OTHERS }, BIND("o"), CUT },
	{ NULL, "6", { { "u", .cgroup = "/b", .uid = "5" }, OTHERS },
	  BIND("u"), NULL },
	{ NULL, NULL, { { "u", .cgroup = "/b", .uid = "5" }, OTHERS },
	  BIND("u"), MAY_CUT },
};

static void make(struct services *list, const struct spec *spec)
{
	struct service *svc;

	list->service = calloc(8, sizeof(*svc));
	list->room = 8;
	for (list->n = 0; spec->name; spec++) {
		svc = &list->service[list->n++];
		snprintf(svc->name, sizeof(svc->name), "%s", spec->name);
		svc->priority = list->n;
		if (spec->cgroup)
			snprintf(svc->match.cgroup, SVCBIND_CGROUP_MAX, "%s",
				 spec->cgroup);
		if (spec->elsewhere) {
			snprintf(svc->match.cgroup, SVCBIND_CGROUP_MAX, "%s",
				 spec->elsewhere);
			svc->match.cgroup_elsewhere = true;
		}
		if (spec->uid) {
			svc->match.uids.n = 1;
			svc->match.uids.range[0].first = atoi(spec->uid);
			svc->match.uids.range[0].last = atoi(spec->uid);
		}
		if (spec->bound) {
			svc->bound = true;
			svc->binding = to_none;
		}
	}
}

static void test_guard(void **state)
{
	struct session session = { .family = AF_INET, .dev = "vmk0" };
	struct sessions sessions = {
		.n = 1, .certain = true, .session = &session
	};
	struct services list;
	struct policy policy = { .enforce = SVCBIND_ENFORCE_ON };
	const struct guard_case *c;
	const char *cgroup;
	unsigned int i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(guard_cases) / sizeof(*guard_cases); i++) {
		c = &guard_cases[i];
		cgroup = c->cgroup ? c->cgroup : "";
		snprintf(session.cgroup, sizeof(session.cgroup), "%s", cgroup);
		session.uid_known = c->uid;
		session.uid = c->uid ? atoi(c->uid) : 0;
		policy.enforce = SVCBIND_ENFORCE_ON;
		make(&list, c->specs);
		unit_capture();
		status = ssh_guard(&c->change, &sessions, &policy, &list);
		unit_release();
		free(list.service);
		if (c->error ? !strstr(unit_err, c->error) : *unit_err)
			fail_msg("case %u: %s", i, unit_err);
		assert_int_equal(status, c->error ? CTL_REFUSED : CTL_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_guard),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
