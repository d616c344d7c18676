// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of a flow. */
#include <errno.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attr.h"
#include "explain.h"
#include "nl.h"
#include "words.h"

static bool is_given(const struct question *question, int word)
{
	return question->given & 1u << word;
}

static int put_address(struct nl_msg *msg, int type,
		       const struct address *address)
{
	if (!address->family)
		return 0;
	return nla_put(msg, type, address->family == AF_INET ? 4 : 16,
		       address->addr);
}

/* As for the kernel there can be no port 0, it stands for none. */
static int put_port(struct nl_msg *msg, int type, uint16_t port)
{
	return port ? nla_put_u16(msg, type, port) : 0;
}

static int put_question(struct nl_msg *msg, const struct question *question,
			unsigned int in)
{
	struct nlattr *nest = nla_nest_start(msg,
					     SVCBIND_A_FLOW | NLA_F_NESTED);

	if (!nest || nla_put_u8(msg, SVCBIND_A_FLOW_PROTO, question->proto) ||
	    put_address(msg, SVCBIND_A_FLOW_DST, &question->dst) ||
	    put_port(msg, SVCBIND_A_FLOW_DPORT, question->dport) ||
	    put_address(msg, SVCBIND_A_FLOW_SRC, &question->src) ||
	    put_port(msg, SVCBIND_A_FLOW_SPORT, question->sport) ||
	    (in && nla_put_u32(msg, SVCBIND_A_FLOW_IN, in)) ||
	    (is_given(question, EXPLAIN_UID) &&
	     nla_put_u32(msg, SVCBIND_A_FLOW_UID, question->uid)) ||
	    (is_given(question, EXPLAIN_CGROUP) &&
	     nla_put_string(msg, SVCBIND_A_FLOW_CGROUP, question->cgroup)) ||
	    (is_given(question, EXPLAIN_MARK) &&
	     nla_put_u32(msg, SVCBIND_A_FLOW_MARK, question->mark)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static void get_address(struct address *address, struct nlattr *attr)
{
	if (get_bytes(address->addr, 16, attr))
		address->family = AF_INET6;
	else if (get_bytes(address->addr, 4, attr))
		address->family = AF_INET;
}

static void get_path(struct path *path, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_PATH_MAX + 1];

	if (!nest || nla_parse_nested(tb, SVCBIND_A_PATH_MAX, nest, NULL))
		return;
	get_string(path->dev, sizeof(path->dev), tb[SVCBIND_A_PATH_DEV]);
	get_address(&path->source, tb[SVCBIND_A_PATH_SOURCE]);
	get_address(&path->next_hop, tb[SVCBIND_A_PATH_NEXT_HOP]);
	path->mtu = get_u32(tb[SVCBIND_A_PATH_MTU]);
}

static void get_outcome(struct outcome *outcome, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_OUTCOME_MAX + 1];

	if (!nest || nla_parse_nested(tb, SVCBIND_A_OUTCOME_MAX, nest, NULL))
		return;
	get_string(outcome->service, sizeof(outcome->service),
		   tb[SVCBIND_A_OUTCOME_SERVICE]);
	outcome->bound = tb[SVCBIND_A_OUTCOME_MODE];
	outcome->mode = get_u32(tb[SVCBIND_A_OUTCOME_MODE]);
	outcome->exempt = get_u32(tb[SVCBIND_A_OUTCOME_EXEMPT]);
	outcome->unenforced = get_u32(tb[SVCBIND_A_OUTCOME_UNENFORCED]);
	outcome->verdict = get_u32(tb[SVCBIND_A_OUTCOME_VERDICT]);
	outcome->cause = get_u32(tb[SVCBIND_A_OUTCOME_CAUSE]);
	outcome->error = get_u32(tb[SVCBIND_A_OUTCOME_ERROR]);
	outcome->tier = get_u32(tb[SVCBIND_A_OUTCOME_TIER]);
	get_path(&outcome->path, tb[SVCBIND_A_OUTCOME_PATH]);
}

static void get_candidate(struct candidate *candidate, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_CANDIDATE_MAX + 1];
	struct device *dev = &candidate->device;

	if (nla_parse_nested(tb, SVCBIND_A_CANDIDATE_MAX, nest, NULL))
		return;
	get_string(dev->name, sizeof(dev->name),
		   tb[SVCBIND_A_CANDIDATE_NAME]);
	get_string(dev->master, sizeof(dev->master),
		   tb[SVCBIND_A_CANDIDATE_MASTER]);
	dev->state = get_u32(tb[SVCBIND_A_CANDIDATE_STATE]);
	candidate->chosen = tb[SVCBIND_A_CANDIDATE_CHOSEN];
	candidate->alone = get_u32(tb[SVCBIND_A_CANDIDATE_ALONE]);
}

static void get_missed(struct missed *missed, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_MISSED_MAX + 1];

	if (nla_parse_nested(tb, SVCBIND_A_MISSED_MAX, nest, NULL))
		return;
	get_string(missed->name, sizeof(missed->name),
		   tb[SVCBIND_A_MISSED_NAME]);
	missed->word = get_u32(tb[SVCBIND_A_MISSED_WORD]);
}

/* What there is many of: nla_parse() keeps the last only. */
static void get_lists(struct explanation *answer, struct nlattr *nest)
{
	struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == SVCBIND_A_EXPLAIN_CANDIDATE &&
		    answer->n_candidates < SVCBIND_MAX_DEVICES)
			get_candidate(&answer->candidates[answer->n_candidates++],
				      attr);
		else if (nla_type(attr) == SVCBIND_A_EXPLAIN_MISSED &&
			 answer->n_missed < EXPLAIN_MISSED)
			get_missed(&answer->missed[answer->n_missed++], attr);
	}
}

static int on_explain(struct nlattr **attrs, void *arg)
{
	struct nlattr *nest = attrs[SVCBIND_A_EXPLAIN];
	struct nlattr *tb[SVCBIND_A_EXPLAIN_MAX + 1];
	struct explanation *answer = arg;

	if (!nest || nla_parse_nested(tb, SVCBIND_A_EXPLAIN_MAX, nest, NULL))
		return -EBADMSG;
	get_outcome(&answer->flow, tb[SVCBIND_A_EXPLAIN_FLOW]);
	get_path(&answer->table, tb[SVCBIND_A_EXPLAIN_TABLE]);
	get_lists(answer, nest);
	answer->more = get_u32(tb[SVCBIND_A_EXPLAIN_MORE]);
	answer->answered = tb[SVCBIND_A_EXPLAIN_ANSWER];
	get_outcome(&answer->answer, tb[SVCBIND_A_EXPLAIN_ANSWER]);
	return 0;
}

/**
 * explain_ask() - let the kernel explain what becomes of a flow
 * @question: the flow
 * @answer: what it says
 *
 * Return: 0 or a negative errno, for ctl_nl_fail(); -ENODEV, if there is no
 * device such as the flow names.
 */
int explain_ask(const struct question *question, struct explanation *answer)
{
	unsigned int in = 0;
	struct nl_msg *msg;

	memset(answer, 0, sizeof(*answer));
	if (is_given(question, EXPLAIN_IN)) {
		in = if_nametoindex(question->in);
		if (!in)
			return -ENODEV;
	}
	msg = ctl_nl_request(SVCBIND_CMD_EXPLAIN, 0);
	if (msg && put_question(msg, question, in)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return ctl_nl_run(msg, on_explain, answer);
}
