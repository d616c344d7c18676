// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel modules, by libkmod.  It is loaded when it is needed: it brings libcrypto
 * along, which would cost each command more than all that it does itself.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "ctl.h"
#include "module.h"

#define LIBRARY	"libkmod.so.2"

static struct {
	typeof(kmod_new) *new;
	typeof(kmod_unref) *unref;
	typeof(kmod_set_log_fn) *set_log_fn;
	typeof(kmod_list_next) *list_next;
	typeof(kmod_module_new_from_lookup) *new_from_lookup;
	typeof(kmod_module_new_from_name) *new_from_name;
	typeof(kmod_module_get_module) *get_module;
	typeof(kmod_module_probe_insert_module) *probe_insert_module;
	typeof(kmod_module_remove_module) *remove_module;
	typeof(kmod_module_unref) *module_unref;
	typeof(kmod_module_unref_list) *unref_list;
} lib;

static const struct {
	const char *name;
	void *function;
} symbols[] = {
	{ "kmod_new", &lib.new },
	{ "kmod_unref", &lib.unref },
	{ "kmod_set_log_fn", &lib.set_log_fn },
	{ "kmod_list_next", &lib.list_next },
	{ "kmod_module_new_from_lookup", &lib.new_from_lookup },
	{ "kmod_module_new_from_name", &lib.new_from_name },
	{ "kmod_module_get_module", &lib.get_module },
	{ "kmod_module_probe_insert_module", &lib.probe_insert_module },
	{ "kmod_module_remove_module", &lib.remove_module },
	{ "kmod_module_unref", &lib.module_unref },
	{ "kmod_module_unref_list", &lib.unref_list },
};

/**
 * module_open() - load libkmod; before the others
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int module_open(void)
{
	void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL), *function;
	unsigned int i;

	if (!handle)
		return ctl_fail(CTL_REFUSED, "%s", dlerror());
	for (i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		function = dlsym(handle, symbols[i].name);
		if (!function)
			return ctl_fail(CTL_REFUSED, "%s", dlerror());
		memcpy(symbols[i].function, &function, sizeof(function));
	}
	return CTL_OK;
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
	struct kmod_ctx *ctx = lib.new(NULL, NULL);

	if (ctx)
		lib.set_log_fn(ctx, be_silent, NULL);
	return ctx;
}

static int insert_all(struct kmod_list *list)
{
	struct kmod_list *entry;
	struct kmod_module *mod;
	int err = 0;

	for (entry = list; entry && err >= 0;
	     entry = lib.list_next(list, entry)) {
		mod = lib.get_module(entry);
		err = lib.probe_insert_module(mod, 0, NULL, NULL, NULL, NULL);
		lib.module_unref(mod);
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
	err = lib.new_from_lookup(ctx, name, &list);
	if (err >= 0)
		err = list ? insert_all(list) : -ENOENT;
	lib.unref_list(list);
	lib.unref(ctx);
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

	err = ctx ? lib.new_from_name(ctx, name, &mod) : -ENOMEM;
	if (!err)
		err = lib.remove_module(mod, 0);
	lib.module_unref(mod);
	lib.unref(ctx);
	return err;
}
