// SPDX-License-Identifier: GPL-2.0
/* SVCBIND_CMD_EXPLAIN: what becomes of a flow, as netlink attributes. */

#include <linux/slab.h>

#include "explain.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "probe.h"
#include "ruleset.h"
#include "source.h"

/* With 64 services that don't match and sixteen devices, some 6,000 bytes. */
#define SVCBIND_EXPLAIN_SIZE	8192
#define SVCBIND_EXPLAIN_MISSED	64

/**
 * struct svcbind_inquiry - a question, and what it takes to answer it
 * @question: what is asked
 * @open: the packet that opens the flow, where it is left to the routing table
 * @bound: the same where its socket is bound when it connects, if it is
 * @answer: the one that answers what came in, where that is asked
 * @room: for svcbind_explain_alone()
 */
struct svcbind_inquiry {
	struct svcbind_question question;
	struct svcbind_probe open;
	struct svcbind_probe bound;
	struct svcbind_probe answer;
	struct svcbind_binding *room;
};

static int svcbind_nl_fill_path(struct sk_buff *skb, int type, u8 family,
				const struct svcbind_path *path)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_string(skb, SVCBIND_A_PATH_DEV, path->dev) ||
	    nla_put(skb, SVCBIND_A_PATH_SOURCE, family == AF_INET ? 4 : 16,
		    &path->source) ||
	    (path->hop_family &&
	     nla_put(skb, SVCBIND_A_PATH_NEXT_HOP,
		     path->hop_family == AF_INET ? 4 : 16, &path->next_hop)) ||
	    nla_put_u32(skb, SVCBIND_A_PATH_MTU, path->mtu))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Verdicts are told by their counters: those of SVCBIND_A_COUNTERS_*. */
static int svcbind_nl_fill_verdict(struct sk_buff *skb,
				   const struct svcbind_outcome *outcome)
{
	if (!outcome->counts)
		return 0;
	if (nla_put_u32(skb, SVCBIND_A_OUTCOME_VERDICT,
			SVCBIND_A_COUNTERS_PASS + outcome->verdict))
		return -EMSGSIZE;
	if (outcome->verdict != SVCBIND_FALLBACK)
		return 0;
	return nla_put_u32(skb, SVCBIND_A_OUTCOME_CAUSE,
			   SVCBIND_A_COUNTERS_PASS + outcome->cause);
}

static int svcbind_nl_fill_outcome(struct sk_buff *skb, int type, u8 family,
				   const struct svcbind_outcome *outcome)
{
	const struct svcbind_service *service = outcome->service;
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    (service &&
	     nla_put_string(skb, SVCBIND_A_OUTCOME_SERVICE, service->name)) ||
	    (service && service->binding &&
	     nla_put_u32(skb, SVCBIND_A_OUTCOME_MODE,
			 service->binding->mode)) ||
	    nla_put_u32(skb, SVCBIND_A_OUTCOME_EXEMPT, outcome->exempt) ||
	    nla_put_u32(skb, SVCBIND_A_OUTCOME_UNENFORCED,
			outcome->unenforced) ||
	    svcbind_nl_fill_verdict(skb, outcome) ||
	    (outcome->err &&
	     nla_put_u32(skb, SVCBIND_A_OUTCOME_ERROR, outcome->err)) ||
	    nla_put_u32(skb, SVCBIND_A_OUTCOME_TIER, outcome->tier) ||
	    (outcome->leaves &&
	     svcbind_nl_fill_path(skb, SVCBIND_A_OUTCOME_PATH, family,
				  &outcome->path)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_candidate(struct sk_buff *skb,
				     const struct svcbind_inquiry *inquiry,
				     const struct svcbind_ruleset *rs,
				     const struct svcbind_outcome *outcome,
				     u32 i)
{
	const struct svcbind_binding *binding = outcome->service->binding;
	const struct svcbind_bound *bound = &binding->bound[i];
	enum svcbind_state state = svcbind_device_state(bound->device);
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_EXPLAIN_CANDIDATE);
	const char *master = svcbind_device_master(bound->device);
	enum svcbind_verdict alone;

	if (!nest ||
	    nla_put_string(skb, SVCBIND_A_CANDIDATE_NAME,
			   bound->device->name) ||
	    nla_put_u32(skb, SVCBIND_A_CANDIDATE_STATE, state) ||
	    (master &&
	     nla_put_string(skb, SVCBIND_A_CANDIDATE_MASTER, master)) ||
	    (outcome->bound == bound &&
	     nla_put_flag(skb, SVCBIND_A_CANDIDATE_CHOSEN)))
		return -EMSGSIZE;
	if (!inquiry->open.err) {
		alone = svcbind_explain_alone(rs, &inquiry->open, binding, i,
					      inquiry->room);
		if (nla_put_u32(skb, SVCBIND_A_CANDIDATE_ALONE,
				SVCBIND_A_COUNTERS_PASS + alone))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_nl_fill_candidates(struct sk_buff *skb,
				      const struct svcbind_inquiry *inquiry,
				      const struct svcbind_ruleset *rs,
				      const struct svcbind_outcome *outcome)
{
	int err = 0;
	u32 i;

	if (!outcome->service || !outcome->service->binding)
		return 0;
	for (i = 0; !err && i < outcome->service->binding->n; i++)
		err = svcbind_nl_fill_candidate(skb, inquiry, rs, outcome, i);
	return err;
}

/* The services that were asked before the one that matches, and all if none. */
static int svcbind_nl_fill_missed(struct sk_buff *skb,
				  const struct svcbind_inquiry *inquiry,
				  const struct svcbind_ruleset *rs,
				  const struct svcbind_outcome *outcome)
{
	const struct svcbind_service *service;
	struct nlattr *nest;
	u32 i;

	if (outcome->exempt)
		return 0;
	for (i = 0; i < rs->n && rs->service[i] != outcome->service; i++) {
		service = rs->service[i];
		if (i >= SVCBIND_EXPLAIN_MISSED)
			continue;
		nest = nla_nest_start(skb, SVCBIND_A_EXPLAIN_MISSED);
		if (!nest ||
		    nla_put_string(skb, SVCBIND_A_MISSED_NAME,
				   service->name) ||
		    nla_put_u32(skb, SVCBIND_A_MISSED_WORD,
				svcbind_explain_miss(service, &inquiry->open)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	if (i <= SVCBIND_EXPLAIN_MISSED)
		return 0;
	return nla_put_u32(skb, SVCBIND_A_EXPLAIN_MORE,
			   i - SVCBIND_EXPLAIN_MISSED);
}

static int svcbind_nl_fill_explain(struct sk_buff *skb,
				   const struct svcbind_inquiry *inquiry,
				   const struct svcbind_ruleset *rs)
{
	const struct svcbind_question *question = &inquiry->question;
	struct nlattr *nest = nla_nest_start(skb, SVCBIND_A_EXPLAIN);
	u8 family = question->family;
	struct svcbind_outcome outcome;
	struct svcbind_path path;

	svcbind_explain_flow(&outcome, rs, inquiry->bound.skb ?
					   &inquiry->bound : &inquiry->open);
	if (!nest ||
	    svcbind_nl_fill_outcome(skb, SVCBIND_A_EXPLAIN_FLOW, family,
				    &outcome) ||
	    (svcbind_explain_table(&path, &inquiry->open) &&
	     svcbind_nl_fill_path(skb, SVCBIND_A_EXPLAIN_TABLE, family,
				  &path)) ||
	    svcbind_nl_fill_candidates(skb, inquiry, rs, &outcome) ||
	    svcbind_nl_fill_missed(skb, inquiry, rs, &outcome))
		return -EMSGSIZE;
	if (question->in) {
		svcbind_explain_answer(&outcome, rs, &inquiry->answer,
				       question->in);
		if (svcbind_nl_fill_outcome(skb, SVCBIND_A_EXPLAIN_ANSWER,
					    family, &outcome))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int svcbind_inquiry_bind(struct svcbind_inquiry *inquiry,
				struct svcbind_net *sn)
{
	int ifindex;

	rcu_read_lock();
	ifindex = svcbind_explain_connect(rcu_dereference(sn->ruleset),
					  &inquiry->open);
	rcu_read_unlock();
	return ifindex ? svcbind_probe_create(&inquiry->bound, sn->net,
					      &inquiry->question, false,
					      ifindex) : 0;
}

/* Conntrack is on for a TCP connection that needs it, see
 * svcbind_net_want_source().
 */
static int svcbind_inquiry_track(struct svcbind_inquiry *inquiry,
				 const struct svcbind_net *sn)
{
	int err;

	if (!svcbind_source_is_on(sn) &&
	    !(inquiry->question.proto == IPPROTO_TCP &&
	      svcbind_ruleset_own(sn)->sources))
		return 0;
	err = svcbind_probe_track(&inquiry->open, false);
	if (!err && inquiry->question.in)
		err = svcbind_probe_track(&inquiry->answer, true);
	return err;
}

/* Conntrack is as the ruleset has it: both are the lock's. */
static int svcbind_nl_explain(struct sk_buff *skb, struct svcbind_net *sn,
			      struct svcbind_inquiry *inquiry)
{
	int err;

	lockdep_assert_held(&sn->lock);
	err = svcbind_inquiry_bind(inquiry, sn) ?:
	      svcbind_inquiry_track(inquiry, sn);
	if (err)
		return err;
	rcu_read_lock();
	err = svcbind_probe_look(&inquiry->open) ?:
	      svcbind_probe_look(&inquiry->bound) ?:
	      svcbind_probe_look(&inquiry->answer) ?:
	      svcbind_nl_fill_explain(skb, inquiry,
				      rcu_dereference(sn->ruleset));
	rcu_read_unlock();
	return err ?: nla_put_u32(skb, SVCBIND_A_GENERATION, sn->generation);
}

static int svcbind_inquiry_prepare(struct svcbind_inquiry *inquiry,
				   struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	int err;

	err = svcbind_nl_parse_question(&inquiry->question, info) ?:
	      svcbind_probe_create(&inquiry->open, net, &inquiry->question,
				   false, 0);
	if (!err && inquiry->question.in)
		err = svcbind_probe_create(&inquiry->answer, net,
					   &inquiry->question, true, 0);
	if (err)
		return err;
	inquiry->room = kzalloc(struct_size(inquiry->room, bound, 1),
				GFP_KERNEL);
	return inquiry->room ? 0 : -ENOMEM;
}

static void svcbind_inquiry_end(struct svcbind_inquiry *inquiry)
{
	svcbind_probe_destroy(&inquiry->open);
	svcbind_probe_destroy(&inquiry->bound);
	svcbind_probe_destroy(&inquiry->answer);
	kfree(inquiry->question.cgroup);
	kfree(inquiry->room);
}

/**
 * svcbind_nl_explain_doit() - SVCBIND_CMD_EXPLAIN
 * @skb: the request
 * @info: the request
 *
 * Context: process context, that of who asks.
 * Return: 0 when it was answered, or an error.
 */
int svcbind_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct svcbind_net *sn = svcbind_net(genl_info_net(info));
	struct svcbind_inquiry inquiry = {};
	struct sk_buff *reply = NULL;
	void *header;
	int err;

	err = svcbind_inquiry_prepare(&inquiry, info);
	if (!err) {
		reply = nlmsg_new(SVCBIND_EXPLAIN_SIZE, GFP_KERNEL);
		err = reply ? 0 : -ENOMEM;
	}
	if (!err) {
		header = genlmsg_put_reply(reply, info, &svcbind_nl_family, 0,
					   SVCBIND_CMD_EXPLAIN);
		mutex_lock(&sn->lock);
		err = header ? svcbind_nl_explain(reply, sn, &inquiry) :
			       -EMSGSIZE;
		mutex_unlock(&sn->lock);
	}
	svcbind_inquiry_end(&inquiry);
	if (err == -EAGAIN)
		NL_SET_ERR_MSG(info->extack,
			       "the route's device is going: ask again");
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}
