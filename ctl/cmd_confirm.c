// SPDX-License-Identifier: GPL-2.0
/* svcbindctl confirm, svcbindctl rollback */
#include "ctl.h"
#include "nl.h"
#include "parse.h"

/* The lock-out guard isn't asked: either is where the host would end anyway. */
static int decide(int cmd, int argc, char **argv)
{
	int status, err;

	status = parse_end(argc, argv);
	if (!status)
		status = ctl_nl_open();
	if (status)
		return status;
	err = ctl_nl_run(ctl_nl_request(cmd, 0), NULL, NULL);
	return err ? ctl_nl_fail(err) : CTL_OK;
}

static int run_confirm(int argc, char **argv)
{
	return decide(SVCBIND_CMD_CONFIRM, argc, argv);
}

static int run_rollback(int argc, char **argv)
{
	return decide(SVCBIND_CMD_ROLLBACK, argc, argv);
}

const struct ctl_command cmd_confirm = {
	.name = "confirm",
	.args = "",
	.help = "keeps the change that waits, which was made with --confirm",
	.examples = "confirm",
	.run = run_confirm,
};

const struct ctl_command cmd_rollback = {
	.name = "rollback",
	.in_full = true,
	.args = "",
	.help = "undoes the change that waits to be confirmed, at once",
	.examples = "rollback",
	.run = run_rollback,
};
