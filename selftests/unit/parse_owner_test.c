// SPDX-License-Identifier: GPL-2.0
/* ctl/parse_owner.c, and the users of ctl/parse_list.c. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "unit.h"

/* A case: how it reads when it is written again, or the error. */
struct word_case {
	const char *arg;
	const char *text;
	const char *error;
};

#define UID(s)	"uid: '" s "' isn't a number or range (0 to 4294967294)"

static const struct word_case uid_cases[] = {
	{ "0", "0", NULL },
	{ "4294967294", "4294967294", NULL },
	{ "0-4294967294", "0-4294967294", NULL },
	{ "1000,1001-1010,5", "1000,1001-1010,5", NULL },
	{ "7-7", "7", NULL },
	{ "007", "7", NULL },
	{ "4294967295", NULL, UID("4294967295") },
	{ "0-4294967295", NULL, UID("0-4294967295") },
	{ "4294967296", NULL, UID("4294967296") },
	{ "18446744073709551616", NULL, UID("18446744073709551616") },
	{ "-1", NULL, UID("-1") },
	{ "1-", NULL, UID("1-") },
	{ "1--2", NULL, UID("1--2") },
	{ "+1", NULL, UID("+1") },
	{ " 1", NULL, UID(" 1") },
	{ "1 ", NULL, UID("1 ") },
	{ "0x10", NULL, UID("0x10") },
	{ "root", NULL, UID("root") },
	{ "1,any", NULL, UID("any") },
	{ "5-4", NULL, "uid: range '5-4' is reversed" },
	{ "1,2,1", NULL, "uid: 1 twice" },
	{ "1-1,1", NULL, "uid: 1 twice" },
	{ "", NULL, "uid: an element is empty" },
	{ "1,", NULL, "uid: an element is empty" },
	{ "1,,2", NULL, "uid: an element is empty" },
};

#define PATH(s)	"cgroup '" s "' isn't a path such as /system.slice/nfs.service"
#define MOUNT(s, meant) "cgroup '" s \
	"': without the mount point, did you mean " meant

static const struct word_case cgroup_cases[] = {
	{ "/", "/", NULL },
	{ "/a", "/a", NULL },
	{ "a", "/a", NULL },
	{ "a/b.c/d-e", "/a/b.c/d-e", NULL },
	{ "/a/b/", "/a/b", NULL },
	{ "a/", "/a", NULL },
	{ "/any", "/any", NULL },
	{ "/...", "/...", NULL },
	{ "/.a/..b", "/.a/..b", NULL },
	{ "/a b", "/a b", NULL },
	{ "/sys/fs/cgroups", "/sys/fs/cgroups", NULL },
	{ "", NULL, PATH("") },
	{ "//", NULL, PATH("//") },
	{ "/a//b", NULL, PATH("/a//b") },
	{ "/a//", NULL, PATH("/a//") },
	{ ".", NULL, PATH(".") },
	{ "/a/.", NULL, PATH("/a/.") },
	{ "/a/../b", NULL, PATH("/a/../b") },
	{ "..", NULL, PATH("..") },
	{ "/a\nb", NULL, PATH("/a?b") },
	{ "/sys/fs/cgroup", NULL, MOUNT("/sys/fs/cgroup", "/") },
	{ "/sys/fs/cgroup/", NULL, MOUNT("/sys/fs/cgroup/", "/") },
	{ "/sys/fs/cgroup/a/b", NULL, MOUNT("/sys/fs/cgroup/a/b", "/a/b") },
};

#define MARK(s)	"mark '" s "' isn't a number of 32 bits, or two as V/M"

static const struct word_case mark_cases[] = {
	{ "0", "0x0", NULL },
	{ "1", "0x1", NULL },
	{ "0xFF", "0xff", NULL },
	{ "010", "0x8", NULL },
	{ "4294967295", "0xffffffff", NULL },
	{ "0xffffffff", "0xffffffff", NULL },
	{ "1/0xffffffff", "0x1", NULL },
	{ "16/0xf0", "0x10/0xf0", NULL },
	{ "0/1", "0x0/0x1", NULL },
	{ "0x80000000/0x80000000", "0x80000000/0x80000000", NULL },
	{ "", NULL, MARK("") },
	{ "/1", NULL, MARK("/1") },
	{ "1/", NULL, MARK("1/") },
	{ "1/2/3", NULL, MARK("1/2/3") },
	{ "0x100000000", NULL, MARK("0x100000000") },
	{ "1/4294967296", NULL, MARK("1/4294967296") },
	{ "99999999999999999999", NULL, MARK("99999999999999999999") },
	{ "-1", NULL, MARK("-1") },
	{ "+1", NULL, MARK("+1") },
	{ " 1", NULL, MARK(" 1") },
	{ "1,2", NULL, MARK("1,2") },
	{ "0x", NULL, MARK("0x") },
	{ "08", NULL, MARK("08") },
	{ "red", NULL, MARK("red") },
	{ "0/0", NULL, "mark '0/0': the mask is empty (any clears it)" },
	{ "3/1", NULL,
	  "mark '3/1': bits outside the mask, did you mean 0x1/0x1" },
};

static void describe(const struct match *match, char *text, size_t size)
{
	size_t used = 0;
	unsigned int i;
	char buf[64];

	snprintf(text, size, "%s", match->cgroup);
	if (match->mark.mask)
		mark_text(&match->mark, text, size);
	for (i = 0; i < match->uids.n; i++)
		used += snprintf(text + used, size - used, "%s%s", i ? "," : "",
				 uid_text(&match->uids.range[i], buf,
					  sizeof(buf)));
}

static int run(int word, const char *arg, char *text, size_t size)
{
	struct match match;
	int status;

	memset(&match, 0, sizeof(match));
	unit_capture();
	status = parse_match_word(&match, word, arg);
	unit_release();
	describe(&match, text, size);
	return status;
}

static void run_cases(int word, const struct word_case *cases, size_t n)
{
	char text[SVCBIND_CGROUP_MAX + 1], line[300];
	size_t i;
	int status;

	for (i = 0; i < n; i++) {
		status = run(word, cases[i].arg, text, sizeof(text));
		if (cases[i].text) {
			assert_string_equal(unit_err, "");
			assert_int_equal(status, CTL_OK);
			assert_string_equal(text, cases[i].text);
			continue;
		}
		assert_int_equal(status, CTL_USAGE);
		snprintf(line, sizeof(line), "svcbindctl: unit: %s\n",
			 cases[i].error);
		assert_string_equal(unit_err, line);
	}
}

#define RUN(word, cases) \
	run_cases(word, cases, sizeof(cases) / sizeof(*(cases)))

static void test_uids(void **state)
{
	(void)state;
	RUN(MATCH_UID, uid_cases);
}

static void test_cgroup(void **state)
{
	(void)state;
	RUN(MATCH_CGROUP, cgroup_cases);
}

static void test_mark(void **state)
{
	(void)state;
	RUN(MATCH_MARK, mark_cases);
}

/* As many elements as there is room for, and one more. */
static void test_uids_full(void **state)
{
	char uids[1000] = "", text[1000];
	size_t used = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < SVCBIND_MAX_ELEMENTS; i++)
		used += snprintf(uids + used, sizeof(uids) - used, "%s%u",
				 i ? "," : "", i);
	assert_int_equal(run(MATCH_UID, uids, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, uids);
	snprintf(uids + used, sizeof(uids) - used, ",77");
	assert_int_equal(run(MATCH_UID, uids, text, sizeof(text)), CTL_USAGE);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: uid: more than 64 elements\n");
}

/* A name of 255 and a path of 1,023, with and without a slash; no more. */
static void test_cgroup_long(void **state)
{
	char path[SVCBIND_CGROUP_MAX + 10], text[SVCBIND_CGROUP_MAX + 1];
	size_t i;

	(void)state;
	memset(path, 'a', sizeof(path));
	*path = '/';
	path[256] = '\0';
	assert_int_equal(run(MATCH_CGROUP, path, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, path);
	path[256] = 'a';
	path[257] = '\0';
	assert_int_equal(run(MATCH_CGROUP, path, text, sizeof(text)),
			 CTL_USAGE);
	for (i = 0; i < SVCBIND_CGROUP_MAX; i += 2)
		memcpy(path + i, "/a", 3);
	path[SVCBIND_CGROUP_MAX - 1] = 'a';
	path[SVCBIND_CGROUP_MAX] = '\0';
	assert_int_equal(run(MATCH_CGROUP, path, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, path);
	assert_int_equal(run(MATCH_CGROUP, path + 1, text, sizeof(text)),
			 CTL_OK);
	assert_string_equal(text, path);
	path[SVCBIND_CGROUP_MAX] = 'b';
	path[SVCBIND_CGROUP_MAX + 1] = '\0';
	assert_int_equal(run(MATCH_CGROUP, path, text, sizeof(text)),
			 CTL_USAGE);
	assert_non_null(strstr(unit_err, "' is longer than 1023\n"));
	assert_int_equal(run(MATCH_CGROUP, path + 1, text, sizeof(text)),
			 CTL_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_uids),
		unit_case(test_cgroup),
		unit_case(test_mark),
		unit_case(test_uids_full),
		unit_case(test_cgroup_long),
	};

	return cmocka_run_group_tests_name("parse_owner", tests, NULL, NULL);
}
