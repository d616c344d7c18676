// SPDX-License-Identifier: GPL-2.0
/* What the kernel has: netlink attributes to services and policies. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attr.h"
#include "event.h"
#include "model.h"
#include "nl.h"

/* A reader that loses against writers this often gives up. */
#define ATTEMPTS	10

static void get_ranges(struct ranges *r, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_RANGE_MAX + 1], *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != SVCBIND_A_RANGES_RANGE ||
		    r->n == SVCBIND_MAX_ELEMENTS ||
		    nla_parse_nested(tb, SVCBIND_A_RANGE_MAX, attr, NULL))
			continue;
		r->range[r->n].first = get_u16(tb[SVCBIND_A_RANGE_FIRST]);
		r->range[r->n++].last = get_u16(tb[SVCBIND_A_RANGE_LAST]);
	}
}

static void get_prefixes(struct prefixes *p, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_PREFIX_MAX + 1], *attr;
	struct prefix *prefix;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != SVCBIND_A_PREFIXES_PREFIX ||
		    p->n == SVCBIND_MAX_ELEMENTS ||
		    nla_parse_nested(tb, SVCBIND_A_PREFIX_MAX, attr, NULL))
			continue;
		prefix = &p->prefix[p->n];
		if (get_bytes(prefix->addr, 16, tb[SVCBIND_A_PREFIX_ADDR]))
			prefix->family = AF_INET6;
		else if (get_bytes(prefix->addr, 4, tb[SVCBIND_A_PREFIX_ADDR]))
			prefix->family = AF_INET;
		else
			continue;
		get_bytes(&prefix->len, 1, tb[SVCBIND_A_PREFIX_LEN]);
		p->n++;
	}
}

static void get_uids(struct uids *uids, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_UID_RANGE_MAX + 1], *attr;
	struct uid_range *range;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != SVCBIND_A_UID_RANGES_RANGE ||
		    uids->n == SVCBIND_MAX_ELEMENTS ||
		    nla_parse_nested(tb, SVCBIND_A_UID_RANGE_MAX, attr, NULL))
			continue;
		range = &uids->range[uids->n++];
		range->first = get_u32(tb[SVCBIND_A_UID_RANGE_FIRST]);
		range->last = get_u32(tb[SVCBIND_A_UID_RANGE_LAST]);
	}
}

static void get_mark(struct mark *mark, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_MARK_MAX + 1];

	if (nla_parse_nested(tb, SVCBIND_A_MARK_MAX, nest, NULL))
		return;
	mark->value = get_u32(tb[SVCBIND_A_MARK_VALUE]);
	mark->mask = get_u32(tb[SVCBIND_A_MARK_MASK]);
}

static void get_match(struct match *match, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_MATCH_MAX + 1], *attr;
	int i;

	if (nla_parse_nested(tb, SVCBIND_A_MATCH_MAX, nest, NULL))
		return;
	attr = tb[SVCBIND_A_MATCH_PROTO];
	if (attr) {
		match->n_protos = nla_len(attr);
		if (match->n_protos > SVCBIND_MAX_ELEMENTS)
			match->n_protos = SVCBIND_MAX_ELEMENTS;
		memcpy(match->protos, nla_data(attr), match->n_protos);
	}
	for (i = 0; i < 3; i++)
		if (tb[SVCBIND_A_MATCH_PORT + i])
			get_ranges(&match->ports[i],
				   tb[SVCBIND_A_MATCH_PORT + i]);
	for (i = 0; i < 2; i++)
		if (tb[SVCBIND_A_MATCH_TO + i])
			get_prefixes(&match->prefixes[i],
				     tb[SVCBIND_A_MATCH_TO + i]);
	if (tb[SVCBIND_A_MATCH_UID])
		get_uids(&match->uids, tb[SVCBIND_A_MATCH_UID]);
	get_string(match->cgroup, sizeof(match->cgroup),
		   tb[SVCBIND_A_MATCH_CGROUP]);
	match->cgroup_pending = tb[SVCBIND_A_MATCH_CGROUP_PENDING];
	match->cgroup_elsewhere = tb[SVCBIND_A_MATCH_CGROUP_ELSEWHERE];
	if (tb[SVCBIND_A_MATCH_MARK])
		get_mark(&match->mark, tb[SVCBIND_A_MATCH_MARK]);
}

static void get_device(struct device *dev, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_DEVICE_MAX + 1];

	if (nla_parse_nested(tb, SVCBIND_A_DEVICE_MAX, nest, NULL))
		return;
	get_string(dev->name, sizeof(dev->name), tb[SVCBIND_A_DEVICE_NAME]);
	get_string(dev->master, sizeof(dev->master),
		   tb[SVCBIND_A_DEVICE_MASTER]);
	dev->has_via4 = get_bytes(&dev->via4, 4, tb[SVCBIND_A_DEVICE_VIA4]);
	dev->has_via6 = get_bytes(&dev->via6, 16, tb[SVCBIND_A_DEVICE_VIA6]);
	dev->state = get_u32(tb[SVCBIND_A_DEVICE_STATE]);
	dev->active = tb[SVCBIND_A_DEVICE_ACTIVE];
	dev->ifindex = get_u32(tb[SVCBIND_A_DEVICE_IFINDEX]);
	dev->packets = get_u64(tb[SVCBIND_A_DEVICE_PACKETS]);
	dev->bytes = get_u64(tb[SVCBIND_A_DEVICE_BYTES]);
}

static void get_binding(struct binding *binding, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_BINDING_MAX + 1], *attr;
	int rem;

	if (nla_parse_nested(tb, SVCBIND_A_BINDING_MAX, nest, NULL))
		return;
	binding->mode = get_u32(tb[SVCBIND_A_BINDING_MODE]);
	binding->select = get_u32(tb[SVCBIND_A_BINDING_SELECT]);
	binding->source = get_u32(tb[SVCBIND_A_BINDING_SOURCE]);
	if (!tb[SVCBIND_A_BINDING_DEVICES])
		return;
	nla_for_each_nested(attr, tb[SVCBIND_A_BINDING_DEVICES], rem)
		if (nla_type(attr) == SVCBIND_A_DEVICES_DEVICE &&
		    binding->n_devices < SVCBIND_MAX_DEVICES)
			get_device(&binding->devices[binding->n_devices++],
				   attr);
}

static int on_service(struct nlattr **attrs, void *arg)
{
	struct nlattr *tb[SVCBIND_A_COUNTERS_MAX + 1];
	struct services *list = arg;
	struct service *svc;
	int i;

	svc = model_add_service(list);
	if (!svc)
		return -ENOMEM;
	get_string(svc->name, sizeof(svc->name), attrs[SVCBIND_A_NAME]);
	get_string(svc->preset, sizeof(svc->preset), attrs[SVCBIND_A_PRESET]);
	svc->priority = get_u32(attrs[SVCBIND_A_PRIORITY]);
	list->generation = get_u32(attrs[SVCBIND_A_GENERATION]);
	if (attrs[SVCBIND_A_MATCH])
		get_match(&svc->match, attrs[SVCBIND_A_MATCH]);
	svc->bound = attrs[SVCBIND_A_BINDING];
	if (svc->bound)
		get_binding(&svc->binding, attrs[SVCBIND_A_BINDING]);
	if (attrs[SVCBIND_A_COUNTERS] &&
	    !nla_parse_nested(tb, SVCBIND_A_COUNTERS_MAX,
			      attrs[SVCBIND_A_COUNTERS], NULL))
		for (i = 1; i <= SVCBIND_A_COUNTERS_MAX; i++)
			svc->counters[i] = get_u64(tb[i]);
	return 0;
}

/**
 * model_get_service() - read one service
 * @name: its name
 * @list: where it goes; empty before; freed by the caller on success
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int model_get_service(const char *name, struct services *list)
{
	struct nl_msg *msg = ctl_nl_request(SVCBIND_CMD_SERVICE_GET, 0);
	int err;

	memset(list, 0, sizeof(*list));
	if (msg)
		nla_put_string(msg, SVCBIND_A_NAME, name);
	err = ctl_nl_run(msg, on_service, list);
	if (!err && !list->n)
		err = -ENOENT;
	if (err)
		model_free_services(list);
	return err;
}

/**
 * model_get_services() - read all services in the order in which they match
 * @list: where they go; freed by the caller on success
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int model_get_services(struct services *list)
{
	int attempt, err = -EINTR;
	struct nl_msg *msg;

	memset(list, 0, sizeof(*list));
	for (attempt = 0; attempt < ATTEMPTS && err == -EINTR; attempt++) {
		list->n = 0;
		msg = ctl_nl_request(SVCBIND_CMD_SERVICE_GET, NLM_F_DUMP);
		err = ctl_nl_run(msg, on_service, list);
	}
	if (err)
		model_free_services(list);
	return err;
}

static void get_connect(struct policy *policy, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_CONNECT_COUNTERS_MAX + 1];
	int i;

	if (nla_parse_nested(tb, SVCBIND_A_CONNECT_COUNTERS_MAX, nest, NULL))
		return;
	policy->connect_unavailable =
		tb[SVCBIND_A_CONNECT_COUNTERS_UNAVAILABLE];
	for (i = SVCBIND_A_CONNECT_COUNTERS_MISSED;
	     i <= SVCBIND_A_CONNECT_COUNTERS_MAX; i++)
		policy->connect_counters[i] = get_u64(tb[i]);
}

static void get_conntrack(struct policy *policy, struct nlattr *nest)
{
	struct nlattr *tb[SVCBIND_A_CONNTRACK_MAX + 1];

	if (nla_parse_nested(tb, SVCBIND_A_CONNTRACK_MAX, nest, NULL))
		return;
	policy->conntrack.on = true;
	policy->conntrack.count = get_u32(tb[SVCBIND_A_CONNTRACK_COUNT]);
	policy->conntrack.max = get_u32(tb[SVCBIND_A_CONNTRACK_LIMIT]);
	policy->conntrack.drop = get_u64(tb[SVCBIND_A_CONNTRACK_DROP]);
}

static int on_policy(struct nlattr **attrs, void *arg)
{
	struct nlattr *tb[SVCBIND_A_POLICY_MAX + 1];
	struct nlattr *ct[SVCBIND_A_ICMP_COUNTERS_MAX + 1];
	struct policy *policy = arg;
	int i;

	policy->generation = get_u32(attrs[SVCBIND_A_GENERATION]);
	policy->confirm = get_u32(attrs[SVCBIND_A_CONFIRM]);
	if (attrs[SVCBIND_A_POLICY] &&
	    !nla_parse_nested(tb, SVCBIND_A_POLICY_MAX,
			      attrs[SVCBIND_A_POLICY], NULL)) {
		policy->enforce = get_u32(tb[SVCBIND_A_POLICY_ENFORCE]);
		policy->connect = get_u32(tb[SVCBIND_A_POLICY_CONNECT]);
		policy->icmp_reply = get_u32(tb[SVCBIND_A_POLICY_ICMP_REPLY]);
		policy->arp = get_u32(tb[SVCBIND_A_POLICY_ARP]);
	}
	if (attrs[SVCBIND_A_ICMP_COUNTERS] &&
	    !nla_parse_nested(ct, SVCBIND_A_ICMP_COUNTERS_MAX,
			      attrs[SVCBIND_A_ICMP_COUNTERS], NULL))
		for (i = 1; i <= SVCBIND_A_ICMP_COUNTERS_MAX; i++)
			policy->icmp_counters[i] = get_u64(ct[i]);
	if (attrs[SVCBIND_A_CONNECT_COUNTERS])
		get_connect(policy, attrs[SVCBIND_A_CONNECT_COUNTERS]);
	if (attrs[SVCBIND_A_CONNTRACK])
		get_conntrack(policy, attrs[SVCBIND_A_CONNTRACK]);
	return 0;
}

/**
 * model_get_policy() - read the switches, and the counters beside them
 * @policy: where they go
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int model_get_policy(struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	return ctl_nl_run(ctl_nl_request(SVCBIND_CMD_POLICY_GET, 0), on_policy,
		      policy);
}

/* An empty list has none: it is between that of the switches before and after. */
static int get_generation(const struct services *list, uint32_t *generation)
{
	struct policy policy;
	int err;

	if (list->n) {
		*generation = list->generation;
		return 0;
	}
	err = model_get_policy(&policy);
	*generation = policy.generation;
	return err;
}

/**
 * model_get_all() - read switches and services of one and the same ruleset
 * @policy: where the switches go
 * @list: where the services go; freed by the caller on success
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int model_get_all(struct policy *policy, struct services *list)
{
	uint32_t generation = 0;
	int attempt, err;

	memset(list, 0, sizeof(*list));
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		err = model_get_policy(policy);
		if (!err)
			err = model_get_services(list);
		if (!err)
			err = get_generation(list, &generation);
		if (!err && generation == policy->generation)
			return 0;
		model_free_services(list);
		if (err)
			return err;
	}
	return -EINTR;
}

/**
 * model_read_event() - read what the kernel tells
 * @attrs: the message's attributes
 * @event: where it goes
 *
 * Return: 0, or -EBADMSG if it is no event.
 */
int model_read_event(struct nlattr **attrs, struct event *event)
{
	struct nlattr *tb[SVCBIND_A_EVENT_MAX + 1];

	memset(event, 0, sizeof(*event));
	if (!attrs[SVCBIND_A_EVENT] ||
	    nla_parse_nested(tb, SVCBIND_A_EVENT_MAX, attrs[SVCBIND_A_EVENT],
			     NULL) ||
	    !tb[SVCBIND_A_EVENT_KIND])
		return -EBADMSG;
	event->kind = get_u32(tb[SVCBIND_A_EVENT_KIND]);
	event->generation = get_u32(tb[SVCBIND_A_EVENT_GENERATION]);
	get_string(event->service, sizeof(event->service),
		   tb[SVCBIND_A_EVENT_SERVICE]);
	get_string(event->device, sizeof(event->device),
		   tb[SVCBIND_A_EVENT_DEVICE]);
	get_string(event->device_before, sizeof(event->device_before),
		   tb[SVCBIND_A_EVENT_DEVICE_BEFORE]);
	event->state = get_u32(tb[SVCBIND_A_EVENT_STATE]);
	event->known = tb[SVCBIND_A_EVENT_STATE_BEFORE];
	event->state_before = get_u32(tb[SVCBIND_A_EVENT_STATE_BEFORE]);
	event->reason = get_u32(tb[SVCBIND_A_EVENT_REASON]);
	event->count = get_u64(tb[SVCBIND_A_EVENT_COUNT]);
	return 0;
}

/**
 * model_is_overridden() - does the module parameter turn all into audit?
 *
 * Return: whether "enforce" of the module is off.
 */
bool model_is_overridden(void)
{
	FILE *f = fopen("/sys/module/svcbind/parameters/enforce", "re");
	int c = f ? fgetc(f) : EOF;

	if (f)
		fclose(f);
	return c == 'N' || c == '0';
}

/**
 * model_is_enforced() - do bindings have an effect?
 * @policy: the switches
 *
 * Return: whether policy and module let them.
 */
bool model_is_enforced(const struct policy *policy)
{
	return policy->enforce == SVCBIND_ENFORCE_ON && !model_is_overridden();
}

/**
 * model_free_services() - free what the others read
 * @list: the list, which is empty afterwards
 */
void model_free_services(struct services *list)
{
	free(list->service);
	memset(list, 0, sizeof(*list));
}
