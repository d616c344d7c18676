// SPDX-License-Identifier: GPL-2.0
/* ctl/parse.c: what follows a verb and begins with --, and words in full. */
#include <stdio.h>

#include "model.h"
#include "parse.h"
#include "unit.h"
#include "words.h"

static int parse_apply(const char *a, const char *b, const char *c,
		       const char **values)
{
	const char *argv[4] = { a, b, c, NULL };
	int argc = 0, status;

	while (argv[argc])
		argc++;
	values[APPLY_FILE] = NULL;
	values[APPLY_DRY_RUN] = NULL;
	unit_capture();
	status = parse_verb_options(argc, (char **)argv, apply_words, values);
	unit_release();
	return status;
}

/* Each once, in any order; one that stands alone takes no value. */
static void test_verb_options(void **state)
{
	const char *values[APPLY_WORDS];

	(void)state;
	assert_int_equal(parse_apply(NULL, NULL, NULL, values), CTL_OK);
	assert_null(values[APPLY_FILE]);
	assert_int_equal(parse_apply("--dry-run", "--f", "-", values), CTL_OK);
	assert_string_equal(values[APPLY_FILE], "-");
	assert_non_null(values[APPLY_DRY_RUN]);
	assert_int_equal(parse_apply("--file", "--dry-run", NULL, values), CTL_OK);
	assert_string_equal(values[APPLY_FILE], "--dry-run");
	assert_null(values[APPLY_DRY_RUN]);
	assert_int_equal(parse_apply("--file", NULL, NULL, values), CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: --file needs a value\n");
	assert_int_equal(parse_apply("--dry-run", "--dry-run", NULL, values),
			 CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: --dry-run twice\n");
	assert_int_equal(parse_apply("file", NULL, NULL, values), CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: unknown word 'file'\n");
}

/* The value may be in the same argument. */
static void test_equals(void **state)
{
	const char *values[APPLY_WORDS];

	(void)state;
	assert_int_equal(parse_apply("--file=a=b", "--dry-run", NULL, values),
			 CTL_OK);
	assert_string_equal(values[APPLY_FILE], "a=b");
	assert_non_null(values[APPLY_DRY_RUN]);
	assert_int_equal(parse_apply("--f=-", NULL, NULL, values), CTL_OK);
	assert_string_equal(values[APPLY_FILE], "-");
	assert_int_equal(parse_apply("--file=a", "--file", "b", values),
			 CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: --file twice\n");
	assert_int_equal(parse_apply("--file=", NULL, NULL, values), CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: --file needs a value\n");
	assert_int_equal(parse_apply("--dry-run=1", NULL, NULL, values),
			 CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: --dry-run takes no value\n");
	assert_int_equal(parse_apply("--files=a", NULL, NULL, values), CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: unknown option '--files=a'\n");
	assert_int_equal(parse_apply("-j", NULL, NULL, values), CTL_USAGE);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: unknown word '-j' (options come before the verb)\n");
}

static void test_exactly(void **state)
{
	unsigned int value = 7;
	int status;

	(void)state;
	unit_capture();
	status = parse_exactly("mode", "pre", mode_words, &value);
	unit_release();
	assert_int_equal(status, CTL_USAGE);
	assert_int_equal(value, 7);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: mode 'pre' isn't one of: strict, prefer, audit\n");
	assert_int_equal(parse_exactly("mode", "prefer", mode_words, &value),
			 CTL_OK);
	assert_int_equal(value, SVCBIND_MODE_PREFER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_verb_options),
		unit_case(test_equals),
		unit_case(test_exactly),
	};

	return cmocka_run_group_tests_name("parse_options", tests, NULL, NULL);
}
