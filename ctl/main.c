// SPDX-License-Identifier: GPL-2.0
/* svcbindctl: command table and global options. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "help.h"
#include "nl.h"
#include "parse.h"

struct ctl_options ctl_options;

static const struct ctl_command *const commands[] = {
	&cmd_load, &cmd_unload, &cmd_service, &cmd_preset, &cmd_bind,
	&cmd_unbind, &cmd_policy, &cmd_show, &cmd_flush, NULL
};

/* Finds the verb and those of the levels below; runs what they lead to. */
static int dispatch(const struct ctl_command *verbs, int argc, char **argv)
{
	const struct ctl_command *verb = NULL;
	char path[64] = "";
	size_t used = 0;

	while (verbs) {
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
	}
	if (argc && help_asked(argv[0], false))
		return help_show(NULL, path, verb, 0, NULL);
	return verb->run(argc, argv);
}

/* -h and -V are verbs in disguise, and win over the verb. */
static int parse_options(int argc, char **argv, int *instead)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ }
	};
	int c;

	opterr = 0;
	/* '+': what follows the verb belongs to the verb */
	while ((c = getopt_long(argc, argv, "+:jpsn:fVh", longs, NULL)) >= 0) {
		switch (c) {
		case 'p':
			ctl_options.pretty = true;
			ctl_options.json = true;
			break;
		case 'j':
			ctl_options.json = true;
			break;
		case 's':
			ctl_options.stats = true;
			break;
		case 'n':
			ctl_options.netns = optarg;
			break;
		case 'f':
			ctl_options.force = true;
			break;
		case 'V':
		case 'h':
			*instead = c;
			return CTL_OK;
		case ':':
			return ctl_fail(CTL_USAGE, "-n needs a name, path or pid");
		default:
			return ctl_fail(CTL_USAGE, "unknown option '%s'",
					optopt ? (char []){ '-', optopt, 0 } :
					argv[optind - 1]);
		}
	}
	return CTL_OK;
}

int main(int argc, char **argv)
{
	struct ctl_command verbs[sizeof(commands) / sizeof(void *)] = { };
	int status, instead = 0;
	unsigned int i;

	for (i = 0; commands[i]; i++)
		verbs[i] = *commands[i];
	status = parse_options(argc, argv, &instead);
	if (status)
		return status;
	if (instead == 'V')
		return help_version();
	if (instead == 'h')
		return help_show(verbs, "", NULL, 0, NULL);
	if (ctl_options.netns && optind < argc)
		status = ctl_nl_netns(ctl_options.netns);
	if (!status)
		status = dispatch(verbs, argc - optind, argv + optind);
	ctl_nl_close();
	return status;
}
