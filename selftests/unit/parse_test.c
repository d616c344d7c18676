// SPDX-License-Identifier: GPL-2.0
/* ctl/parse.c: words, verbs, names, numbers. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "unit.h"
#include "words.h"

/* Of 33 characters, and of 32 from its second one on. */
#define LONG_NAME	"x2345678901234567890123456789012x"
#define LONG_DEV	"dev4567890123456"

static const char *const fruit[] = {
	"apple", "apricot", "fig", "figs", "pear", NULL
};

static const struct {
	const char *arg;
	int index;
	const char *error;
} word_cases[] = {
	{ "apple", 0, NULL },
	{ "app", 0, NULL },
	{ "pear", 4, NULL },
	{ "p", 4, NULL },
	{ "fig", 2, NULL },
	{ "figs", 3, NULL },
	{ "ap", -1, "fruit 'ap' is ambiguous: apple, apricot" },
	{ "fi", -1, "fruit 'fi' is ambiguous: fig, figs" },
	{ "", -1, "unknown fruit ''" },
	{ "apples", -1, "unknown fruit 'apples'" },
	{ "Apple", -1, "unknown fruit 'Apple'" },
	{ "-j", -1,
	  "unknown fruit '-j' (options come before the verb)" },
};

static void assert_error(const char *expected)
{
	char line[600] = "";

	if (expected)
		snprintf(line, sizeof(line), "svcbindctl: unit: %s\n", expected);
	assert_string_equal(unit_err, line);
	assert_string_equal(unit_out, "");
}

static void test_word(void **state)
{
	unsigned int i;
	int found;

	(void)state;
	for (i = 0; i < sizeof(word_cases) / sizeof(*word_cases); i++) {
		unit_capture();
		found = parse_word("fruit", word_cases[i].arg, fruit);
		unit_release();
		assert_int_equal(found, word_cases[i].index);
		assert_error(word_cases[i].error);
	}
}

/* The list of candidates ends somewhere, and the message with it. */
static void test_word_many(void **state)
{
	static const char *many[65];
	static char names[64][24];
	int i, found;

	(void)state;
	for (i = 0; i < 64; i++) {
		snprintf(names[i], sizeof(names[i]), "candidate-%d", i);
		many[i] = names[i];
	}
	unit_capture();
	found = parse_word("word", "cand", many);
	unit_release();
	assert_int_equal(found, -1);
	assert_non_null(strstr(unit_err, "ambiguous: candidate-0, candidate-1"));
	assert_true(strlen(unit_err) < 300);
}

static const struct ctl_command verbs[] = {
	{ .name = "list" },
	{ .name = "load" },
	{ .name = "wipe", .in_full = true },
	{ .name = "write" },
	{ }
};

static const struct {
	const char *arg;
	const char *name;
	const char *error;
} verb_cases[] = {
	{ "list", "list", NULL },
	{ "li", "list", NULL },
	{ "wipe", "wipe", NULL },
	{ "wr", "write", NULL },
	{ "wi", NULL, "write 'wipe' in full" },
	{ "w", NULL, "verb 'w' is ambiguous: wipe, write" },
	{ "l", NULL, "verb 'l' is ambiguous: list, load" },
	{ "x", NULL, "unknown verb 'x'" },
	{ "-h", NULL, "unknown verb '-h' (options come before the verb)" },
};

static void test_verb(void **state)
{
	const struct ctl_command *found;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(verb_cases) / sizeof(*verb_cases); i++) {
		unit_capture();
		found = parse_verb("verb", verb_cases[i].arg, verbs);
		unit_release();
		assert_error(verb_cases[i].error);
		if (verb_cases[i].name)
			assert_string_equal(found->name, verb_cases[i].name);
		else
			assert_null(found);
	}
}

static const struct {
	const char *arg;
	int value;
	const char *error;
} choice_cases[] = {
	{ "on", 0, NULL },
	{ "audit", 1, NULL },
	{ "a", 1, NULL },
	{ "of", 2, NULL },
	{ "o", -1, "enforce 'o' is ambiguous: on, off" },
	{ "x", -1, "enforce 'x' isn't one of: on, audit, off" },
	{ "", -1, "enforce '' isn't one of: on, audit, off" },
	{ "onn", -1, "enforce 'onn' isn't one of: on, audit, off" },
	{ NULL, -1, "enforce needs one of: on, audit, off" },
};

static void test_choice(void **state)
{
	unsigned int i, value;
	int status;

	(void)state;
	for (i = 0; i < sizeof(choice_cases) / sizeof(*choice_cases); i++) {
		value = 77;
		unit_capture();
		status = parse_choice("enforce", choice_cases[i].arg,
				      enforce_words, &value);
		unit_release();
		assert_error(choice_cases[i].error);
		if (choice_cases[i].value >= 0) {
			assert_int_equal(status, CTL_OK);
			assert_int_equal(value, choice_cases[i].value);
		} else {
			assert_int_equal(status, CTL_USAGE);
			assert_int_equal(value, 77);
		}
	}
}

static void test_end(void **state)
{
	char *argv[3] = { "more", "words", NULL };
	char *option[2] = { "-j", NULL };
	int none, missing, more, late;

	(void)state;
	unit_capture();
	none = parse_end(0, argv);
	missing = parse_end(-1, argv);
	unit_release();
	assert_int_equal(none, CTL_OK);
	assert_int_equal(missing, CTL_OK);
	assert_error(NULL);
	unit_capture();
	more = parse_end(2, argv);
	unit_release();
	assert_int_equal(more, CTL_USAGE);
	assert_error("'more' is too much");
	unit_capture();
	late = parse_end(1, option);
	unit_release();
	assert_int_equal(late, CTL_USAGE);
	assert_error("'-j' is too much (options come before the verb)");
}

static const struct {
	const char *arg;
	const char *error;
} name_cases[] = {
	{ "nfs", NULL },
	{ "7", NULL },
	{ "A.b_c-9", NULL },
	{ "x.", NULL },
	{ &LONG_NAME[1], NULL },
	{ LONG_NAME, "name '" LONG_NAME "' is longer than 32" },
	{ NULL, "the name of a service is missing" },
#define OF(name) \
	"name '" name "' must be of letters, digits and ._- and begin with a letter or digit"
	{ "", OF("") },
	{ ".x", OF(".x") },
	{ "_x", OF("_x") },
	{ "a b", OF("a b") },
	{ "a/b", OF("a/b") },
	{ "a,b", OF("a,b") },
	{ "nf\303\244", OF("nf\303\244") },
	{ "a\n", OF("a?") },
	{ "-x", OF("-x") " (options come before the verb)" },
	{ "dev", "name 'dev' is a word of the command line" },
	{ "all", "name 'all' is a word of the command line" },
	{ "weight", "name 'weight' is a word of the command line" },
	{ "DEV", NULL },
	{ "devs", NULL },
};

static void test_name(void **state)
{
	unsigned int i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(name_cases) / sizeof(*name_cases); i++) {
		unit_capture();
		status = parse_name(name_cases[i].arg);
		unit_release();
		assert_error(name_cases[i].error);
		assert_int_equal(status, name_cases[i].error ? CTL_USAGE :
							       CTL_OK);
	}
}

static void assert_reserved(const char *word)
{
	int status;

	unit_capture();
	status = parse_name(word);
	unit_release();
	assert_int_equal(status, CTL_USAGE);
	assert_non_null(strstr(unit_err, "is a word of"));
}

/* No word that a verb takes, and no value of a switch, can be a service's name. */
static void test_name_reserved(void **state)
{
	const char *const *const tables[] = {
		mode_words, select_words, source_words, enforce_words,
		connect_words, icmp_reply_words, arp_words, proto_words
	};
	const struct ctl_keyword *const keywords[] = {
		service_words, bind_words, policy_words
	};
	const struct ctl_keyword *keyword;
	const char *const *word;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (word = tables[i]; *word; word++)
			assert_reserved(*word);
	for (i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		for (keyword = keywords[i]; keyword->name; keyword++)
			if (*keyword->name != '-')
				assert_reserved(keyword->name);
}

static const struct {
	const char *arg;
	const char *error;
} device_cases[] = {
	{ "vmk0", NULL },
	{ "eth0.100", NULL },
	{ "...", NULL },
	{ "\303\244", NULL },
	{ "-x", NULL },
	{ &LONG_DEV[1], NULL },
	{ LONG_DEV, "dev '" LONG_DEV "' is longer than 15" },
	{ "", "dev '' isn't a device name" },
	{ ".", "dev '.' isn't a device name" },
	{ "..", "dev '..' isn't a device name" },
	{ "a/b", "dev 'a/b' isn't a device name" },
	{ "eth0:1", "dev 'eth0:1' isn't a device name" },
	{ "a b", "dev 'a b' isn't a device name" },
	{ "a\n", "dev 'a?' isn't a device name" },
};

static void test_device(void **state)
{
	char name[IFNAMSIZ];
	unsigned int i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(device_cases) / sizeof(*device_cases); i++) {
		memset(name, 'x', sizeof(name));
		unit_capture();
		status = parse_device(device_cases[i].arg, name);
		unit_release();
		assert_error(device_cases[i].error);
		if (device_cases[i].error) {
			assert_int_equal(status, CTL_USAGE);
		} else {
			assert_int_equal(status, CTL_OK);
			assert_string_equal(name, device_cases[i].arg);
		}
	}
}

static const struct {
	const char *arg;
	int status;
	uint32_t value;
} number_cases[] = {
	{ "0", CTL_OK, 0 },
	{ "7", CTL_OK, 7 },
	{ "007", CTL_OK, 7 },
	{ "4294967295", CTL_OK, 4294967295 },
	{ "4294967296", CTL_USAGE, 0 },
	{ "18446744073709551616", CTL_USAGE, 0 },
	{ "99999999999999999999999999", CTL_USAGE, 0 },
	{ "-1", CTL_USAGE, 0 },
	{ "+1", CTL_USAGE, 0 },
	{ " 1", CTL_USAGE, 0 },
	{ "1 ", CTL_USAGE, 0 },
	{ "1x", CTL_USAGE, 0 },
	{ "0x10", CTL_USAGE, 0 },
	{ "1.5", CTL_USAGE, 0 },
	{ "", CTL_USAGE, 0 },
	{ NULL, CTL_USAGE, 0 },
};

static void test_number(void **state)
{
	unsigned int i;
	uint32_t value;
	char error[100];
	int status;

	(void)state;
	for (i = 0; i < sizeof(number_cases) / sizeof(*number_cases); i++) {
		value = 77;
		unit_capture();
		status = parse_number("priority", number_cases[i].arg, &value);
		unit_release();
		assert_int_equal(status, number_cases[i].status);
		if (status == CTL_OK) {
			assert_error(NULL);
			assert_int_equal(value, number_cases[i].value);
			continue;
		}
		assert_int_equal(value, 77);
		snprintf(error, sizeof(error),
			 "priority '%s' isn't a number up to 4294967295",
			 number_cases[i].arg);
		assert_error(number_cases[i].arg ? error :
						   "priority needs a number");
	}
}

/* Whatever a word held before is forgotten; "any" leaves it empty. */
static void test_match_word(void **state)
{
	static const char *const lists[MATCH_WORDS] = {
		"tcp,udp", "1-2,7", "2049", "22", "10.0.0.0/8,fd00::/8", "::1",
		"0,5-9", "/a", "1/3"
	};
	struct match match = { };
	int word, status;

	(void)state;
	for (word = 0; word < MATCH_WORDS; word++) {
		unit_capture();
		status = parse_match_word(&match, word, lists[word]);
		/* the same again: nothing is there twice */
		status |= parse_match_word(&match, word, lists[word]);
		unit_release();
		assert_error(NULL);
		assert_int_equal(status, CTL_OK);
		assert_int_equal(match.given, (2u << word) - 1);
	}
	assert_int_equal(match.n_protos, 2);
	assert_int_equal(match_ports(&match, MATCH_PORT)->n, 2);
	assert_int_equal(match_ports(&match, MATCH_DPORT)->range[0].first, 2049);
	assert_int_equal(match_ports(&match, MATCH_SPORT)->range[0].last, 22);
	assert_int_equal(match_prefixes(&match, MATCH_TO)->n, 2);
	assert_int_equal(match_prefixes(&match, MATCH_FROM)->n, 1);
	assert_int_equal(match.uids.n, 2);
	assert_int_equal(match.uids.range[1].last, 9);
	assert_string_equal(match.cgroup, "/a");
	assert_int_equal(match.mark.value, 1);
	assert_int_equal(match.mark.mask, 3);
	assert_false(model_match_is_open(&match));

	for (word = 0; word < MATCH_WORDS; word++) {
		unit_capture();
		status = parse_match_word(&match, word, "any");
		unit_release();
		assert_error(NULL);
		assert_int_equal(status, CTL_OK);
	}
	assert_true(model_match_is_open(&match));
	assert_int_equal(match.given, MATCH_ALL_WORDS);
}

static void test_match_word_missing(void **state)
{
	static const char *const needs[MATCH_WORDS] = {
		[MATCH_CGROUP] = "path", [MATCH_MARK] = "value"
	};
	struct match match = { };
	char error[60];
	int word, status;

	(void)state;
	for (word = 0; word < MATCH_WORDS; word++) {
		unit_capture();
		status = parse_match_word(&match, word, NULL);
		unit_release();
		assert_int_equal(status, CTL_USAGE);
		snprintf(error, sizeof(error), "%s needs a %s, or any",
			 match_name(word), needs[word] ?: "list");
		assert_error(error);
	}
	assert_int_equal(match.given, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_word),
		unit_case(test_word_many),
		unit_case(test_verb),
		unit_case(test_choice),
		unit_case(test_end),
		unit_case(test_name),
		unit_case(test_name_reserved),
		unit_case(test_device),
		unit_case(test_number),
		unit_case(test_match_word),
		unit_case(test_match_word_missing),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
