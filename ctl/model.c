// SPDX-License-Identifier: GPL-2.0
/* Services, bindings and policies, to and from netlink attributes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "model.h"

const char *const mode_words[] = { "strict", "prefer", "audit", NULL };
const char *const select_words[] = { "failover", NULL };
const char *const source_words[] = { "auto", "keep", NULL };
const char *const enforce_words[] = { "on", "audit", "off", NULL };
const char *const connect_words[] = { "on", "off", NULL };
const char *const icmp_reply_words[] = { "off", "ingress", NULL };
const char *const arp_words[] = { "bound", "all", "off", NULL };
const char *const state_words[] = {
	"usable", "down", "no-carrier", "no-address", "enslaved", "pending",
	NULL
};

/**
 * model_word() - name a value
 * @words: the words of its enumeration
 * @value: the value
 *
 * Return: its word; "unknown" for one of a newer kernel.
 */
const char *model_word(const char *const *words, unsigned int value)
{
	unsigned int i;

	for (i = 0; words[i]; i++)
		if (i == value)
			return words[i];
	return "unknown";
}

static int put_ranges(struct nl_msg *msg, int type, const struct ranges *r)
{
	struct nlattr *nest, *entry;
	unsigned int i;

	nest = nla_nest_start(msg, type | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < r->n; i++) {
		entry = nla_nest_start(msg,
				       SVCBIND_A_RANGES_RANGE | NLA_F_NESTED);
		if (!entry ||
		    nla_put_u16(msg, SVCBIND_A_RANGE_FIRST,
				r->range[i].first) ||
		    nla_put_u16(msg, SVCBIND_A_RANGE_LAST, r->range[i].last))
			return -EMSGSIZE;
		nla_nest_end(msg, entry);
	}
	/* The plain nla_nest_end() takes an empty nest out again. */
	return nla_nest_end_keep_empty(msg, nest) ? -EMSGSIZE : 0;
}

static int put_prefixes(struct nl_msg *msg, int type, const struct prefixes *p)
{
	struct nlattr *nest, *entry;
	unsigned int i;

	nest = nla_nest_start(msg, type | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < p->n; i++) {
		const struct prefix *prefix = &p->prefix[i];

		entry = nla_nest_start(msg, SVCBIND_A_PREFIXES_PREFIX |
				       NLA_F_NESTED);
		if (!entry ||
		    nla_put(msg, SVCBIND_A_PREFIX_ADDR,
			    prefix->family == AF_INET ? 4 : 16,
			    prefix->addr) ||
		    nla_put_u8(msg, SVCBIND_A_PREFIX_LEN, prefix->len))
			return -EMSGSIZE;
		nla_nest_end(msg, entry);
	}
	return nla_nest_end_keep_empty(msg, nest) ? -EMSGSIZE : 0;
}

static int put_uids(struct nl_msg *msg, const struct uids *uids)
{
	struct nlattr *nest, *entry;
	unsigned int i;

	nest = nla_nest_start(msg, SVCBIND_A_MATCH_UID | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < uids->n; i++) {
		entry = nla_nest_start(msg, SVCBIND_A_UID_RANGES_RANGE |
				       NLA_F_NESTED);
		if (!entry ||
		    nla_put_u32(msg, SVCBIND_A_UID_RANGE_FIRST,
				uids->range[i].first) ||
		    nla_put_u32(msg, SVCBIND_A_UID_RANGE_LAST,
				uids->range[i].last))
			return -EMSGSIZE;
		nla_nest_end(msg, entry);
	}
	return nla_nest_end_keep_empty(msg, nest) ? -EMSGSIZE : 0;
}

static int put_mark(struct nl_msg *msg, const struct mark *mark)
{
	struct nlattr *nest = nla_nest_start(msg, SVCBIND_A_MATCH_MARK |
					     NLA_F_NESTED);

	if (!nest ||
	    (mark->mask &&
	     (nla_put_u32(msg, SVCBIND_A_MARK_VALUE, mark->value) ||
	      nla_put_u32(msg, SVCBIND_A_MARK_MASK, mark->mask))))
		return -EMSGSIZE;
	return nla_nest_end_keep_empty(msg, nest) ? -EMSGSIZE : 0;
}

static int put_owner(struct nl_msg *msg, const struct match *match)
{
	int err = 0;

	if (match->given & 1u << MATCH_UID)
		err = put_uids(msg, &match->uids);
	if (!err && match->given & 1u << MATCH_CGROUP)
		err = nla_put_string(msg, SVCBIND_A_MATCH_CGROUP,
				     match->cgroup);
	if (!err && match->given & 1u << MATCH_MARK)
		err = put_mark(msg, &match->mark);
	return err;
}

/**
 * model_merge_match() - change what is named of a match
 * @match: the match
 * @words: the words given
 */
void model_merge_match(struct match *match, const struct match *words)
{
	int i;

	if (words->given & 1u << MATCH_PROTO) {
		match->n_protos = words->n_protos;
		memcpy(match->protos, words->protos, sizeof(match->protos));
	}
	for (i = 0; i < 3; i++)
		if (words->given & 1u << (MATCH_PORT + i))
			match->ports[i] = words->ports[i];
	for (i = 0; i < 2; i++)
		if (words->given & 1u << (MATCH_TO + i))
			match->prefixes[i] = words->prefixes[i];
	if (words->given & 1u << MATCH_UID)
		match->uids = words->uids;
	if (words->given & 1u << MATCH_CGROUP) {
		memcpy(match->cgroup, words->cgroup, sizeof(match->cgroup));
		match->cgroup_elsewhere = false;
	}
	if (words->given & 1u << MATCH_MARK)
		match->mark = words->mark;
}

/**
 * model_match_is_open() - is nothing asked for?
 * @match: the match
 *
 * Return: whether it matches everything.
 */
bool model_match_is_open(const struct match *match)
{
	unsigned int n = match->n_protos + match->uids.n;
	int i;

	for (i = 0; i < 3; i++)
		n += match->ports[i].n;
	for (i = 0; i < 2; i++)
		n += match->prefixes[i].n;
	return !n && !*match->cgroup && !match->mark.mask;
}

/**
 * model_switch() - find a switch
 * @policy: the switches
 * @word: an enum policy_word
 *
 * Return: its value.
 */
unsigned int *model_switch(struct policy *policy, int word)
{
	switch (word) {
	case POLICY_ENFORCE:
		return &policy->enforce;
	case POLICY_CONNECT:
		return &policy->connect;
	case POLICY_ICMP_REPLY:
		return &policy->icmp_reply;
	default:
		return &policy->arp;
	}
}

/**
 * model_add_service() - add a service to the end of a list
 * @list: the list, with all zero at first
 *
 * Return: the service, all of it zero; NULL if there is no memory. It is good
 * until the next one is added.
 */
struct service *model_add_service(struct services *list)
{
	unsigned int room = list->room ? 2 * list->room : 16;
	struct service *svc;

	if (list->n == list->room) {
		svc = realloc(list->service, room * sizeof(*svc));
		if (!svc)
			return NULL;
		list->service = svc;
		list->room = room;
	}
	svc = &list->service[list->n++];
	memset(svc, 0, sizeof(*svc));
	return svc;
}

/**
 * model_find_service() - find a service by name
 * @list: the services
 * @name: the name
 *
 * Return: the service, or NULL.
 */
struct service *model_find_service(struct services *list, const char *name)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (!strcmp(list->service[i].name, name))
			return &list->service[i];
	return NULL;
}

/**
 * model_put_match() - add the words that are given to a request
 * @msg: the request
 * @match: the words; one given without an element clears it
 *
 * Return: 0 or a negative errno.
 */
int model_put_match(struct nl_msg *msg, const struct match *match)
{
	struct nlattr *nest;
	int i, err = 0;

	if (!match->given)
		return 0;
	nest = nla_nest_start(msg, SVCBIND_A_MATCH | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	if (match->given & 1u << MATCH_PROTO)
		err = nla_put(msg, SVCBIND_A_MATCH_PROTO, match->n_protos,
			      match->protos);
	for (i = 0; i < 3 && !err; i++)
		if (match->given & 1u << (MATCH_PORT + i))
			err = put_ranges(msg, SVCBIND_A_MATCH_PORT + i,
					 &match->ports[i]);
	for (i = 0; i < 2 && !err; i++)
		if (match->given & 1u << (MATCH_TO + i))
			err = put_prefixes(msg, SVCBIND_A_MATCH_TO + i,
					   &match->prefixes[i]);
	if (!err)
		err = put_owner(msg, match);
	/* "proto any" and nothing else says all; else it only clears */
	if (!err && match->all)
		err = nla_put_flag(msg, SVCBIND_A_MATCH_ALL);
	if (err)
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_devices(struct nl_msg *msg, const struct binding *binding)
{
	struct nlattr *nest, *entry;
	unsigned int i;

	nest = nla_nest_start(msg, SVCBIND_A_BINDING_DEVICES | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < binding->n_devices; i++) {
		const struct device *dev = &binding->devices[i];

		entry = nla_nest_start(msg, SVCBIND_A_DEVICES_DEVICE |
				       NLA_F_NESTED);
		if (!entry ||
		    nla_put_string(msg, SVCBIND_A_DEVICE_NAME, dev->name) ||
		    (dev->has_via4 && nla_put(msg, SVCBIND_A_DEVICE_VIA4, 4,
					      &dev->via4)) ||
		    (dev->has_via6 && nla_put(msg, SVCBIND_A_DEVICE_VIA6, 16,
					      &dev->via6)))
			return -EMSGSIZE;
		nla_nest_end(msg, entry);
	}
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * model_put_binding() - add the words that are given to a request
 * @msg: the request
 * @binding: the words
 *
 * Return: 0 or a negative errno.
 */
int model_put_binding(struct nl_msg *msg, const struct binding *binding)
{
	struct nlattr *nest;

	nest = nla_nest_start(msg, SVCBIND_A_BINDING | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	if ((binding->given & 1u << SVCBIND_A_BINDING_MODE &&
	     nla_put_u32(msg, SVCBIND_A_BINDING_MODE, binding->mode)) ||
	    (binding->given & 1u << SVCBIND_A_BINDING_SELECT &&
	     nla_put_u32(msg, SVCBIND_A_BINDING_SELECT, binding->select)) ||
	    (binding->given & 1u << SVCBIND_A_BINDING_SOURCE &&
	     nla_put_u32(msg, SVCBIND_A_BINDING_SOURCE, binding->source)) ||
	    (binding->given & 1u << SVCBIND_A_BINDING_DEVICES &&
	     put_devices(msg, binding)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * model_put_policy() - add the switches that are given to a request
 * @msg: the request
 * @policy: the switches
 *
 * Return: 0 or a negative errno.
 */
int model_put_policy(struct nl_msg *msg, const struct policy *policy)
{
	struct nlattr *nest;

	nest = nla_nest_start(msg, SVCBIND_A_POLICY | NLA_F_NESTED);
	if (!nest)
		return -EMSGSIZE;
	if ((policy->given & 1u << POLICY_ENFORCE &&
	     nla_put_u32(msg, SVCBIND_A_POLICY_ENFORCE, policy->enforce)) ||
	    (policy->given & 1u << POLICY_CONNECT &&
	     nla_put_u32(msg, SVCBIND_A_POLICY_CONNECT, policy->connect)) ||
	    (policy->given & 1u << POLICY_ICMP_REPLY &&
	     nla_put_u32(msg, SVCBIND_A_POLICY_ICMP_REPLY,
			 policy->icmp_reply)) ||
	    (policy->given & 1u << POLICY_ARP &&
	     nla_put_u32(msg, SVCBIND_A_POLICY_ARP, policy->arp)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}
