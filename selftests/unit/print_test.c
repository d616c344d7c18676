// SPDX-License-Identifier: GPL-2.0
/* ctl/print.c: the same calls as text and as JSON, and the errors. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "unit.h"

#define BAD	"\\ufffd"

static const struct {
	const char *raw;
	const char *json;
} string_cases[] = {
	{ "", "" },
	{ "vmk0", "vmk0" },
	{ "a\"b\\c/d", "a\\\"b\\\\c/d" },
	{ "\t\n\r\1\37", "\\u0009\\u000a\\u000d\\u0001\\u001f" },
	{ "\177", "\\u007f" },
	/* the ends of what two, three and four bytes can say */
	{ "\302\240\337\277", "\302\240\337\277" },
	{ "\340\240\200\357\277\275", "\340\240\200\357\277\275" },
	/* what YAML takes for the end of a line, or for no character */
	{ "\342\200\247\342\200\250\342\200\251\342\200\252",
	  "\342\200\247\\u2028\\u2029\342\200\252" },
	{ "\357\273\277\357\277\276\357\277\277", "\\ufeff\\ufffe\\uffff" },
	{ "\360\220\200\200\364\217\277\277",
	  "\360\220\200\200\364\217\277\277" },
	{ "\302\200\302\233\302\237", "\\u0080\\u009b\\u009f" },
	/* overlong, surrogates, beyond the last character */
	{ "\300\200", BAD BAD },
	{ "\301\277", BAD BAD },
	{ "\340\237\277", BAD BAD BAD },
	{ "\360\217\277\277", BAD BAD BAD BAD },
	{ "\355\240\200", BAD BAD BAD },
	{ "\364\220\200\200", BAD BAD BAD BAD },
	{ "\365\200", BAD BAD },
	{ "\376\377", BAD BAD },
	/* cut short */
	{ "\200", BAD },
	{ "\303", BAD },
	{ "\342\202", BAD BAD },
	{ "\342\202x", BAD BAD "x" },
	{ "\360\237\230", BAD BAD BAD },
	{ "x\303\"", "x" BAD "\\\"" },
};

static void test_json_string(void **state)
{
	char expected[200];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(string_cases) / sizeof(*string_cases); i++) {
		unit_capture();
		print_json_string(stdout, string_cases[i].raw);
		unit_release();
		snprintf(expected, sizeof(expected), "\"%s\"",
			 string_cases[i].json);
		assert_string_equal(unit_out, expected);
	}
}

static void put_bytes(unsigned int a, unsigned int b, unsigned int c,
		      unsigned int d)
{
	char raw[] = { a, b, c, d, '\0' };

	print_json_string(stdout, raw);
}

/* libc's decoder is the judge of what comes out, whatever went in. */
static void test_json_string_is_utf8(void **state)
{
	static const unsigned char edges[] = {
		0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff
	};
	unsigned int a, b, i, j;
	const char *p;

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	unit_capture();
	for (a = 1; a < 256; a++)
		for (b = 1; b < 256; b++)
			put_bytes(a, b, 0, 0);
	for (a = 0xc0; a < 256; a++)
		for (b = 0; b < sizeof(edges); b++)
			for (i = 0; i < sizeof(edges); i++)
				for (j = 0; j < sizeof(edges); j++)
					put_bytes(a, edges[b], edges[i],
						  edges[j]);
	unit_release();
	assert_true(mbstowcs(NULL, unit_out, 0) != (size_t)-1);
	for (p = unit_out; *p; p++)
		assert_false((*p > 0 && *p < ' ') || *p == 0x7f ||
			     (p[0] == '\302' && (p[1] & 0xe0) == 0x80));
}

static void document(void)
{
	print_begin();
	print_str("name", "name %s\n", "x");
	print_str("none", " none %s", NULL);
	print_str("hidden", NULL, "y");
	print_num("zero", "zero %s\n", 0);
	print_num("most", "most %s\n", UINT64_MAX);
	print_num("secret", NULL, 7);
	print_bool("yes", "[yes]", "[no]", true);
	print_bool("no", "[yes]", "[no]\n", false);
	print_null("null");
	print_object("empty");
	print_object_end();
	print_list("list");
	print_str(NULL, "%s,", "a");
	print_num(NULL, "%s", 1);
	print_null(NULL);
	print_object(NULL);
	print_num("in", " in %s", 2);
	print_object_end();
	print_list_end();
	print_list("end");
	print_list_end();
	print_text("\n%d%% of %s\n", 5, "text");
}

static const char compact[] =
	"{\"version\":1,\"name\":\"x\",\"none\":null,\"hidden\":\"y\","
	"\"zero\":0,\"most\":18446744073709551615,\"secret\":7,\"yes\":true,"
	"\"no\":false,\"null\":null,\"empty\":{},"
	"\"list\":[\"a\",1,null,{\"in\":2}],\"end\":[]}\n";

static const char pretty[] =
	"{\n"
	"    \"version\": 1,\n"
	"    \"name\": \"x\",\n"
	"    \"none\": null,\n"
	"    \"hidden\": \"y\",\n"
	"    \"zero\": 0,\n"
	"    \"most\": 18446744073709551615,\n"
	"    \"secret\": 7,\n"
	"    \"yes\": true,\n"
	"    \"no\": false,\n"
	"    \"null\": null,\n"
	"    \"empty\": {},\n"
	"    \"list\": [\n"
	"        \"a\",\n"
	"        1,\n"
	"        null,\n"
	"        {\n"
	"            \"in\": 2\n"
	"        }\n"
	"    ],\n"
	"    \"end\": []\n"
	"}\n";

static const char text[] =
	"name x\nzero 0\nmost 18446744073709551615\n[yes][no]\na,1 in 2\n"
	"5% of text\n";

static void test_document(void **state)
{
	static const char *const expected[] = { text, compact, pretty };
	int i, status;

	(void)state;
	for (i = 0; i < 3; i++) {
		ctl_options.json = i > 0;
		ctl_options.pretty = i > 1;
		unit_capture();
		document();
		status = print_end();
		unit_release();
		assert_int_equal(status, CTL_OK);
		assert_string_equal(unit_out, expected[i]);
		assert_string_equal(unit_err, "");
	}
}

/* Each document is one of its own. */
static void test_documents(void **state)
{
	(void)state;
	ctl_options.json = true;
	unit_capture();
	print_begin();
	print_end();
	print_begin();
	print_end();
	unit_release();
	assert_string_equal(unit_out, "{\"version\":1}\n{\"version\":1}\n");
}

static void test_full_disk(void **state)
{
	FILE *captured, *full;
	int status;

	(void)state;
	full = fopen("/dev/full", "w");
	assert_non_null(full);
	unit_capture();
	captured = stdout;
	stdout = full;
	document();
	status = print_end();
	stdout = captured;
	unit_release();
	fclose(full);
	assert_int_equal(status, CTL_REFUSED);
	assert_string_equal(unit_err, "svcbindctl: unit: output: No space left on device\n");
}

static const struct {
	const char *raw;
	const char *shown;
} terminal_cases[] = {
	{ "plain", "plain" },
	{ "\33[31mred", "?[31mred" },
	{ "a\tb\rc\bd", "a?b?c?d" },
	{ "\177", "?" },
	{ "\302\233", "??" },
	{ "\302\240\303\244", "\302\240\303\244" },
	{ "\233x", "?x" },
	{ "\303", "?" },
	{ "\342\202\254", "\342\202\254" },
};

/* A line end is ours in the output, and nobody's in an error. */
static void test_terminal(void **state)
{
	char expected[100];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(terminal_cases) / sizeof(*terminal_cases); i++) {
		ctl_context("what %s", terminal_cases[i].raw);
		unit_capture();
		print_str("key", "%s\n", terminal_cases[i].raw);
		print_text("<%s>", terminal_cases[i].raw);
		ctl_fail(CTL_USAGE, "%s", terminal_cases[i].raw);
		unit_release();
		snprintf(expected, sizeof(expected), "%s\n<%s>",
			 terminal_cases[i].shown, terminal_cases[i].shown);
		assert_string_equal(unit_out, expected);
		snprintf(expected, sizeof(expected),
			 "svcbindctl: what %s: %s\n", terminal_cases[i].shown,
			 terminal_cases[i].shown);
		assert_string_equal(unit_err, expected);
	}
	unit_capture();
	ctl_context("a\nb");
	ctl_fail(CTL_USAGE, "c\nd");
	unit_release();
	assert_string_equal(unit_err, "svcbindctl: a?b: c?d\n");
}

static void test_fail_json(void **state)
{
	int status;

	(void)state;
	ctl_options.json = true;
	ctl_options.pretty = true;
	ctl_context("bind \"x\"");
	unit_capture();
	status = ctl_fail(CTL_NOT_LOADED, "line\n%d", 2);
	unit_release();
	assert_int_equal(status, CTL_NOT_LOADED);
	assert_string_equal(unit_out, "");
	assert_string_equal(unit_err,
			    "{\"version\":1,\"error\":{\"what\":\"bind \\\"x\\\"\","
			    "\"why\":\"line\\u000a2\",\"status\":3}}\n");
}

/* A reason that is too long is cut, at a byte that may be within a character. */
static void test_long(void **state)
{
	char wide[3002];
	unsigned int i;

	(void)state;
	for (i = 0; i + 2 < sizeof(wide); i += 2)
		memcpy(&wide[i], "\303\244", 2);
	wide[i] = '\0';
	ctl_context("%s", wide);
	unit_capture();
	print_str("key", "%s", wide);
	print_text("%s", wide);
	ctl_fail(CTL_USAGE, "%s", wide);
	unit_release();
	assert_int_equal(strlen(unit_out), 2 * strlen(wide));
	assert_int_equal(strlen(unit_err), strlen("svcbindctl: ") +
			 strlen(wide) + strlen(": ") + 511 + 1);
	assert_int_equal(unit_err[strlen(unit_err) - 2], '?');
	ctl_options.json = true;
	unit_capture();
	ctl_fail(CTL_USAGE, "%s", wide);
	unit_release();
	assert_non_null(strstr(unit_err, "\303\244" BAD "\",\"status\":1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_json_string),
		unit_case(test_json_string_is_utf8),
		unit_case(test_document),
		unit_case(test_documents),
		unit_case(test_full_disk),
		unit_case(test_terminal),
		unit_case(test_fail_json),
		unit_case(test_long),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
