// SPDX-License-Identifier: GPL-2.0
/* svcbindctl load, svcbindctl unload */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "ctl.h"
#include "model.h"
#include "module.h"
#include "nl.h"
#include "parse.h"

#define MODULE	"svcbind"

static int fail_load(int err)
{
	struct utsname uts = { };

	uname(&uts);
	switch (-err) {
	case ENOENT:
		return ctl_fail(CTL_REFUSED,
				"no module svcbind for kernel %s (is it installed, and did depmod run?)",
				uts.release);
	case ENOEXEC:
		return ctl_fail(CTL_REFUSED,
				"the module was built for another kernel than %s (see dmesg)",
				uts.release);
	case EKEYREJECTED:
	case ENOKEY:
		return ctl_fail(CTL_REFUSED,
				"the kernel takes signed modules only, and not this one's key: %s",
				strerror(-err));
	case EPERM:
		return ctl_fail(CTL_REFUSED,
				"the kernel permits no module to be loaded: %s (root? lockdown?)",
				strerror(-err));
	default:
		return ctl_fail(CTL_REFUSED, "%s (see dmesg)", strerror(-err));
	}
}

static int run_load(int argc, char **argv)
{
	int status, err;

	status = parse_end(argc, argv);
	if (status)
		return status;
	if (ctl_nl_loaded())
		return CTL_OK;
	status = module_open();
	if (status)
		return status;
	err = module_insert(MODULE);
	if (err)
		return fail_load(err);
	return ctl_nl_loaded() ? CTL_OK :
	       ctl_fail(CTL_REFUSED, "the module came, but isn't there (see dmesg)");
}

/* Leaves nothing behind that would be lost by surprise. */
static int make_idle(void)
{
	struct services list;
	struct policy policy;
	unsigned int n;
	int err;

	err = model_get_policy(&policy);
	if (err)
		return ctl_nl_fail(err);
	if (policy.confirm)
		return ctl_fail(CTL_REFUSED,
				"a change waits to be confirmed: confirm it or roll it back");
	if (ctl_options.force) {
		err = ctl_nl_run(ctl_nl_request(SVCBIND_CMD_FLUSH, 0), NULL,
				 NULL);
		return err ? ctl_nl_fail(err) : CTL_OK;
	}
	err = model_get_services(&list);
	if (err)
		return ctl_nl_fail(err);
	n = list.n;
	model_free_services(&list);
	if (n)
		return ctl_fail(CTL_REFUSED,
				"%u service%s left here (flush first, or -f)",
				n, n > 1 ? "s are" : " is");
	return CTL_OK;
}

static int run_unload(int argc, char **argv)
{
	int status, err;

	status = parse_end(argc, argv);
	if (!status)
		status = ctl_nl_open();
	if (!status)
		status = module_open();
	if (!status)
		status = make_idle();
	if (status)
		return status;
	ctl_nl_close();
	err = module_remove(MODULE);
	if (err == -EAGAIN || err == -EWOULDBLOCK || err == -EBUSY)
		return ctl_fail(CTL_REFUSED,
				"the module is in use: another network namespace has services or a change that waits");
	if (err && err != -ENOENT)
		return ctl_fail(CTL_REFUSED, "%s", strerror(-err));
	return CTL_OK;
}

const struct ctl_command cmd_load = {
	.name = "load",
	.args = "",
	.help = "loads the kernel module; it changes nothing by itself",
	.examples = "load",
	.run = run_load,
};

const struct ctl_command cmd_unload = {
	.name = "unload",
	.in_full = true,
	.args = "",
	.help = "removes the kernel module, unless there are services; -f flushes first",
	.examples = "unload\n"
		    "-f unload",
	.run = run_unload,
};
