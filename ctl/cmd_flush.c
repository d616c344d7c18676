// SPDX-License-Identifier: GPL-2.0
/* svcbindctl flush */
#include "change.h"
#include "ctl.h"
#include "parse.h"

static int run(int argc, char **argv)
{
	struct change change = { .kind = CHANGE_FLUSH };
	int status = parse_end(argc, argv);

	return status ? status : change_commit(&change);
}

const struct ctl_command cmd_flush = {
	.name = "flush",
	.in_full = true,
	.changes = true,
	.args = "",
	.help = "back to the state after load: no services, default policies",
	.examples = "flush",
	.run = run,
};
