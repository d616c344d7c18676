// SPDX-License-Identifier: GPL-2.0
/* svcbindctl load, svcbindctl unload */
#include <errno.h>
#include <libkmod.h>
#include <string.h>
#include <sys/utsname.h>

#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"

#define MODULE	"svcbind"

/* kmod would log to stderr on its own, in a form that isn't ours. */
static void be_silent(void *data, int priority, const char *file, int line,
		      const char *fn, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)fn, (void)format, (void)args;
}

static struct kmod_ctx *new_context(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);

	if (ctx)
		kmod_set_log_fn(ctx, be_silent, NULL);
	return ctx;
}

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

static int insert(struct kmod_ctx *ctx)
{
	struct kmod_list *list = NULL, *entry;
	struct kmod_module *mod;
	int err;

	err = kmod_module_new_from_lookup(ctx, MODULE, &list);
	if (!err && !list)
		err = -ENOENT;
	kmod_list_foreach(entry, list) {
		if (err < 0)
			break;
		mod = kmod_module_get_module(entry);
		err = kmod_module_probe_insert_module(mod, 0, NULL, NULL, NULL,
						      NULL);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return err < 0 ? err : 0;
}

static int run_load(int argc, char **argv)
{
	struct kmod_ctx *ctx;
	int err;

	err = parse_end(argc, argv);
	if (err)
		return err;
	if (ctl_nl_loaded())
		return CTL_OK;
	ctx = new_context();
	if (!ctx)
		return ctl_fail(CTL_REFUSED, "out of memory");
	err = insert(ctx);
	kmod_unref(ctx);
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
	struct kmod_module *mod = NULL;
	struct kmod_ctx *ctx;
	int status, err;

	status = parse_end(argc, argv);
	if (!status)
		status = ctl_nl_open();
	if (!status)
		status = make_idle();
	if (status)
		return status;
	ctl_nl_close();
	ctx = new_context();
	err = ctx ? kmod_module_new_from_name(ctx, MODULE, &mod) : -ENOMEM;
	if (!err)
		err = kmod_module_remove_module(mod, 0);
	kmod_module_unref(mod);
	kmod_unref(ctx);
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
