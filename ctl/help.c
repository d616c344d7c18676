// SPDX-License-Identifier: GPL-2.0
/* Help, from the tables that the parser uses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "help.h"
#include "parse.h"
#include "words.h"

static const char options[] =
	"\n"
	"Options come first and may be joined (-js):\n"
	"    -j          JSON, on one line; errors too\n"
	"    -p          JSON, indented\n"
	"    -s          with counters, interface indices and the generation\n"
	"    -n NETNS    in that network namespace: name, path or pid\n"
	"    -f          do what would be refused to protect from accidents\n"
	"    --confirm SECONDS\n"
	"                the change comes undone unless confirm follows in time;\n"
	"                may also stand behind the verb\n"
	"    -c          colour; --color=always|auto|never, auto by default\n"
	"    -V, -h      version, this help\n"
	"Words may be cut short while they stay unambiguous, but for flush,\n"
	"unload, rollback, close-stale, del and any.\n"
	"\n"
	"For example:\n"
	"    svcbindctl load\n"
	"    svcbindctl service add nfs preset nfs\n"
	"    svcbindctl bind nfs dev vmk1\n"
	"    svcbindctl -s show nfs\n"
	"\"svcbindctl VERB help\" says more; svcbindctl(8) and svcbind(7) all.\n";

/**
 * help_asked() - is this a question for help?
 * @arg: the argument
 * @verb: a verb is expected here, so that "help" may be cut short
 *
 * Return: whether it is.
 */
bool help_asked(const char *arg, bool verb)
{
	if (!strcmp(arg, "help") || !strcmp(arg, "-h") ||
	    !strcmp(arg, "--help"))
		return true;
	return verb && *arg && !strncmp("help", arg, strlen(arg));
}

/* Where a line of the synopsis is broken, and goes on. */
#define LINE_WIDTH	80
#define INDENT_WIDTH	16

static void put_piece(size_t *column, const char *piece)
{
	if (!*piece)
		return;
	if (*column + 1 + strlen(piece) > LINE_WIDTH) {
		printf("\n%*s", INDENT_WIDTH, "");
		*column = INDENT_WIDTH;
	}
	*column += printf(" %s", piece);
}

static void join(char *text, size_t size, const char *const *words)
{
	size_t used = 0;

	for (*text = '\0'; *words && used < size; words++)
		used += snprintf(text + used, size - used, "%s%s",
				 used ? "|" : "", *words);
}

/* As the synopsis has it: " strict|prefer|audit", " P[,P]"; empty for none. */
static void value_text(const struct ctl_keyword *word, bool choices, char *text,
		       size_t size)
{
	*text = '\0';
	if (!word->value && !word->choices)
		return;
	*text++ = ' ';
	if (choices || !word->value)
		join(text, size - 1, word->choices);
	else
		snprintf(text, size - 1, "%s", word->value);
}

static void put_keywords(size_t *column, const struct ctl_keyword *word)
{
	char value[100], piece[140];
	bool match = false;

	for (; word->name; word++) {
		value_text(word, false, value, sizeof(value));
		snprintf(piece, sizeof(piece), "[%s%s]", word->name, value);
		if (!word->match)
			put_piece(column, word->form ? word->form : piece);
		else if (!match)
			put_piece(column, "[MATCH ...]");
		match = word->match;
	}
}

/* "MATCH := proto P[,P] | port LIST ...", where there are such words. */
static void show_match_words(const struct ctl_keyword *word)
{
	size_t column = 0;
	char piece[140];

	for (; word && word->name; word++) {
		if (!word->match)
			continue;
		if (!column)
			column = printf("    MATCH :=");
		snprintf(piece, sizeof(piece), "%s %s%s", word->name,
			 word->value, word[1].match ? " |" : "");
		put_piece(&column, piece);
	}
	if (column)
		putchar('\n');
}

/* "    mode strict|prefer|audit   never elsewhere ..."; completion reads these. */
static void show_keywords(const struct ctl_keyword *word)
{
	char value[100], left[140];

	for (; word && word->name; word++) {
		value_text(word, word->choices, value, sizeof(value));
		snprintf(left, sizeof(left), "%s%s%s%s", word->name, value,
			 word->list ? "[,...]" : "", word->match ? "|any" : "");
		printf("    %-28s  %s\n", left, word->help);
	}
}

/* Each line of @text with something before it. */
static void show_lines(const char *before, const char *text)
{
	int len;

	for (; text && *text; text += len + !!text[len]) {
		len = strcspn(text, "\n");
		printf("    %s%.*s\n", before, len, text);
	}
}

static void show_synopsis(const char *path, const struct ctl_command *verb)
{
	size_t column = printf("svcbindctl %s", path);

	put_piece(&column, verb->args);
	if (verb->words)
		put_keywords(&column, verb->words);
	putchar('\n');
}

/* What each word means takes room: only of a verb that was asked for alone. */
static void show_verb(const char *path, const struct ctl_command *verb,
		      bool alone)
{
	show_synopsis(path, verb);
	printf("    %s\n", verb->help);
	if (verb->changes && alone)
		printf("    [--confirm SECONDS]: undone then, unless confirm comes before\n");
	if (verb->words && alone) {
		putchar('\n');
		show_match_words(verb->words);
		show_keywords(verb->words);
		show_lines("", verb->notes);
	}
	printf("\n    for example:\n");
	show_lines("    svcbindctl ", verb->examples);
	putchar('\n');
}

/* The verbs below @verb, with examples or just how they are written. */
static void show_level(const char *path, const struct ctl_command *verb,
		       bool whole)
{
	const struct ctl_command *sub;
	char longer[64];

	for (sub = verb->sub; sub->name; sub++) {
		snprintf(longer, sizeof(longer), "%s %s", path, sub->name);
		if (whole)
			show_verb(longer, sub, false);
		else
			show_synopsis(longer, sub);
	}
}

static void show_all(const struct ctl_command *verb)
{
	printf("usage: svcbindctl [-cfjps] [-n NETNS] [--confirm SECONDS] VERB ...\n\n");
	for (; verb->name; verb++)
		if (verb->sub)
			show_level(verb->name, verb, false);
		else
			show_synopsis(verb->name, verb);
	putchar('\n');
	show_match_words(service_words);
	fputs(options, stdout);
}

static int finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		return ctl_fail(CTL_REFUSED, "output: %s", strerror(errno));
	return CTL_OK;
}

/**
 * help_show() - print what there is to say
 * @verbs: verbs of this level, NULL at the end
 * @path: the verbs before them
 * @verb: the last of those, NULL at the top
 * @argc: how many more arguments: "help service add"
 * @argv: they
 *
 * Return: an enum ctl_status.
 */
int help_show(const struct ctl_command *verbs, const char *path,
	      const struct ctl_command *verb, int argc, char **argv)
{
	char longer[64];

	if (argc && verbs && !help_asked(argv[0], true)) {
		verb = parse_verb("command", argv[0], verbs);
		if (!verb)
			return CTL_USAGE;
		snprintf(longer, sizeof(longer), "%s%s%s", path,
			 *path ? " " : "", verb->name);
		return help_show(verb->sub, longer, verb, argc - 1, argv + 1);
	}
	if (verb) {
		if (verb->sub)
			show_level(path, verb, true);
		else
			show_verb(path, verb, true);
		return finish();
	}
	show_all(verbs);
	return finish();
}

/**
 * help_missing() - the command line ended where a verb was expected
 * @verbs: the verbs
 * @path: those before
 *
 * Return: CTL_USAGE.
 */
int help_missing(const struct ctl_command *verbs, const char *path)
{
	char list[200] = "";
	size_t used = 0;

	for (; verbs->name && used < sizeof(list); verbs++)
		used += snprintf(list + used, sizeof(list) - used, "%s%s",
				 used ? ", " : "", verbs->name);
	if (*path)
		return ctl_fail(CTL_USAGE, "needs one of: %s", list);
	return ctl_fail(CTL_USAGE, "needs one of: %s, help", list);
}

/**
 * help_version() - print the version
 *
 * Return: an enum ctl_status.
 */
int help_version(void)
{
	printf("svcbindctl %s\n", CTL_VERSION);
	return finish();
}
