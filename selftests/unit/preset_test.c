// SPDX-License-Identifier: GPL-2.0
/* ctl/preset.c: every preset can be read, and is what the manual says. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "preset.h"
#include "unit.h"
#include "words.h"

static void test_find(void **state)
{
	const struct preset *preset, *found;

	(void)state;
	for (preset = presets; preset->name; preset++) {
		unit_capture();
		found = preset_find(preset->name);
		unit_release();
		assert_ptr_equal(found, preset);
		assert_string_equal(unit_err, "");
	}
	unit_capture();
	found = preset_find("nf");
	unit_release();
	assert_null(found);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: unknown preset 'nf' (see svcbindctl preset show)\n");
}

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s", more);
}

/* The lists as presets.rst has them: "tcp, udp" and "dport 2049". */
static void describe(const struct match *match, char *protos, char *ports,
		     size_t size)
{
	const struct ranges *ranges;
	unsigned int i;
	char buf[40];
	int word;

	*protos = '\0';
	*ports = '\0';
	for (i = 0; i < match->n_protos; i++) {
		append(protos, size, i ? ", " : "");
		append(protos, size, proto_name(match->protos[i], buf,
						sizeof(buf)));
	}
	for (word = MATCH_PORT; word <= MATCH_SPORT; word++) {
		ranges = match_ports(match, word);
		for (i = 0; i < ranges->n; i++) {
			append(ports, size, i ? ", " : match_name(word));
			append(ports, size, i ? "" : " ");
			append(ports, size, range_text(&ranges->range[i], buf,
						       sizeof(buf)));
		}
	}
}

/* Whether the table of the manual has that row. */
static bool documented(const char *name, const char *protos, const char *ports)
{
	FILE *f = fopen("Documentation/presets.rst", "re");
	char line[400], row[400];
	bool found = false;

	if (!f)
		return false;
	snprintf(row, sizeof(row), "%-12s  %-8s  %-30s  ", name, protos, ports);
	while (!found && fgets(line, sizeof(line), f))
		found = !strncmp(line, row, strlen(row));
	fclose(f);
	return found;
}

static void test_expand(void **state)
{
	char protos[100], ports[100];
	const struct preset *preset;
	struct match match;
	int status;

	(void)state;
	for (preset = presets; preset->name; preset++) {
		memset(&match, 0xff, sizeof(match));
		unit_capture();
		status = preset_expand(preset, &match);
		unit_release();
		assert_int_equal(status, CTL_OK);
		assert_string_equal(unit_err, "");
		assert_int_equal(match.given, MATCH_ALL_WORDS);
		assert_false(match.all);
		assert_int_equal(match_prefixes(&match, MATCH_TO)->n, 0);
		assert_int_equal(match_prefixes(&match, MATCH_FROM)->n, 0);
		assert_int_equal(match.uids.n, 0);
		assert_string_equal(match.cgroup, "");
		assert_int_equal(match.mark.mask, 0);
		describe(&match, protos, ports, sizeof(ports));
		if (!documented(preset->name, protos, ports))
			fail_msg("no row \"%s  %s  %s\" in presets.rst",
				 preset->name, protos, ports);
		assert_true(strlen(preset->name) <= SVCBIND_NAME_MAX);
		assert_non_null(preset->description);
		assert_non_null(preset->source);
	}
}

static void test_expand_fails(void **state)
{
	const struct preset wrong = { .name = "x", .proto = "tcp",
				      .dport = "70000" };
	struct match match;
	int status;

	(void)state;
	unit_capture();
	status = preset_expand(&wrong, &match);
	unit_release();
	assert_int_equal(status, CTL_USAGE);
	assert_non_null(strstr(unit_err, "dport: '70000' isn't a port"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_find),
		unit_case(test_expand),
		unit_case(test_expand_fails),
	};

	return cmocka_run_group_tests_name("preset", tests, NULL, NULL);
}
