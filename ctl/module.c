// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel modules, by libkmod.  It is loaded when it is needed: it brings libcrypto
 * along, which would cost each command more than all that it does itself.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libkmod.h>
#include <stdbool.h>

#include "ctl.h"
#include "module.h"

#define LIBRARY	"libkmod.so.2"

#define FUNCTIONS(_) \
	_(kmod_new) \
	_(kmod_unref) \
	_(kmod_set_log_fn) \
	_(kmod_list_next) \
	_(kmod_module_new_from_lookup) \
	_(kmod_module_new_from_name) \
	_(kmod_module_get_module) \
	_(kmod_module_probe_insert_module) \
	_(kmod_module_remove_module) \
	_(kmod_module_unref) \
	_(kmod_module_unref_list)

#define DECLARE(name)	typeof(name) *name;

static struct {
	FUNCTIONS(DECLARE)
} lib;

/**
 * module_open() - load libkmod; before the others
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int module_open(void)
{
	void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool all = true;

	if (!handle)
		return ctl_fail(CTL_REFUSED, "%s", dlerror());
#define FIND(name)	all = (lib.name = dlsym(handle, #name)) && all;
	FUNCTIONS(FIND)
#undef FIND
	return all ? CTL_OK :
	       ctl_fail(CTL_REFUSED, LIBRARY " isn't the libkmod that is needed");
}

/* libkmod would log to stderr on its own, in a form that isn't ours. */
static void be_silent(void *data, int priority, const char *file, int line,
		      const char *fn, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)fn, (void)format, (void)args;
}

static struct kmod_ctx *new_context(void)
{
	struct kmod_ctx *ctx = lib.kmod_new(NULL, NULL);

	if (ctx)
		lib.kmod_set_log_fn(ctx, be_silent, NULL);
	return ctx;
}

static int insert_all(struct kmod_list *list)
{
	struct kmod_list *entry;
	struct kmod_module *mod;
	int err = 0;

	for (entry = list; entry && err >= 0;
	     entry = lib.kmod_list_next(list, entry)) {
		mod = lib.kmod_module_get_module(entry);
		err = lib.kmod_module_probe_insert_module(mod, 0, NULL, NULL,
							  NULL, NULL);
		lib.kmod_module_unref(mod);
	}
	return err;
}

/**
 * module_insert() - load a module, and what it needs
 * @name: the module
 *
 * Return: 0, or a negative errno; -ENOENT: there is none.
 */
int module_insert(const char *name)
{
	struct kmod_ctx *ctx = new_context();
	struct kmod_list *list = NULL;
	int err;

	if (!ctx)
		return -ENOMEM;
	err = lib.kmod_module_new_from_lookup(ctx, name, &list);
	if (err >= 0)
		err = list ? insert_all(list) : -ENOENT;
	lib.kmod_module_unref_list(list);
	lib.kmod_unref(ctx);
	return err < 0 ? err : 0;
}

/**
 * module_remove() - unload a module
 * @name: the module
 *
 * Return: 0 or a negative errno.
 */
int module_remove(const char *name)
{
	struct kmod_ctx *ctx = new_context();
	struct kmod_module *mod = NULL;
	int err;

	err = ctx ? lib.kmod_module_new_from_name(ctx, name, &mod) : -ENOMEM;
	if (!err)
		err = lib.kmod_module_remove_module(mod, 0);
	lib.kmod_module_unref(mod);
	lib.kmod_unref(ctx);
	return err;
}
