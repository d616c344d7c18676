// SPDX-License-Identifier: GPL-2.0
/* svcbindctl: command table and global options. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "color.h"
#include "ctl.h"
#include "help.h"
#include "nl.h"
#include "parse.h"

/* The option without a letter. */
#define CONFIRM		256

struct ctl_options ctl_options;

static const struct ctl_command *const commands[] = {
	&cmd_load, &cmd_unload, &cmd_service, &cmd_preset, &cmd_bind,
	&cmd_unbind, &cmd_close_stale, &cmd_policy, &cmd_show, &cmd_explain,
	&cmd_monitor, &cmd_apply, &cmd_diff, &cmd_save, &cmd_confirm,
	&cmd_rollback, &cmd_flush, NULL
};

/* "help" may be a device: behind a word it is a value, but -h isn't. */
static bool is_help(int argc, char **argv, const struct ctl_command *verb)
{
	bool named = !strncmp(verb->args, "NAME", strlen("NAME"));

	return (argc && help_asked(argv[0], false)) ||
	       (argc > 1 && named && help_asked(argv[1], false)) ||
	       (argc && *argv[argc - 1] == '-' &&
		help_asked(argv[argc - 1], false));
}

/* Finds the verb and those of the levels below; runs what they lead to. */
static int dispatch(const struct ctl_command *verbs, int argc, char **argv)
{
	const struct ctl_command *verb = NULL;
	char path[64] = "";
	size_t used = 0;
	int status;

	do {
		if (argc && help_asked(argv[0], true))
			return help_show(verbs, path, verb, argc - 1, argv + 1);
		if (!argc)
			return help_missing(verbs, path);
		verb = parse_verb("command", argv[0], verbs);
		if (!verb)
			return CTL_USAGE;
		used += snprintf(path + used, sizeof(path) - used, "%s%s",
				 used ? " " : "", verb->name);
		ctl_context("%s", path);
		verbs = verb->sub;
		argc--;
		argv++;
	} while (verbs);
	if (is_help(argc, argv, verb))
		return help_show(NULL, path, verb, 0, NULL);
	if (ctl_options.confirm && !verb->changes)
		return ctl_fail(CTL_USAGE,
				"--confirm: there is no change to be confirmed");
	if (ctl_options.netns) {
		status = ctl_nl_netns(ctl_options.netns);
		if (status)
			return status;
		ctl_context("%s", path);
	}
	return verb->run(argc, argv);
}

static int fail_option(int c, const char *arg)
{
	if (c == ':' && optopt == CONFIRM)
		return ctl_fail(CTL_USAGE, "--confirm needs seconds");
	if (c == ':')
		return ctl_fail(CTL_USAGE, "-n needs a name, path or pid");
	/* a long one, or one that takes no value: --help=x */
	if (!optopt || optopt == 'h' || optopt == 'V')
		return ctl_fail(CTL_USAGE, "unknown option '%.200s'", arg);
	return ctl_fail(CTL_USAGE, "unknown option '-%c'", optopt);
}

/* Takes one option; whether it is one. */
static bool take_option(int c, const char **color, const char **confirm)
{
	switch (c) {
	case CONFIRM:
		*confirm = optarg;
		return true;
	case 'c':
		*color = optarg ? optarg : "always";
		return true;
	case 'p':
		ctl_options.pretty = true;
		ctl_options.json = true;
		return true;
	case 'j':
		ctl_options.json = true;
		return true;
	case 's':
		ctl_options.stats = true;
		return true;
	case 'n':
		ctl_options.netns = optarg;
		return true;
	case 'f':
		ctl_options.force = true;
		return true;
	default:
		return false;
	}
}

/*
 * -h and -V are verbs in disguise, and win over the verb.  With @judge unset,
 * nothing is wrong: an error in the first option is told in JSON if a later one
 * says so.
 */
static int parse_options(int argc, char **argv, bool judge, int *instead,
			 const char **confirm)
{
	static const struct option longs[] = {
		{ "color", optional_argument, NULL, 'c' },
		{ "confirm", required_argument, NULL, CONFIRM },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ }
	};
	const char *color = "auto";
	int c;

	opterr = 0;
	optind = 0;	/* glibc: anew, within joined options, too */
	/* '+': what follows the verb belongs to the verb */
	while ((c = getopt_long(argc, argv, "+:cjpsn:fVh", longs, NULL)) >= 0) {
		if (take_option(c, &color, confirm))
			continue;
		if (c == 'h' || c == 'V')
			*instead = c;
		else if (judge)
			return fail_option(c, argv[optind - 1]);
		if (judge)
			break;
	}
	return judge ? color_choose(color) : CTL_OK;
}

/*
 * Behind the verb it is taken as well, out of the words: whoever repeats a
 * command with it adds it there. No word of the grammar is called like that.
 */
static int take_confirm(int argc, char **argv, const char **confirm)
{
	static const char option[] = "--confirm";
	const size_t len = sizeof(option) - 1;
	int from, to = 0;

	for (from = 0; from < argc; from++) {
		if (strncmp(argv[from], option, len) ||
		    (argv[from][len] && argv[from][len] != '='))
			argv[to++] = argv[from];
		else if (argv[from][len])
			*confirm = argv[from] + len + 1;
		else
			*confirm = from + 1 < argc ? argv[++from] : "";
	}
	return to;
}

static int parse_confirm(const char *arg)
{
	uint32_t seconds;
	int status;

	if (!arg)
		return CTL_OK;
	if (!*arg)
		return ctl_fail(CTL_USAGE, "--confirm needs seconds");
	status = parse_number("--confirm", arg, &seconds);
	if (status)
		return status;
	if (!seconds || seconds > SVCBIND_CONFIRM_MAX)
		return ctl_fail(CTL_USAGE,
				"--confirm %u isn't from 1 to %d seconds",
				seconds, SVCBIND_CONFIRM_MAX);
	ctl_options.confirm = seconds;
	return CTL_OK;
}

int main(int argc, char **argv)
{
	struct ctl_command verbs[sizeof(commands) / sizeof(void *)] = { };
	const char *confirm = NULL;
	int status, instead = 0;
	unsigned int i;

	for (i = 0; commands[i]; i++)
		verbs[i] = *commands[i];
	parse_options(argc, argv, false, &instead, &confirm);
	instead = 0;
	confirm = NULL;
	status = parse_options(argc, argv, true, &instead, &confirm);
	if (status)
		return status;
	if (instead == 'V')
		return help_version();
	if (instead == 'h')
		return help_show(verbs, "", NULL, 0, NULL);
	argc = take_confirm(argc - optind, argv + optind, &confirm);
	status = parse_confirm(confirm) ?:
		 dispatch(verbs, argc, argv + optind);
	ctl_nl_close();
	return status;
}
