// SPDX-License-Identifier: GPL-2.0
/* Help, from the tables that the parser uses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "help.h"
#include "parse.h"

static const char options[] =
	"\n"
	"Options come first and may be joined (-js):\n"
	"    -j          JSON, on one line; errors too\n"
	"    -p          JSON, indented\n"
	"    -s          with counters, interface indices and the generation\n"
	"    -n NETNS    in that network namespace: name, path or pid\n"
	"    -f          do what would be refused to protect from accidents\n"
	"    -V, -h      version, this help\n"
	"Words may be cut short while they stay unambiguous, but for flush,\n"
	"unload, del and any.  \"svcbindctl VERB help\" says more; svcbindctl(8) all.\n";

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

static void show_usage(const char *path, const struct ctl_command *verb,
		       bool named)
{
	const struct ctl_command *sub;
	char longer[64];

	if (verb->sub) {
		for (sub = verb->sub; sub->name; sub++) {
			snprintf(longer, sizeof(longer), "%s %s", path,
				 sub->name);
			show_usage(longer, sub, named);
		}
		return;
	}
	printf("svcbindctl %s%s%s\n", path, *verb->args ? " " : "",
	       verb->args);
	if (named)
		printf("    %s\n", verb->help);
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
		show_usage(path, verb, true);
		return finish();
	}
	printf("usage: svcbindctl [-jpsf] [-n NETNS] VERB ...\n\n");
	for (; verbs->name; verbs++)
		show_usage(verbs->name, verbs, false);
	fputs(options, stdout);
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
