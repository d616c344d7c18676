// SPDX-License-Identifier: GPL-2.0
/* svcbindctl close-stale */
#include "ctl.h"
#include "nl.h"
#include "parse.h"
#include "stale.h"

static int run(int argc, char **argv)
{
	int status;

	status = parse_name(argc ? argv[0] : NULL);
	if (!status)
		status = parse_end(argc - 1, argv + 1);
	if (status)
		return status;
	ctl_context("close-stale %s", argv[0]);
	status = ctl_nl_open();
	return status ? status : stale_close(argv[0]);
}

const struct ctl_command cmd_close_stale = {
	.name = "close-stale",
	.in_full = true,
	.args = "NAME",
	.help = "ends connections of a service that are older than its binding",
	.notes = "Both ends get an error; a client opens them anew, bound.",
	.examples = "close-stale nfs",
	.run = run,
};
