// SPDX-License-Identifier: GPL-2.0
/* A whole configuration at once: begin, add what there is, commit. And what
 * becomes of a change that waits: confirm, rollback.
 */

#include "event.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "ruleset.h"
#include "transaction.h"

/* The transaction of the socket that a request came from. */
static struct svcbind_transaction *svcbind_nl_own(struct svcbind_net *sn,
						  struct genl_info *info)
{
	struct svcbind_transaction *t;

	t = svcbind_transaction_of(sn, info->snd_portid);
	if (t)
		return t;
	NL_SET_ERR_MSG(info->extack,
		       "this socket has no transaction: begin one");
	return ERR_PTR(-ENOENT);
}

static int svcbind_nl_begin(struct svcbind_net *sn, struct genl_info *info)
{
	const struct nlattr *generation = info->attrs[SVCBIND_A_GENERATION];
	const struct nlattr *policy = info->attrs[SVCBIND_A_POLICY];
	struct svcbind_transaction *t;
	int err;

	t = svcbind_transaction_open(sn, info->snd_portid);
	if (IS_ERR(t)) {
		if (PTR_ERR(t) == -ENOSPC)
			NL_SET_ERR_MSG(info->extack,
				       "8 transactions are open, and can't be more");
		return PTR_ERR(t);
	}
	t->checked = generation;
	t->generation = sn->generation;
	if (!policy)
		return 0;
	err = svcbind_nl_parse_policy(&t->policy, policy, info->extack);
	if (err)
		svcbind_transaction_close(t);
	return err;
}

/**
 * svcbind_nl_begin_doit() - SVCBIND_CMD_BEGIN
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0 or an error that says what is wrong.
 */
int svcbind_nl_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	int err;

	mutex_lock(&sn->lock);
	err = svcbind_nl_current(sn, info) ?: svcbind_nl_begin(sn, info);
	mutex_unlock(&sn->lock);
	return err;
}

static int svcbind_nl_add(struct svcbind_net *sn,
			  struct svcbind_transaction *t,
			  struct genl_info *info)
{
	const struct nlattr *binding = info->attrs[SVCBIND_A_BINDING];
	struct svcbind_service *service = svcbind_nl_service_make(t, info);
	int err = 0;

	if (IS_ERR(service))
		return PTR_ERR(service);
	if (binding)
		err = svcbind_nl_parse_binding(sn, service, NULL, binding,
					       info->extack);
	if (!err)
		svcbind_transaction_add(t, service);
	else
		svcbind_service_put(service);
	return err;
}

/**
 * svcbind_nl_add_doit() - SVCBIND_CMD_ADD
 * @skb: the request
 * @info: the request
 *
 * One error is enough: whoever sends thousands of services at once would have
 * no room for as many answers.
 *
 * Context: process context.
 * Return: 0, also for what is ignored; an error for the first that is refused.
 */
int svcbind_nl_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	struct svcbind_transaction *t;
	int err = 0;

	mutex_lock(&sn->lock);
	t = svcbind_nl_own(sn, info);
	if (IS_ERR(t)) {
		err = PTR_ERR(t);
	} else if (!t->failed) {
		err = svcbind_nl_add(sn, t, info);
		t->failed = err;
	}
	mutex_unlock(&sn->lock);
	return err;
}

static int svcbind_nl_commit(struct svcbind_net *sn,
			     struct svcbind_transaction *t,
			     struct genl_info *info)
{
	if (t->failed) {
		NL_SET_ERR_MSG(info->extack,
			       "a service of the transaction was refused");
		return -ECANCELED;
	}
	if (t->checked && t->generation != sn->generation) {
		NL_SET_ERR_MSG(info->extack,
			       "the configuration was changed meanwhile");
		return -ESTALE;
	}
	return svcbind_nl_publish(sn, t, info, info->attrs[SVCBIND_A_DRY_RUN]);
}

/**
 * svcbind_nl_commit_doit() - SVCBIND_CMD_COMMIT
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0; or an error that says what is wrong, and nothing has changed.
 */
int svcbind_nl_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	struct svcbind_transaction *t;
	int err;

	mutex_lock(&sn->lock);
	t = svcbind_nl_own(sn, info);
	if (IS_ERR(t)) {
		err = PTR_ERR(t);
	} else {
		err = svcbind_nl_may_change(sn, info) ?:
		      svcbind_nl_commit(sn, t, info);
		if (!err && !info->attrs[SVCBIND_A_DRY_RUN])
			svcbind_event_config(sn, SVCBIND_EVENT_REPLACE, NULL);
		svcbind_transaction_close(t);
	}
	mutex_unlock(&sn->lock);
	return err;
}

/* No other change can have come since the one that waits: its generation is the
 * present one.
 */
static int svcbind_nl_decide(struct genl_info *info,
			     void (*decide)(struct svcbind_net *sn))
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	int err = -ENOENT;

	mutex_lock(&sn->lock);
	if (svcbind_confirm_left(sn))
		err = svcbind_nl_current(sn, info);
	else
		NL_SET_ERR_MSG(info->extack, "no change waits to be confirmed");
	if (!err)
		decide(sn);
	mutex_unlock(&sn->lock);
	return err;
}

/**
 * svcbind_nl_confirm_doit() - SVCBIND_CMD_CONFIRM
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0, -ENOENT if no change waits, -ESTALE if it is another one.
 */
int svcbind_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info)
{
	return svcbind_nl_decide(info, svcbind_confirm_accept);
}

/**
 * svcbind_nl_rollback_doit() - SVCBIND_CMD_ROLLBACK
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0, -ENOENT if no change waits, -ESTALE if it is another one.
 */
int svcbind_nl_rollback_doit(struct sk_buff *skb, struct genl_info *info)
{
	return svcbind_nl_decide(info, svcbind_confirm_rollback);
}
