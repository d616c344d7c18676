// SPDX-License-Identifier: GPL-2.0
/* svcbindctl service add|set|del|show */
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "preset.h"
#include "print.h"
#include "show.h"
#include "ssh.h"

/* Words of "service add" beside those of a match, which come first. */
enum {
	WORD_PRESET = MATCH_WORDS,
	WORD_PRIORITY,
};

static const char *const words[] = {
	"proto", "port", "dport", "sport", "to", "from", "preset", "priority",
	NULL
};

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
static int finish_match(struct request *req)
{
	struct match words = req->match;
	int err;

	if (req->preset) {
		err = preset_expand(req->preset, &req->match);
		if (err)
			return err;
		model_merge_match(&req->match, &words);
	}
	/* The preset gives every word; only one that was typed says all. */
	req->match.all = words.given & 1u << MATCH_PROTO &&
			 model_match_is_open(&req->match);
	return CTL_OK;
}

static int parse_pair(struct request *req, int word, const char *value)
{
	switch (word) {
	case WORD_PRIORITY:
		req->has_priority = true;
		return parse_number("priority", value, &req->priority);
	case WORD_PRESET:
		if (!value)
			return ctl_fail(CTL_USAGE, "preset needs a name");
		req->preset = preset_find(value);
		return req->preset ? CTL_OK : CTL_USAGE;
	default:
		return parse_match_word(&req->match, word, value);
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
		word = parse_word("word", argv[i], words);
		if (word < 0)
			return CTL_USAGE;
		if (seen & 1u << word)
			return ctl_fail(CTL_USAGE, "%s twice", words[word]);
		seen |= 1u << word;
		err = parse_pair(req, word, i + 1 < argc ? argv[i + 1] : NULL);
		if (err)
			return err;
	}
	return finish_match(req);
}

static int send_request(const struct request *req, int cmd)
{
	struct nl_msg *msg = ctl_nl_request(cmd, 0);
	int err;

	if (msg) {
		err = nla_put_string(msg, SVCBIND_A_NAME, req->name);
		if (!err && req->has_priority)
			err = nla_put_u32(msg, SVCBIND_A_PRIORITY,
					  req->priority);
		if (!err && req->preset)
			err = nla_put_string(msg, SVCBIND_A_PRESET,
					     req->preset->name);
		if (!err)
			err = model_put_match(msg, &req->match);
		if (err) {
			nlmsg_free(msg);
			return ctl_fail(CTL_REFUSED, "request too long");
		}
	}
	err = ctl_nl_run(msg, NULL, NULL);
	return err ? ctl_nl_fail(err) : CTL_OK;
}

static int change(const struct request *req, enum change_kind kind, int cmd)
{
	struct change what = {
		.kind = kind,
		.name = req->name,
		.match = &req->match,
		.has_priority = req->has_priority,
		.priority = req->priority,
	};
	int status;

	status = ctl_nl_open();
	if (!status)
		status = ssh_guard(&what);
	return status ? status : send_request(req, cmd);
}

static int run_add(int argc, char **argv)
{
	struct request req;
	int status;

	status = parse(&req, "add", argc, argv);
	if (status)
		return status;
	if (model_match_is_open(&req.match) && !req.match.all)
		return ctl_fail(CTL_USAGE,
				"nothing to match (proto any matches everything)");
	return change(&req, CHANGE_ADD, SVCBIND_CMD_SERVICE_NEW);
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
	return change(&req, CHANGE_SET, SVCBIND_CMD_SERVICE_SET);
}

static int run_del(int argc, char **argv)
{
	struct nl_msg *msg;
	int status;

	status = parse_name(argc ? argv[0] : NULL);
	if (status)
		return status;
	if (argc > 1)
		return ctl_fail(CTL_USAGE, "'%s' is too much", argv[1]);
	ctl_context("service del %s", argv[0]);
	status = ctl_nl_open();
	if (status)
		return status;
	msg = ctl_nl_request(SVCBIND_CMD_SERVICE_DEL, 0);
	if (msg) {
		nla_put_string(msg, SVCBIND_A_NAME, argv[0]);
		if (ctl_options.force)
			nla_put_flag(msg, SVCBIND_A_FORCE);
	}
	status = ctl_nl_run(msg, NULL, NULL);
	return status ? ctl_nl_fail(status) : CTL_OK;
}

static int run_show(int argc, char **argv)
{
	struct services list;
	unsigned int i;
	int status;

	if (argc > 1)
		return ctl_fail(CTL_USAGE, "'%s' is too much", argv[1]);
	status = argc ? parse_name(argv[0]) : CTL_OK;
	if (status)
		return status;
	if (argc)
		ctl_context("service show %s", argv[0]);
	status = ctl_nl_open();
	if (status)
		return status;
	status = argc ? model_get_service(argv[0], &list) :
		 model_get_services(&list);
	if (status)
		return ctl_nl_fail(status);
	print_begin();
	print_list("services");
	for (i = 0; i < list.n; i++)
		show_service(&list.service[i]);
	print_list_end();
	model_free_services(&list);
	return print_end();
}

#define MATCH_HELP							\
	"\n    MATCH := proto P[,P] | port LIST | dport LIST | sport LIST |"	\
	"\n             to PREFIX[,PREFIX] | from PREFIX[,PREFIX]"		\
	"\n    P := tcp | udp | sctp | udplite | icmp; LIST := PORT[-PORT][,...]" \
	"\n    any instead of a list clears the word"

static const struct ctl_command verbs[] = {
	{
		.name = "add",
		.args = "NAME [preset PRESET] [MATCH ...] [priority N]"
			MATCH_HELP,
		.help = "adds a service; its words override those of the preset",
		.run = run_add,
	}, {
		.name = "set",
		.args = "NAME [preset PRESET] [MATCH ...] [priority N]",
		.help = "changes what is named, and replaces lists",
		.run = run_set,
	}, {
		.name = "del",
		.in_full = true,
		.args = "NAME",
		.help = "deletes a service; with -f one that is bound, too",
		.run = run_del,
	}, {
		.name = "show",
		.args = "[NAME]",
		.help = "shows services",
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
