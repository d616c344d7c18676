// SPDX-License-Identifier: GPL-2.0
/* The genetlink family: every change is built, checked and published whole. */

#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "reply.h"
#include "ruleset.h"

/* A service with full lists and sixteen devices takes some 16,000 bytes. */
#define SVCBIND_NL_SIZE	(32 * 1024 - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/* Begin a change; what it is said to be based on must be what there is. */
static struct svcbind_net *svcbind_nl_lock(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[SVCBIND_A_GENERATION];
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));

	mutex_lock(&sn->lock);
	if (!attr || nla_get_u32(attr) == sn->generation)
		return sn;
	mutex_unlock(&sn->lock);
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the configuration was changed meanwhile");
	return ERR_PTR(-ESTALE);
}

static int svcbind_nl_attr_missing(struct genl_info *info, int attr)
{
	if (info->attrs[attr])
		return 0;
	NL_SET_ERR_MSG(info->extack, "an attribute is missing");
	return -EINVAL;
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
static struct svcbind_service *svcbind_nl_service(struct svcbind_net *sn,
						  struct genl_info *info)
{
	struct svcbind_service *service;
	int err;

	err = svcbind_nl_attr_missing(info, SVCBIND_A_NAME);
	if (err)
		return ERR_PTR(err);
	service = svcbind_ruleset_find(svcbind_ruleset_own(sn),
				       nla_data(info->attrs[SVCBIND_A_NAME]));
	if (service)
		return service;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SVCBIND_A_NAME],
			    "no such service");
	return ERR_PTR(-ENOENT);
}

/* Publish the ruleset with @in instead of @out, either of which may be NULL;
 * consumes @in.
 */
static int svcbind_nl_replace(struct svcbind_net *sn,
			      const struct svcbind_service *out,
			      struct svcbind_service *in,
			      const struct svcbind_policy *policy,
			      struct netlink_ext_ack *extack)
{
	struct svcbind_ruleset *rs;
	int err;

	rs = svcbind_ruleset_with(sn, out, in, policy);
	if (!rs)
		return -ENOMEM;
	err = svcbind_net_publish(sn, rs);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "the kernel didn't register what this needs");
	return err;
}

static int svcbind_nl_priority(const struct svcbind_net *sn,
			       struct svcbind_service *service, bool new,
			       struct genl_info *info)
{
	const struct svcbind_ruleset *rs = svcbind_ruleset_own(sn);

	if (info->attrs[SVCBIND_A_PRIORITY]) {
		service->priority = nla_get_u32(info->attrs[SVCBIND_A_PRIORITY]);
		return 0;
	}
	if (!new)
		return 0;
	service->priority = SVCBIND_PRIORITY_FIRST;
	if (!rs->n)
		return 0;
	service->priority = rs->service[rs->n - 1]->priority;
	if (check_add_overflow(service->priority, SVCBIND_PRIORITY_STEP,
			       &service->priority)) {
		NL_SET_ERR_MSG(info->extack,
			       "priority: none is left after the last service's");
		return -ERANGE;
	}
	return 0;
}

/* What SERVICE_NEW and SERVICE_SET have in common. */
static int svcbind_nl_service_parse(struct svcbind_net *sn,
				    struct svcbind_service *service, bool new,
				    struct genl_info *info)
{
	int err;

	err = svcbind_nl_priority(sn, service, new, info) ?:
	      svcbind_nl_parse_match(&service->match,
				     info->attrs[SVCBIND_A_MATCH],
				     info->extack);
	if (err)
		return err;
	if (info->attrs[SVCBIND_A_PRESET])
		nla_strscpy(service->preset, info->attrs[SVCBIND_A_PRESET],
			    sizeof(service->preset));
	if (service->match.all || !svcbind_match_is_empty(&service->match))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "a match without any word (proto any matches all)");
	return -EINVAL;
}

static int svcbind_nl_service_new(struct svcbind_net *sn,
				  struct genl_info *info)
{
	const struct svcbind_ruleset *rs = svcbind_ruleset_own(sn);
	struct nlattr *name = info->attrs[SVCBIND_A_NAME];
	struct svcbind_service *service;
	int err;

	err = svcbind_nl_attr_missing(info, SVCBIND_A_NAME);
	if (err)
		return err;
	if (!svcbind_nl_name_valid(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "no valid service name");
		return -EINVAL;
	}
	if (svcbind_ruleset_find(rs, nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "there is a service of that name");
		return -EEXIST;
	}
	if (rs->n >= SVCBIND_MAX_SERVICES) {
		NL_SET_ERR_MSG(info->extack,
			       "there are 4096 services, and can't be more");
		return -ENOSPC;
	}
	service = svcbind_service_create(NULL, nla_data(name));
	if (!service)
		return -ENOMEM;
	err = svcbind_nl_service_parse(sn, service, true, info);
	if (!err)
		return svcbind_nl_replace(sn, NULL, service, NULL,
					  info->extack);
	svcbind_service_put(service);
	return err;
}

static int svcbind_nl_service_set(struct svcbind_net *sn,
				  struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(sn, info), *service;
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old);
	service = svcbind_service_create(old, NULL);
	if (!service)
		return -ENOMEM;
	err = svcbind_nl_service_parse(sn, service, false, info);
	if (!err && old->binding) {
		service->binding = svcbind_binding_copy(old->binding);
		err = service->binding ? 0 : -ENOMEM;
	}
	if (!err)
		return svcbind_nl_replace(sn, old, service, NULL,
					  info->extack);
	svcbind_service_put(service);
	return err;
}

static int svcbind_nl_service_del(struct svcbind_net *sn,
				  struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(sn, info);

	if (IS_ERR(old))
		return PTR_ERR(old);
	if (old->binding && !info->attrs[SVCBIND_A_FORCE]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SVCBIND_A_NAME],
				    "the service is bound: unbind it first");
		return -EBUSY;
	}
	return svcbind_nl_replace(sn, old, NULL, NULL, info->extack);
}

static int svcbind_nl_bind(struct svcbind_net *sn, struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(sn, info), *service;
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old);
	err = svcbind_nl_attr_missing(info, SVCBIND_A_BINDING);
	if (err)
		return err;
	service = svcbind_service_create(old, NULL);
	if (!service)
		return -ENOMEM;
	err = svcbind_nl_parse_binding(sn, service, old,
				       info->attrs[SVCBIND_A_BINDING],
				       info->extack);
	if (err) {
		svcbind_service_put(service);
		return err;
	}
	return svcbind_nl_replace(sn, old, service, NULL, info->extack);
}

static int svcbind_nl_unbind(struct svcbind_net *sn, struct genl_info *info)
{
	struct svcbind_service *old = svcbind_nl_service(sn, info), *service;

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
	return svcbind_nl_replace(sn, old, service, NULL, info->extack);
}

static int svcbind_nl_policy_set(struct svcbind_net *sn,
				 struct genl_info *info)
{
	struct svcbind_policy policy = svcbind_ruleset_own(sn)->policy;
	struct nlattr *tb[SVCBIND_A_POLICY_ARP + 1];
	int err;

	err = svcbind_nl_attr_missing(info, SVCBIND_A_POLICY) ?:
	      nla_parse_nested(tb, SVCBIND_A_POLICY_ARP,
			       info->attrs[SVCBIND_A_POLICY],
			       svcbind_policy_nl_policy, info->extack);
	if (err)
		return err;
	if (tb[SVCBIND_A_POLICY_ENFORCE])
		policy.enforce = nla_get_u32(tb[SVCBIND_A_POLICY_ENFORCE]);
	if (tb[SVCBIND_A_POLICY_ICMP_REPLY])
		policy.icmp_reply =
			nla_get_u32(tb[SVCBIND_A_POLICY_ICMP_REPLY]);
	if (tb[SVCBIND_A_POLICY_ARP])
		policy.arp = nla_get_u32(tb[SVCBIND_A_POLICY_ARP]);
	return svcbind_nl_replace(sn, NULL, NULL, &policy, info->extack);
}

static int svcbind_nl_flush(struct svcbind_net *sn, struct genl_info *info)
{
	return svcbind_net_publish(sn, &svcbind_ruleset_empty);
}

/* Every change: what it is based on, under the lock, whole. */
static int svcbind_nl_change(struct genl_info *info,
			     int (*change)(struct svcbind_net *sn,
					   struct genl_info *info))
{
	struct svcbind_net *sn = svcbind_nl_lock(info);
	int err;

	if (IS_ERR(sn))
		return PTR_ERR(sn);
	err = change(sn, info);
	mutex_unlock(&sn->lock);
	return err;
}

#define SVCBIND_NL_CHANGE(name)						\
int svcbind_nl_##name##_doit(struct sk_buff *skb, struct genl_info *info) \
{									\
	return svcbind_nl_change(info, svcbind_nl_##name);		\
}

SVCBIND_NL_CHANGE(service_new)
SVCBIND_NL_CHANGE(service_set)
SVCBIND_NL_CHANGE(service_del)
SVCBIND_NL_CHANGE(bind)
SVCBIND_NL_CHANGE(unbind)
SVCBIND_NL_CHANGE(policy_set)
SVCBIND_NL_CHANGE(flush)

/**
 * svcbind_nl_service_get_doit() - SVCBIND_CMD_SERVICE_GET of one service
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0 when it was answered, or an error.
 */
int svcbind_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	const struct svcbind_service *service;
	struct sk_buff *reply;
	void *header;
	int err;

	reply = nlmsg_new(SVCBIND_NL_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &svcbind_nl_family, 0,
				   SVCBIND_CMD_SERVICE_GET);
	mutex_lock(&sn->lock);
	service = svcbind_nl_service(sn, info);
	if (IS_ERR(service))
		err = PTR_ERR(service);
	else
		err = header ? svcbind_nl_fill_service(reply, sn, service) :
			       -EMSGSIZE;
	mutex_unlock(&sn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

/**
 * svcbind_nl_service_get_dumpit() - SVCBIND_CMD_SERVICE_GET of all services
 * @skb: the answer
 * @cb: the dump; args[0] is the index of the next service
 *
 * A change in between is told by NLM_F_DUMP_INTR. A reader whose buffer is
 * smaller than one service can be (16,000 bytes) may get EMSGSIZE.
 *
 * Context: process context.
 * Return: as netlink_dump() wants it.
 */
int svcbind_nl_service_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct svcbind_net *sn = svcbind_net(sock_net(skb->sk));
	const struct svcbind_ruleset *rs;
	int err = 0;
	void *header;

	mutex_lock(&sn->lock);
	rs = svcbind_ruleset_own(sn);
	cb->seq = sn->generation + 1;	/* 0 would mean: not looked at */
	for (; cb->args[0] < rs->n; cb->args[0]++) {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &svcbind_nl_family,
				     NLM_F_MULTI, SVCBIND_CMD_SERVICE_GET);
		if (!header)
			break;
		genl_dump_check_consistent(cb, header);
		if (svcbind_nl_fill_service(skb, sn,
					    rs->service[cb->args[0]])) {
			genlmsg_cancel(skb, header);
			err = -EMSGSIZE;
			break;
		}
		genlmsg_end(skb, header);
	}
	mutex_unlock(&sn->lock);
	/* What didn't fit goes into the next message, unless nothing did. */
	return skb->len ?: err;
}

static int svcbind_nl_fill_policy(struct sk_buff *skb, struct svcbind_net *sn)
{
	const struct svcbind_policy *policy = &svcbind_ruleset_own(sn)->policy;
	struct nlattr *nest;
	u32 i;

	nest = nla_nest_start(skb, SVCBIND_A_POLICY);
	if (!nest ||
	    nla_put_u32(skb, SVCBIND_A_POLICY_ENFORCE, policy->enforce) ||
	    nla_put_u32(skb, SVCBIND_A_POLICY_ICMP_REPLY,
			policy->icmp_reply) ||
	    nla_put_u32(skb, SVCBIND_A_POLICY_ARP, policy->arp))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	nest = nla_nest_start(skb, SVCBIND_A_ICMP_COUNTERS);
	if (!nest)
		return -EMSGSIZE;
	rcu_read_lock();
	for (i = 0; i < SVCBIND_REPLY_COUNTS; i++)
		if (nla_put_u64_64bit(skb, SVCBIND_A_ICMP_COUNTERS_INGRESS + i,
				      svcbind_reply_count(sn, i), 0))
			break;
	rcu_read_unlock();
	nla_nest_end(skb, nest);
	if (i < SVCBIND_REPLY_COUNTS)
		return -EMSGSIZE;
	return nla_put_u32(skb, SVCBIND_A_GENERATION, sn->generation);
}

/**
 * svcbind_nl_policy_get_doit() - SVCBIND_CMD_POLICY_GET
 * @skb: the request
 * @info: the request
 *
 * Context: process context.
 * Return: 0 when it was answered, or an error.
 */
int svcbind_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_nl_lock(info);
	struct sk_buff *reply;
	void *header;
	int err = -ENOMEM;

	if (IS_ERR(sn))
		return PTR_ERR(sn);
	reply = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (reply) {
		header = genlmsg_put_reply(reply, info, &svcbind_nl_family, 0,
					   SVCBIND_CMD_POLICY_GET);
		err = header ? svcbind_nl_fill_policy(reply, sn) : -EMSGSIZE;
	}
	mutex_unlock(&sn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

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
