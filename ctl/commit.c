// SPDX-License-Identifier: GPL-2.0
/* A change on its way into the kernel, based on what was there when judged. */
#include <errno.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "preset.h"
#include "session.h"
#include "ssh.h"
#include "transaction.h"

/* Who loses against other writers this often gives up. */
#define ATTEMPTS	5

static const int commands[] = {
	[CHANGE_ADD] = SVCBIND_CMD_SERVICE_NEW,
	[CHANGE_SET] = SVCBIND_CMD_SERVICE_SET,
	[CHANGE_DEL] = SVCBIND_CMD_SERVICE_DEL,
	[CHANGE_BIND] = SVCBIND_CMD_BIND,
	[CHANGE_UNBIND] = SVCBIND_CMD_UNBIND,
	[CHANGE_POLICY] = SVCBIND_CMD_POLICY_SET,
	[CHANGE_FLUSH] = SVCBIND_CMD_FLUSH,
};

static int put(struct nl_msg *msg, const struct change *change)
{
	int err = 0;

	if (change->name)
		err = nla_put_string(msg, SVCBIND_A_NAME, change->name);
	if (!err && change->has_priority)
		err = nla_put_u32(msg, SVCBIND_A_PRIORITY, change->priority);
	if (!err && change->preset)
		err = nla_put_string(msg, SVCBIND_A_PRESET, change->preset);
	if (!err && change->match)
		err = model_put_match(msg, change->match);
	if (!err && change->binding)
		err = model_put_binding(msg, change->binding);
	if (!err && change->policy)
		err = model_put_policy(msg, change->policy);
	if (!err && change->kind == CHANGE_DEL && ctl_options.force)
		err = nla_put_flag(msg, SVCBIND_A_FORCE);
	if (!err && ctl_options.confirm)
		err = nla_put_u32(msg, SVCBIND_A_CONFIRM, ctl_options.confirm);
	return err;
}

static int send_change(const struct change *change, const uint32_t *generation)
{
	struct nl_msg *msg;

	if (change->kind == CHANGE_REPLACE)
		return transaction_run(change->config, *generation,
				       change->dry_run);
	msg = ctl_nl_request(commands[change->kind], 0);
	if (msg && (put(msg, change) ||
		    (generation && nla_put_u32(msg, SVCBIND_A_GENERATION,
					       *generation)))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return ctl_nl_run(msg, NULL, NULL);
}

/* Does what is sent depend on the service that there is? */
static bool depends(const struct change *change)
{
	switch (change->kind) {
	case CHANGE_BIND:
		return !(change->binding->given & 1u << SVCBIND_A_BINDING_MODE);
	case CHANGE_SET:
		return change->match->given & 1u << MATCH_PROTO &&
		       !change->match->n_protos;
	case CHANGE_REPLACE:
		return true;
	default:
		return false;
	}
}

/* Of a service that is bound for the first time. */
static void default_mode(struct binding *words, const struct service *svc)
{
	words->given &= ~(1u << SVCBIND_A_BINDING_MODE);
	if (svc->bound)
		return;
	words->given |= 1u << SVCBIND_A_BINDING_MODE;
	words->mode = preset_mode(svc->preset);
}

/* "proto any" says all only where it leaves no other word. */
static void say_all(struct match *words, const struct service *svc)
{
	struct match match = svc->match;

	model_merge_match(&match, words);
	words->all = model_match_is_open(&match);
}

/*
 * Reads what there is, completes and judges the change by it; @generation tells
 * what it was.
 */
static int prepare(struct change *change, bool depending,
		   const struct sessions *sessions, uint32_t *generation)
{
	struct services list = { };
	struct service *svc = NULL;
	struct policy policy;
	int err, status = CTL_OK;

	if (sessions->n) {
		err = model_get_all(&policy, &list);
		*generation = policy.generation;
	} else if (change->kind == CHANGE_REPLACE) {
		err = model_get_policy(&policy);
		*generation = policy.generation;
	} else {
		err = model_get_service(change->name, &list);
		*generation = list.generation;
	}
	if (err)
		return ctl_nl_fail(err);
	if (depending && change->name)
		svc = model_find_service(&list, change->name);
	if (svc && change->kind == CHANGE_BIND)
		default_mode(change->binding, svc);
	else if (svc)
		say_all(change->match, svc);
	if (sessions->n)
		status = ssh_guard(change, sessions, &policy, &list);
	model_free_services(&list);
	return status;
}

static int commit(struct change *change, const struct sessions *sessions)
{
	bool depending = depends(change);
	bool based = depending || sessions->n;
	/* who replaces all there is meant what there was */
	int attempts = change->kind == CHANGE_REPLACE ? 1 : ATTEMPTS;
	int attempt, status, err = -ESTALE;
	uint32_t generation;

	for (attempt = 0; attempt < attempts && err == -ESTALE; attempt++) {
		status = based ? prepare(change, depending, sessions,
					 &generation) : CTL_OK;
		if (status)
			return status;
		err = send_change(change, based ? &generation : NULL);
	}
	return err ? ctl_nl_fail(err) : CTL_OK;
}

/**
 * change_commit() - make a change, unless it would lock the caller out
 * @change: the change; completed by defaults
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int change_commit(struct change *change)
{
	struct sessions sessions = { };
	int status, err;

	status = ctl_nl_open();
	if (status)
		return status;
	err = ctl_options.force ? 0 : sessions_find(&sessions);
	if (err)
		status = ctl_fail(CTL_REFUSED,
				  "can't tell which connection the ssh session is: %s (-f to do it all the same)",
				  strerror(-err));
	else
		status = commit(change, &sessions);
	sessions_free(&sessions);
	return status;
}

/**
 * change_named() - run a command that takes the name of a service, and no more
 * @kind: what it does
 * @verb: its words, for errors
 * @argc: number of words after these
 * @argv: the words
 *
 * Return: an enum ctl_status.
 */
int change_named(enum change_kind kind, const char *verb, int argc, char **argv)
{
	struct change change = { .kind = kind };
	int status;

	status = parse_name(argc ? argv[0] : NULL);
	if (!status)
		status = parse_end(argc - 1, argv + 1);
	if (status)
		return status;
	change.name = argv[0];
	ctl_context("%s %s", verb, change.name);
	return change_commit(&change);
}
