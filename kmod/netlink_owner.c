// SPDX-License-Identifier: GPL-2.0
/* What a match asks of socket and mark, from netlink attributes and to them. */

#include <linux/slab.h>

#include "cgroup.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "ruleset.h"

static int svcbind_nl_parse_uid_range(struct svcbind_uid_range *range,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_UID_RANGE_LAST + 1];
	int err;

	err = nla_parse_nested(tb, SVCBIND_A_UID_RANGE_LAST, attr,
			       svcbind_uid_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[SVCBIND_A_UID_RANGE_FIRST] || !tb[SVCBIND_A_UID_RANGE_LAST]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "uid range has one end");
		return -EINVAL;
	}
	range->first = nla_get_u32(tb[SVCBIND_A_UID_RANGE_FIRST]);
	range->last = nla_get_u32(tb[SVCBIND_A_UID_RANGE_LAST]);
	if (range->last == U32_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "uid 4294967295 is nobody's");
		return -ERANGE;
	}
	if (range->first <= range->last)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "uid range is empty");
	return -ERANGE;
}

static int svcbind_nl_parse_uid(struct svcbind_owner *owner,
				const struct nlattr *list,
				struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	struct svcbind_uids *uids;
	int n, rem, err = 0;

	if (!list)
		return 0;
	n = svcbind_nl_count(list, SVCBIND_A_UID_RANGES_RANGE,
			     SVCBIND_MAX_ELEMENTS, extack);
	if (n < 0)
		return n;
	kfree(owner->uid);
	owner->uid = NULL;
	if (!n)
		return 0;
	uids = kzalloc(struct_size(uids, range, n), GFP_KERNEL_ACCOUNT);
	if (!uids)
		return -ENOMEM;
	owner->uid = uids;
	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) != SVCBIND_A_UID_RANGES_RANGE)
			continue;
		err = svcbind_nl_parse_uid_range(&uids->range[uids->n++], attr,
						 extack);
		if (err)
			break;
	}
	return err;
}

static const char *svcbind_nl_cgroup_error(long err)
{
	switch (err) {
	case -EINVAL:
		return "cgroup is no path such as /system.slice";
	case -EOPNOTSUPP:
		return "cgroup: this kernel doesn't know those of sockets";
	case -ENAMETOOLONG:
		return "cgroup: its path from the top has more than 1023 bytes";
	default:
		return "cgroup can't be found from here";
	}
}

/**
 * svcbind_nl_get_cgroup() - the place that an attribute names
 * @attr: the path
 * @extack: says what is wrong
 *
 * Context: process context, that of who sent the attribute.
 * Return: the place, or what svcbind_cgroup_create() said.
 */
struct svcbind_cgroup *svcbind_nl_get_cgroup(const struct nlattr *attr,
					     struct netlink_ext_ack *extack)
{
	struct svcbind_cgroup *cgroup = svcbind_cgroup_create(nla_data(attr));

	if (IS_ERR(cgroup)) {
		NL_SET_BAD_ATTR(extack, attr);
		if (extack && PTR_ERR(cgroup) != -ENOMEM)
			extack->_msg = svcbind_nl_cgroup_error(PTR_ERR(cgroup));
	}
	return cgroup;
}

static int svcbind_nl_parse_cgroup(struct svcbind_owner *owner,
				   const struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	struct svcbind_cgroup *cgroup = NULL;

	if (!attr)
		return 0;
	if (*(const char *)nla_data(attr))
		cgroup = svcbind_nl_get_cgroup(attr, extack);
	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	kfree(owner->cgroup);
	owner->cgroup = cgroup;
	return 0;
}

/* A nest without attributes clears it. */
static int svcbind_nl_parse_mark(struct svcbind_owner *owner,
				 const struct nlattr *attr,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_MARK_MASK + 1];
	int err;

	if (!attr)
		return 0;
	err = nla_parse_nested(tb, SVCBIND_A_MARK_MASK, attr,
			       svcbind_mark_nl_policy, extack);
	if (err)
		return err;
	if (!tb[SVCBIND_A_MARK_VALUE] != !tb[SVCBIND_A_MARK_MASK]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "mark without value or mask");
		return -EINVAL;
	}
	owner->mark = 0;
	owner->mask = 0;
	if (!tb[SVCBIND_A_MARK_MASK])
		return 0;
	owner->mark = nla_get_u32(tb[SVCBIND_A_MARK_VALUE]);
	owner->mask = nla_get_u32(tb[SVCBIND_A_MARK_MASK]);
	if (!(owner->mark & ~owner->mask))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "mark has bits that its mask hasn't");
	return -EINVAL;
}

/* The generator of policies knows no attributes for replies alone. */
static int svcbind_nl_told_only(const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "this is told, and can't be set");
	return -EINVAL;
}

/**
 * svcbind_nl_parse_owner() - change what is named of a match's owner
 * @match: the match; gets an owner where a word is left, and none where not
 * @tb: its attributes
 * @extack: says what is wrong
 *
 * Context: process context, that of who sent the attributes.
 * Return: 0 or an error; @match can be freed on errors.
 */
int svcbind_nl_parse_owner(struct svcbind_match *match,
			   struct nlattr *const tb[],
			   struct netlink_ext_ack *extack)
{
	struct svcbind_owner *owner = match->owner;
	int err;

	err = svcbind_nl_told_only(tb[SVCBIND_A_MATCH_CGROUP_PENDING],
				   extack) ?:
	      svcbind_nl_told_only(tb[SVCBIND_A_MATCH_CGROUP_ELSEWHERE],
				   extack);
	if (err)
		return err;
	if (!tb[SVCBIND_A_MATCH_UID] && !tb[SVCBIND_A_MATCH_CGROUP] &&
	    !tb[SVCBIND_A_MATCH_MARK])
		return 0;
	if (!owner) {
		owner = kzalloc(sizeof(*owner), GFP_KERNEL_ACCOUNT);
		if (!owner)
			return -ENOMEM;
		match->owner = owner;
	}
	err = svcbind_nl_parse_uid(owner, tb[SVCBIND_A_MATCH_UID], extack) ?:
	      svcbind_nl_parse_cgroup(owner, tb[SVCBIND_A_MATCH_CGROUP],
				      extack) ?:
	      svcbind_nl_parse_mark(owner, tb[SVCBIND_A_MATCH_MARK], extack);
	if (err || owner->uid || owner->cgroup || owner->mask)
		return err;
	svcbind_owner_free(owner);
	match->owner = NULL;
	return 0;
}

static int svcbind_nl_fill_uid(struct sk_buff *skb,
			       const struct svcbind_uids *uids)
{
	struct nlattr *list, *nest;
	u32 i;

	if (!uids)
		return 0;
	list = nla_nest_start(skb, SVCBIND_A_MATCH_UID);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < uids->n; i++) {
		nest = nla_nest_start(skb, SVCBIND_A_UID_RANGES_RANGE);
		if (!nest ||
		    nla_put_u32(skb, SVCBIND_A_UID_RANGE_FIRST,
				uids->range[i].first) ||
		    nla_put_u32(skb, SVCBIND_A_UID_RANGE_LAST,
				uids->range[i].last))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	nla_nest_end(skb, list);
	return 0;
}

static int svcbind_nl_fill_cgroup(struct sk_buff *skb,
				  const struct svcbind_cgroup *cgroup)
{
	bool elsewhere;

	if (!cgroup)
		return 0;
	if (nla_put_string(skb, SVCBIND_A_MATCH_CGROUP,
			   svcbind_cgroup_text(cgroup, &elsewhere)) ||
	    (svcbind_cgroup_pending(cgroup) &&
	     nla_put_flag(skb, SVCBIND_A_MATCH_CGROUP_PENDING)) ||
	    (elsewhere &&
	     nla_put_flag(skb, SVCBIND_A_MATCH_CGROUP_ELSEWHERE)))
		return -EMSGSIZE;
	return 0;
}

static int svcbind_nl_fill_mark(struct sk_buff *skb,
				const struct svcbind_owner *owner)
{
	struct nlattr *nest;

	if (!owner->mask)
		return 0;
	nest = nla_nest_start(skb, SVCBIND_A_MATCH_MARK);
	if (!nest || nla_put_u32(skb, SVCBIND_A_MARK_VALUE, owner->mark) ||
	    nla_put_u32(skb, SVCBIND_A_MARK_MASK, owner->mask))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * svcbind_nl_fill_owner() - describe what a match asks of socket and mark
 * @skb: the message
 * @owner: that, or NULL
 *
 * Context: process context, that of who reads.
 * Return: 0 or -EMSGSIZE; what was written stays.
 */
int svcbind_nl_fill_owner(struct sk_buff *skb,
			  const struct svcbind_owner *owner)
{
	if (!owner)
		return 0;
	return svcbind_nl_fill_uid(skb, owner->uid) ?:
	       svcbind_nl_fill_cgroup(skb, owner->cgroup) ?:
	       svcbind_nl_fill_mark(skb, owner);
}
