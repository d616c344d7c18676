// SPDX-License-Identifier: GPL-2.0
/* svcbindctl service add|set|del|show */
#include <string.h>

#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "preset.h"
#include "print.h"
#include "show.h"
#include "words.h"

/**
 * struct request - what "service add" and "service set" were told
 * @name: the service
 * @preset: the preset, NULL if none was given
 * @match: words given, on top of the preset's
 * @has_priority: whether @priority was given
 * @priority: the priority
 */
struct request {
	const char *name;
	const struct preset *preset;
	struct match match;
	bool has_priority;
	uint32_t priority;
};

/* Puts the words that were given over those of the preset. */
static int add_preset(struct request *req)
{
	struct match words = req->match;
	int err;

	if (!req->preset)
		return CTL_OK;
	err = preset_expand(req->preset, &req->match);
	if (!err)
		model_merge_match(&req->match, &words);
	return err;
}

static int parse_pair(struct request *req, int word, const char *value)
{
	switch (word) {
	case SERVICE_PRIORITY:
		req->has_priority = true;
		return parse_number("priority", value, &req->priority);
	case SERVICE_PRESET:
		if (!value)
			return ctl_fail(CTL_USAGE, "preset needs a name");
		req->preset = preset_find(value);
		return req->preset ? CTL_OK : CTL_USAGE;
	default:
		return parse_match_word(&req->match, word - SERVICE_MATCH,
					value);
	}
}

static int parse(struct request *req, const char *verb, int argc, char **argv)
{
	unsigned int seen = 0;
	int i, word, err;

	memset(req, 0, sizeof(*req));
	err = parse_name(argc ? argv[0] : NULL);
	if (err)
		return err;
	req->name = argv[0];
	ctl_context("service %s %s", verb, req->name);
	for (i = 1; i < argc; i += 2) {
		word = parse_keyword(argv[i], service_words);
		if (word < 0)
			return CTL_USAGE;
		if (seen & 1u << word)
			return ctl_fail(CTL_USAGE, "%s twice",
					service_words[word].name);
		seen |= 1u << word;
		err = parse_pair(req, word, i + 1 < argc ? argv[i + 1] : NULL);
		if (err)
			return err;
	}
	return add_preset(req);
}

static int commit(struct request *req, enum change_kind kind)
{
	struct change change = {
		.kind = kind,
		.name = req->name,
		.preset = req->preset ? req->preset->name : NULL,
		.match = &req->match,
		.has_priority = req->has_priority,
		.priority = req->priority,
	};

	return change_commit(&change);
}

static int run_add(int argc, char **argv)
{
	struct request req;
	int status;

	status = parse(&req, "add", argc, argv);
	if (status)
		return status;
	/* a preset names a protocol, too: where there is none, "any" was said */
	req.match.all = model_match_is_open(&req.match);
	if (req.match.all && !(req.match.given & 1u << MATCH_PROTO))
		return ctl_fail(CTL_USAGE,
				"nothing to match (proto any matches everything)");
	return commit(&req, CHANGE_ADD);
}

static int run_set(int argc, char **argv)
{
	struct request req;
	int status;

	status = parse(&req, "set", argc, argv);
	if (status)
		return status;
	if (argc == 1)
		return ctl_fail(CTL_USAGE, "nothing to change");
	return commit(&req, CHANGE_SET);
}

static int run_del(int argc, char **argv)
{
	return change_named(CHANGE_DEL, "service del", argc, argv);
}

static int read_services(const char *name, struct services *list,
			 struct policy *policy)
{
	int err;

	if (!name)
		return model_get_all(policy, list);
	err = model_get_policy(policy);
	if (!err)
		err = model_get_service(name, list);
	if (!err)
		policy->generation = list->generation;
	return err;
}

static int run_show(int argc, char **argv)
{
	struct services list;
	struct policy policy;
	unsigned int i;
	int status;

	status = argc ? parse_name(argv[0]) : CTL_OK;
	if (!status)
		status = parse_end(argc - 1, argv + 1);
	if (status)
		return status;
	if (argc)
		ctl_context("service show %s", argv[0]);
	status = ctl_nl_open();
	if (status)
		return status;
	status = read_services(argc ? argv[0] : NULL, &list, &policy);
	if (status)
		return ctl_nl_fail(status);
	print_begin();
	if (ctl_options.stats)
		print_num("generation", "generation %s\n", policy.generation);
	print_list("services");
	for (i = 0; i < list.n; i++)
		show_service(&list.service[i], &policy);
	print_list_end();
	model_free_services(&list);
	return print_end();
}

static const char lists[] =
	"LIST := PORT[-PORT][,...]; PORT may be a name of services(5), but not in a range\n"
	"any instead of what follows a word clears it";

static const struct ctl_command verbs[] = {
	{
		.name = "add",
		.changes = true,
		.args = "NAME",
		.words = service_words,
		.notes = lists,
		.help = "adds a service; its words override those of the preset",
		.examples = "service add nfs preset nfs\n"
			    "service add filer to 10.0.0.100 priority 50\n"
			    "service add web proto tcp sport 80,443,8000-8010",
		.run = run_add,
	}, {
		.name = "set",
		.changes = true,
		.args = "NAME",
		.words = service_words,
		.notes = lists,
		.help = "changes what is named, and replaces lists",
		.examples = "service set iscsi dport 3260,3261 to any",
		.run = run_set,
	}, {
		.name = "del",
		.in_full = true,
		.changes = true,
		.args = "NAME",
		.help = "deletes a service; with -f one that is bound, too",
		.examples = "service del nfs\n"
			    "-f service del nfs",
		.run = run_del,
	}, {
		.name = "show",
		.args = "[NAME]",
		.help = "shows services",
		.examples = "service show nfs\n"
			    "-js service show",
		.run = run_show,
	},
	{ }
};

const struct ctl_command cmd_service = {
	.name = "service",
	.args = "",
	.help = "services",
	.sub = verbs,
};
