// SPDX-License-Identifier: GPL-2.0
/* What the family tells: services, policy, counters. */

#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "reply.h"
#include "ruleset.h"
#include "source.h"

/* A service with full lists and sixteen devices takes some 16,000 bytes. */
#define SVCBIND_NL_SIZE	(32 * 1024 - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

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

	err = svcbind_nl_attr_missing(info, SVCBIND_A_NAME);
	if (err)
		return err;
	reply = nlmsg_new(SVCBIND_NL_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &svcbind_nl_family, 0,
				   SVCBIND_CMD_SERVICE_GET);
	mutex_lock(&sn->lock);
	service = svcbind_ruleset_find(svcbind_ruleset_own(sn),
				       nla_data(info->attrs[SVCBIND_A_NAME]));
	if (!service)
		err = svcbind_nl_no_service(info);
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

static int svcbind_nl_fill_connect(struct sk_buff *skb,
				   const struct svcbind_net *sn)
{
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_CONNECT_COUNTERS);

	if (!nest ||
	    (svcbind_ruleset_own(sn)->unbound &&
	     nla_put_flag(skb, SVCBIND_A_CONNECT_COUNTERS_UNAVAILABLE)) ||
	    nla_put_u64_64bit(skb, SVCBIND_A_CONNECT_COUNTERS_MISSED,
			      atomic_long_read(&sn->connects.missed), 0) ||
	    nla_put_u64_64bit(skb, SVCBIND_A_CONNECT_COUNTERS_FULL,
			      atomic_long_read(&sn->connects.full), 0))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_conntrack(struct sk_buff *skb,
				     const struct svcbind_net *sn)
{
	struct svcbind_source_load load;
	struct nlattr *nest;

	if (!svcbind_source_is_on(sn))
		return 0;
	svcbind_source_load(sn->net, &load);
	nest = nla_nest_start(skb, SVCBIND_A_CONNTRACK);
	if (!nest ||
	    nla_put_u32(skb, SVCBIND_A_CONNTRACK_COUNT, load.count) ||
	    nla_put_u32(skb, SVCBIND_A_CONNTRACK_LIMIT, load.max) ||
	    nla_put_u64_64bit(skb, SVCBIND_A_CONNTRACK_DROP, load.drop, 0))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
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
	    nla_put_u32(skb, SVCBIND_A_POLICY_ARP, policy->arp) ||
	    nla_put_u32(skb, SVCBIND_A_POLICY_CONNECT, policy->connect))
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
	if (i < SVCBIND_REPLY_COUNTS || svcbind_nl_fill_connect(skb, sn) ||
	    svcbind_nl_fill_conntrack(skb, sn))
		return -EMSGSIZE;
	return nla_put_u32(skb, SVCBIND_A_GENERATION, sn->generation) ?:
	       svcbind_nl_fill_confirm(skb, sn);
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
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	struct sk_buff *reply;
	void *header;
	int err;

	reply = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &svcbind_nl_family, 0,
				   SVCBIND_CMD_POLICY_GET);
	mutex_lock(&sn->lock);
	err = svcbind_nl_current(sn, info);
	if (!err)
		err = header ? svcbind_nl_fill_policy(reply, sn) : -EMSGSIZE;
	mutex_unlock(&sn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}
