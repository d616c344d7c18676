// SPDX-License-Identifier: GPL-2.0
/* A whole configuration on its way into the kernel: all of it, or nothing. */
#include <errno.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "config.h"
#include "ctl.h"
#include "nl.h"
#include "transaction.h"

/* Whoever can't add an attribute sends nothing. */
static struct nl_msg *finish(struct nl_msg *msg, int err)
{
	if (!msg || !err)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static int begin(const struct config *config, uint32_t generation)
{
	struct nl_msg *msg = ctl_nl_request(SVCBIND_CMD_BEGIN, 0);
	int err = 0;

	if (msg)
		err = model_put_policy(msg, &config->policy);
	if (msg && !err)
		err = nla_put_u32(msg, SVCBIND_A_GENERATION, generation);
	return ctl_nl_run(finish(msg, err), NULL, NULL);
}

static int put_service(struct nl_msg *msg, const struct service *svc)
{
	int err;

	err = nla_put_string(msg, SVCBIND_A_NAME, svc->name);
	if (!err)
		err = nla_put_u32(msg, SVCBIND_A_PRIORITY, svc->priority);
	if (!err && *svc->preset)
		err = nla_put_string(msg, SVCBIND_A_PRESET, svc->preset);
	if (!err)
		err = model_put_match(msg, &svc->match);
	if (!err && svc->bound)
		err = model_put_binding(msg, &svc->binding);
	return err;
}

static int add(const struct service *svc)
{
	struct nl_msg *msg = ctl_nl_request(SVCBIND_CMD_ADD, 0);

	return ctl_nl_post(finish(msg, msg ? put_service(msg, svc) : 0));
}

static int commit(uint32_t generation, bool dry_run)
{
	struct nl_msg *msg = ctl_nl_request(SVCBIND_CMD_COMMIT, 0);
	int err = 0;

	if (msg)
		err = nla_put_u32(msg, SVCBIND_A_GENERATION, generation);
	if (msg && !err && dry_run)
		err = nla_put_flag(msg, SVCBIND_A_DRY_RUN);
	if (msg && !err && ctl_options.confirm)
		err = nla_put_u32(msg, SVCBIND_A_CONFIRM, ctl_options.confirm);
	return ctl_nl_run(finish(msg, err), NULL, NULL);
}

/* Of what was posted, the one that was refused: errors are about it now. */
static void point_to_refused(const struct config *config)
{
	const struct service *svc;
	int refused = ctl_nl_refused();

	if (refused < 0 || (unsigned int)refused >= config->services.n)
		return;
	svc = &config->services.service[refused];
	ctl_context("apply: %s:%u:%u: service %s", config->file, svc->line,
		    svc->column, svc->name);
}

/**
 * transaction_run() - replace all that is configured, in one step
 * @config: what will be
 * @generation: of what is, which nothing may have changed since
 * @dry_run: let the kernel judge it, and change nothing
 *
 * Return: 0 or a negative errno, for ctl_nl_fail(); -ESTALE: something has
 * changed since.
 */
int transaction_run(const struct config *config, uint32_t generation,
		    bool dry_run)
{
	const struct services *list = &config->services;
	unsigned int i;
	int err;

	err = begin(config, generation);
	for (i = 0; i < list->n && !err; i++)
		err = add(&list->service[i]);
	if (err)
		return err;
	err = commit(generation, dry_run);
	if (err)
		point_to_refused(config);
	return err;
}
