// SPDX-License-Identifier: GPL-2.0
/* svcbindctl bind, svcbindctl unbind */
#include <string.h>

#include "change.h"
#include "ctl.h"
#include "model.h"
#include "parse.h"
#include "stale.h"
#include "warn.h"
#include "words.h"

static int parse_dev(struct binding *binding, const char *arg)
{
	struct device dev = { };
	char name[64];
	size_t len;
	int err;

	if (!arg)
		return ctl_fail(CTL_USAGE, "dev needs the name of a device");
	binding->given |= 1u << SVCBIND_A_BINDING_DEVICES;
	while (arg) {
		len = strcspn(arg, ",");
		if (!len)
			return ctl_fail(CTL_USAGE, "dev: an element is empty");
		if (len >= sizeof(name))
			len = sizeof(name) - 1;	/* parse_device() refuses it */
		memcpy(name, arg, len);
		name[len] = '\0';
		err = parse_device(name, dev.name);
		if (!err)
			err = parse_bound(binding, &dev);
		if (err)
			return err;
		arg = arg[len] ? arg + len + 1 : NULL;
	}
	return CTL_OK;
}

static int parse_gateway(struct binding *binding, const char *arg)
{
	if (!arg)
		return ctl_fail(CTL_USAGE, "via needs an address");
	if (!binding->n_devices)
		return ctl_fail(CTL_USAGE,
				"via %.200s: a dev must come before it", arg);
	return parse_via(&binding->devices[binding->n_devices - 1], arg);
}

static int parse_pair(struct binding *binding, int word, const char *value)
{
	switch (word) {
	case BIND_DEV:
		return parse_dev(binding, value);
	case BIND_VIA:
		return parse_gateway(binding, value);
	case BIND_MODE:
		binding->given |= 1u << SVCBIND_A_BINDING_MODE;
		return parse_choice("mode", value, mode_words, &binding->mode);
	case BIND_SELECT:
		binding->given |= 1u << SVCBIND_A_BINDING_SELECT;
		return parse_choice("select", value, select_words,
				    &binding->select);
	default:
		binding->given |= 1u << SVCBIND_A_BINDING_SOURCE;
		return parse_choice("source", value, source_words,
				    &binding->source);
	}
}

static int parse(struct binding *binding, int argc, char **argv,
		 unsigned int *seen)
{
	int i, word, err;

	memset(binding, 0, sizeof(*binding));
	for (i = 0; i < argc; i++) {
		word = parse_keyword(argv[i], bind_words);
		if (word < 0)
			return CTL_USAGE;
		if (word >= BIND_MODE && *seen & 1u << word)
			return ctl_fail(CTL_USAGE, "%s twice",
					bind_words[word].name);
		*seen |= 1u << word;
		if (word == BIND_CLOSE_STALE && strcmp(argv[i],
						       bind_words[word].name))
			return ctl_fail(CTL_USAGE, "'%.200s': %s is written in full",
					argv[i], bind_words[word].name);
		if (word == BIND_CLOSE_STALE)
			continue;
		i++;
		err = parse_pair(binding, word, i < argc ? argv[i] : NULL);
		if (err)
			return err;
	}
	return argc ? CTL_OK : ctl_fail(CTL_USAGE, "dev is missing");
}

static int run_bind(int argc, char **argv)
{
	struct binding binding;
	struct change change = { .kind = CHANGE_BIND, .binding = &binding };
	unsigned int seen = 0;
	int status;
	bool close;

	status = parse_name(argc ? argv[0] : NULL);
	if (status)
		return status;
	change.name = argv[0];
	ctl_context("bind %s", change.name);
	status = parse(&binding, argc - 1, argv + 1, &seen);
	close = seen & 1u << BIND_CLOSE_STALE;
	if (!status && close && ctl_options.confirm)
		status = ctl_fail(CTL_USAGE,
				  "what --close-stale ends doesn't come back by --confirm: confirm first, then close-stale");
	if (!status)
		status = change_commit(&change);
	if (status)
		return status;
	warn_of_binding(change.name, close);
	if (!close)
		return CTL_OK;
	ctl_context("bind %s: it is bound; --close-stale", change.name);
	return stale_close(change.name);
}

static int run_unbind(int argc, char **argv)
{
	return change_named(CHANGE_UNBIND, "unbind", argc, argv);
}

const struct ctl_command cmd_bind = {
	.name = "bind",
	.changes = true,
	.args = "NAME",
	.words = bind_words,
	.help = "binds a service to devices, or changes what is named of its binding",
	.examples = "bind nfs dev vmk1\n"
		    "bind iscsi dev vmk2 via 192.0.2.1 dev vmk3\n"
		    "bind iscsi mode audit",
	.run = run_bind,
};

const struct ctl_command cmd_unbind = {
	.name = "unbind",
	.changes = true,
	.args = "NAME",
	.help = "leaves the service to the routing table",
	.examples = "unbind nfs",
	.run = run_unbind,
};
