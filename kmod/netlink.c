// SPDX-License-Identifier: GPL-2.0
/* The genetlink family, and changes of one thing: each is a transaction that
 * starts from what there is.
 */

#include <linux/ctype.h>
#include <linux/module.h>

#include "event.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "ruleset.h"
#include "transaction.h"

/**
 * svcbind_nl_current() - is there still what a request is based on?
 * @sn: the namespace
 * @info: the request
 *
 * Context: holds the netns mutex.
 * Return: 0, also where it doesn't say; or -ESTALE.
 */
int svcbind_nl_current(const struct svcbind_net *sn, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[SVCBIND_A_GENERATION];

	if (!attr || nla_get_u32(attr) == sn->generation)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the configuration was changed meanwhile");
	return -ESTALE;
}

/**
 * svcbind_nl_may_change() - can a request change anything now?
 * @sn: the namespace
 * @info: the request
 *
 * Context: holds the netns mutex.
 * Return: 0; -EBUSY while a change waits; what svcbind_nl_current() says.
 */
int svcbind_nl_may_change(const struct svcbind_net *sn, struct genl_info *info)
{
	if (!svcbind_confirm_left(sn))
		return svcbind_nl_current(sn, info);
	NL_SET_ERR_MSG(info->extack,
		       "a change waits to be confirmed: confirm it or roll it back");
	return -EBUSY;
}

/**
 * svcbind_nl_attr_missing() - has a request what it needs?
 * @info: the request
 * @attr: the attribute
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int svcbind_nl_attr_missing(struct genl_info *info, int attr)
{
	if (info->attrs[attr])
		return 0;
	NL_SET_ERR_MSG(info->extack, "an attribute is missing");
	return -EINVAL;
}

/**
 * svcbind_nl_no_service() - say that there is no service of that name
 * @info: the request
 *
 * Context: any.
 * Return: -ENOENT.
 */
int svcbind_nl_no_service(struct genl_info *info)
{
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SVCBIND_A_NAME],
			    "no such service");
	return -ENOENT;
}

static bool svcbind_nl_name_valid(const char *name)
{
	const char *c;

	if (!isalnum(*name))
		return false;
	for (c = name; *c; c++)
		if (!isascii(*c) || !(isalnum(*c) || strchr("._-", *c)))
			return false;
	return true;
}

/* The service that a request names. */
static struct svcbind_service *
svcbind_nl_service(const struct svcbind_transaction *t, struct genl_info *info)
{
	struct svcbind_service *service;
	int err;

	err = svcbind_nl_attr_missing(info, SVCBIND_A_NAME);
	if (err)
		return ERR_PTR(err);
	service = svcbind_transaction_find(t,
					   nla_data(info->attrs[SVCBIND_A_NAME]));
	return service ?: ERR_PTR(svcbind_nl_no_service(info));
}

/* The last of the transaction comes last in the order, too. */
static int svcbind_nl_priority(const struct svcbind_transaction *t,
			       struct svcbind_service *service, bool new,
			       struct genl_info *info)
{
	if (info->attrs[SVCBIND_A_PRIORITY]) {
		service->priority = nla_get_u32(info->attrs[SVCBIND_A_PRIORITY]);
		return 0;
	}
	if (!new)
		return 0;
	service->priority = SVCBIND_PRIORITY_FIRST;
	if (!t->n)
		return 0;
	service->priority = t->service[t->n - 1]->priority;
	if (check_add_overflow(service->priority, SVCBIND_PRIORITY_STEP,
			       &service->priority)) {
		NL_SET_ERR_MSG(info->extack,
			       "priority: none is left after the last service's");
		return -ERANGE;
	}
	return 0;
}

/* Empty, it clears what was there. */
static int svcbind_nl_preset(struct svcbind_service *service,
			     struct genl_info *info)
{
	const struct nlattr *preset = info->attrs[SVCBIND_A_PRESET];

	if (!preset)
		return 0;
	if (*(const char *)nla_data(preset) &&
	    !svcbind_nl_name_valid(nla_data(preset))) {
		NL_SET_ERR_MSG_ATTR(info->extack, preset,
				    "no valid name of a preset");
		return -EINVAL;
	}
	nla_strscpy(service->preset, preset, sizeof(service->preset));
	return 0;
}

/* What all that make or change a service have in common. */
static int svcbind_nl_service_parse(const struct svcbind_transaction *t,
				    struct svcbind_service *service, bool new,
				    struct genl_info *info)
{
	int err;

	err = svcbind_nl_priority(t, service, new, info) ?:
	      svcbind_nl_preset(service, info) ?:
	      svcbind_nl_parse_match(&service->match,
				     info->attrs[SVCBIND_A_MATCH],
				     info->extack);
	if (err)
		return err;
	if (service->match.all || !svcbind_match_is_empty(&service->match))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "a match without any word (proto any matches all)");
	return -EINVAL;
}

static int svcbind_nl_name_free(const struct svcbind_transaction *t,
				struct genl_info *info)
{
	struct nlattr *name = info->attrs[SVCBIND_A_NAME];
	int err;

	err = svcbind_nl_attr_missing(info, SVCBIND_A_NAME);
	if (err)
		return err;
	if (!svcbind_nl_name_valid(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "no valid service name");
		return -EINVAL;
	}
	if (svcbind_transaction_find(t, nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "there is a service of that name");
		return -EEXIST;
	}
	if (t->n >= SVCBIND_MAX_SERVICES) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "there are 4096 services, and can't be more");
		return -ENOSPC;
	}
	return 0;
}

/**
 * svcbind_nl_service_make() - the new service that a request describes
 * @t: the transaction that it is for; has room for it
 * @info: the request
 *
 * Context: process context, holds the netns mutex.
 * Return: the service, unbound, or an error that says what is wrong.
 */
struct svcbind_service *
svcbind_nl_service_make(const struct svcbind_transaction *t,
			struct genl_info *info)
{
	struct svcbind_service *service;
	int err;

	err = svcbind_nl_name_free(t, info);
	if (err)
		return ERR_PTR(err);
	service = svcbind_service_create(NULL,
					 nla_data(info->attrs[SVCBIND_A_NAME]));
	if (!service)
		return ERR_PTR(-ENOMEM);
	err = svcbind_nl_service_parse(t, service, true, info);
	if (!err)
		return service;
	svcbind_service_put(service);
	return ERR_PTR(err);
}

static int svcbind_nl_service_new(struct svcbind_net *sn,
				  struct svcbind_transaction *t,
				  struct genl_info *info)
{
	struct svcbind_service *service = svcbind_nl_service_make(t, info);

	if (IS_ERR(service))
		return PTR_ERR(service);
	svcbind_transaction_add(t, service);
	return 0;
}

static int svcbind_nl_service_set(struct svcbind_net *sn,
				  struct svcbind_transaction *t,
				  struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(t, info), *service;
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old);
	service = svcbind_service_create(old, NULL);
	if (!service)
		return -ENOMEM;
	err = svcbind_nl_service_parse(t, service, false, info);
	if (!err && old->binding) {
		service->binding = svcbind_binding_copy(old->binding);
		err = service->binding ? 0 : -ENOMEM;
	}
	if (!err)
		return svcbind_transaction_replace(t, old, service);
	svcbind_service_put(service);
	return err;
}

static int svcbind_nl_service_del(struct svcbind_net *sn,
				  struct svcbind_transaction *t,
				  struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(t, info);

	if (IS_ERR(old))
		return PTR_ERR(old);
	if (old->binding && !info->attrs[SVCBIND_A_FORCE]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SVCBIND_A_NAME],
				    "the service is bound: unbind it first");
		return -EBUSY;
	}
	svcbind_transaction_remove(t, old);
	return 0;
}

static int svcbind_nl_bind(struct svcbind_net *sn,
			   struct svcbind_transaction *t,
			   struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(t, info), *service;
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old);
	err = svcbind_nl_attr_missing(info, SVCBIND_A_BINDING);
	if (err)
		return err;
	service = svcbind_service_create(old, NULL);
	if (!service)
		return -ENOMEM;
	err = svcbind_nl_parse_binding(sn, service, old->binding,
				       info->attrs[SVCBIND_A_BINDING],
				       info->extack);
	if (!err)
		return svcbind_transaction_replace(t, old, service);
	svcbind_service_put(service);
	return err;
}

static int svcbind_nl_unbind(struct svcbind_net *sn,
			     struct svcbind_transaction *t,
			     struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(t, info), *service;

	if (IS_ERR(old))
		return PTR_ERR(old);
	if (!old->binding) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SVCBIND_A_NAME],
				    "the service isn't bound");
		return -ENOENT;
	}
	service = svcbind_service_create(old, NULL);
	if (!service)
		return -ENOMEM;
	return svcbind_transaction_replace(t, old, service);
}

static int svcbind_nl_policy_set(struct svcbind_net *sn,
				 struct svcbind_transaction *t,
				 struct genl_info *info)
{
	return svcbind_nl_attr_missing(info, SVCBIND_A_POLICY) ?:
	       svcbind_nl_parse_policy(&t->policy,
				       info->attrs[SVCBIND_A_POLICY],
				       info->extack);
}

static int svcbind_nl_flush(struct svcbind_net *sn,
			    struct svcbind_transaction *t,
			    struct genl_info *info)
{
	svcbind_transaction_clear(t);
	return 0;
}

/**
 * svcbind_nl_publish() - compile a transaction, and put it in force
 * @sn: the namespace
 * @t: the transaction
 * @info: the request, which may say for how long unless it is confirmed
 * @dry_run: do all but the last
 *
 * Context: process context, holds the netns mutex; no change waits.
 * Return: 0; or an error, and nothing has changed.
 */
int svcbind_nl_publish(struct svcbind_net *sn, struct svcbind_transaction *t,
		       struct genl_info *info, bool dry_run)
{
	const struct nlattr *attr = info->attrs[SVCBIND_A_CONFIRM];
	u32 confirm = attr ? nla_get_u32(attr) : 0;
	struct svcbind_ruleset *rs;
	int err;

	/* struct nla_policy holds no limit as high as that. */
	if (confirm > SVCBIND_CONFIRM_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "confirm: more than a day (86400 seconds)");
		return -ERANGE;
	}
	rs = svcbind_transaction_build(t, sn);
	if (!rs)
		return -ENOMEM;
	if (dry_run) {
		svcbind_ruleset_discard(rs);
		return 0;
	}
	err = svcbind_net_publish(sn, rs, confirm);
	if (err)
		NL_SET_ERR_MSG(info->extack,
			       "the kernel didn't register what this needs");
	return err;
}

/* Every change: what it is based on, under the lock, whole, and told. */
static int svcbind_nl_change(struct genl_info *info,
			     int (*change)(struct svcbind_net *sn,
					   struct svcbind_transaction *t,
					   struct genl_info *info),
			     enum svcbind_event kind)
{
	const struct nlattr *name = info->attrs[SVCBIND_A_NAME];
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	const struct svcbind_ruleset *rs;
	struct svcbind_transaction t;
	int err;

	mutex_lock(&sn->lock);
	rs = svcbind_ruleset_own(sn);
	err = svcbind_transaction_start(&t, rs, rs->n + 1) ?:
	      svcbind_nl_may_change(sn, info) ?:
	      change(sn, &t, info) ?:
	      svcbind_nl_publish(sn, &t, info, false);
	if (!err)
		svcbind_event_config(sn, kind, name ? nla_data(name) : NULL);
	svcbind_transaction_end(&t);
	mutex_unlock(&sn->lock);
	return err;
}

#define SVCBIND_NL_CHANGE(name, event)					\
int svcbind_nl_##name##_doit(struct sk_buff *skb, struct genl_info *info) \
{									\
	return svcbind_nl_change(info, svcbind_nl_##name,		\
				 SVCBIND_EVENT_##event);		\
}

SVCBIND_NL_CHANGE(service_new, SERVICE_NEW)
SVCBIND_NL_CHANGE(service_set, SERVICE_SET)
SVCBIND_NL_CHANGE(service_del, SERVICE_DEL)
SVCBIND_NL_CHANGE(bind, BIND)
SVCBIND_NL_CHANGE(unbind, UNBIND)
SVCBIND_NL_CHANGE(policy_set, POLICY)
SVCBIND_NL_CHANGE(flush, FLUSH)

static const struct genl_multicast_group svcbind_nl_groups[] = {
	[SVCBIND_NLGRP_EVENTS] = {
		.name = SVCBIND_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

/* No MODULE_ALIAS_GENL_FAMILY(): ctrl_getfamily() would let anyone load the
 * module.
 */
struct genl_family svcbind_nl_family __ro_after_init = {
	.name = SVCBIND_GENL_NAME,
	.version = SVCBIND_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = svcbind_nl_ops,
	.n_ops = ARRAY_SIZE(svcbind_nl_ops),
	.mcgrps = svcbind_nl_groups,
	.n_mcgrps = ARRAY_SIZE(svcbind_nl_groups),
	.resv_start_op = 1,
};

/**
 * svcbind_netlink_init() - offer the family
 *
 * Context: module init, last.
 * Return: 0 or what genl_register_family() said.
 */
int svcbind_netlink_init(void)
{
	return genl_register_family(&svcbind_nl_family);
}

/**
 * svcbind_netlink_exit() - take the family back
 *
 * Context: module exit, first.
 */
void svcbind_netlink_exit(void)
{
	genl_unregister_family(&svcbind_nl_family);
}
