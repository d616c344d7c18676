// SPDX-License-Identifier: GPL-2.0
/* svcbindctl flush */
#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "ssh.h"

static int run(int argc, char **argv)
{
	struct change change = { .kind = CHANGE_FLUSH };
	int status;

	if (argc)
		return ctl_fail(CTL_USAGE, "'%s' is too much", argv[0]);
	status = ctl_nl_open();
	if (!status)
		status = ssh_guard(&change);
	if (status)
		return status;
	status = ctl_nl_run(ctl_nl_request(SVCBIND_CMD_FLUSH, 0), NULL, NULL);
	return status ? ctl_nl_fail(status) : CTL_OK;
}

const struct ctl_command cmd_flush = {
	.name = "flush",
	.in_full = true,
	.args = "",
	.help = "back to the state after load: no services, default policies",
	.run = run,
};
