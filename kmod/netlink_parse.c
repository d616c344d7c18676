// SPDX-License-Identifier: GPL-2.0
/* From netlink attributes to matches and bindings. */

#include <linux/slab.h>

#include "netlink.h"
#include "netlink_gen.h"
#include "netns.h"
#include "ruleset.h"

/**
 * svcbind_nl_count() - how many elements does a list have?
 * @list: the list
 * @type: what counts
 * @max: how many there may be
 * @extack: says that there are more
 *
 * A repeated attribute has to be walked: nla_parse() keeps the last only.
 *
 * Context: any.
 * Return: the number, or -E2BIG.
 */
int svcbind_nl_count(const struct nlattr *list, int type, u32 max,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem;
	u32 n = 0;

	nla_for_each_nested(attr, list, rem)
		n += nla_type(attr) == type;
	if (n <= max)
		return n;
	NL_SET_ERR_MSG_ATTR(extack, list, "list is too long");
	return -E2BIG;
}

static int svcbind_nl_parse_range(struct svcbind_range *range,
				  const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_RANGE_LAST + 1];
	int err;

	err = nla_parse_nested(tb, SVCBIND_A_RANGE_LAST, attr,
			       svcbind_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[SVCBIND_A_RANGE_FIRST] || !tb[SVCBIND_A_RANGE_LAST]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "port range has one end");
		return -EINVAL;
	}
	range->first = nla_get_u16(tb[SVCBIND_A_RANGE_FIRST]);
	range->last = nla_get_u16(tb[SVCBIND_A_RANGE_LAST]);
	if (range->first && range->first <= range->last)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "port range is empty");
	return -ERANGE;
}

static int svcbind_nl_parse_ranges(struct svcbind_ranges **to,
				   const struct nlattr *list,
				   struct netlink_ext_ack *extack)
{
	struct svcbind_ranges *ranges;
	const struct nlattr *attr;
	int n, rem, err = 0;

	if (!list)
		return 0;
	n = svcbind_nl_count(list, SVCBIND_A_RANGES_RANGE,
			     SVCBIND_MAX_ELEMENTS, extack);
	if (n < 0)
		return n;
	kfree(*to);
	*to = NULL;
	if (!n)
		return 0;
	ranges = kzalloc(struct_size(ranges, range, n), GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return -ENOMEM;
	*to = ranges;
	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) != SVCBIND_A_RANGES_RANGE)
			continue;
		err = svcbind_nl_parse_range(&ranges->range[ranges->n++], attr,
					     extack);
		if (err)
			break;
	}
	return err;
}

static void svcbind_prefix_mask(struct svcbind_prefix *prefix)
{
	int bits = prefix->len;
	int i;

	for (i = 0; i < 4; i++) {
		prefix->mask.all[i] = bits <= 0 ? 0 :
			(__force u32)htonl(~0u << (bits < 32 ? 32 - bits : 0));
		bits -= 32;
	}
}

static int svcbind_nl_parse_prefix(struct svcbind_prefix *prefix,
				   const struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_PREFIX_LEN + 1];
	int i, err, size;

	err = nla_parse_nested(tb, SVCBIND_A_PREFIX_LEN, attr,
			       svcbind_prefix_nl_policy, extack);
	if (err)
		return err;
	if (!tb[SVCBIND_A_PREFIX_ADDR] || !tb[SVCBIND_A_PREFIX_LEN]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "prefix without address or length");
		return -EINVAL;
	}
	size = nla_len(tb[SVCBIND_A_PREFIX_ADDR]);
	prefix->family = size == 4 ? AF_INET : AF_INET6;
	prefix->len = nla_get_u8(tb[SVCBIND_A_PREFIX_LEN]);
	if ((size != 4 && size != 16) || prefix->len > size * 8) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "prefix is longer than its address");
		return -EINVAL;
	}
	nla_memcpy(&prefix->addr, tb[SVCBIND_A_PREFIX_ADDR],
		   sizeof(prefix->addr));
	svcbind_prefix_mask(prefix);
	for (i = 0; i < 4; i++) {
		if (!(prefix->addr.all[i] & ~prefix->mask.all[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr, "prefix has host bits set");
		return -EINVAL;
	}
	return 0;
}

static int svcbind_nl_parse_prefixes(struct svcbind_prefixes **to,
				     const struct nlattr *list,
				     struct netlink_ext_ack *extack)
{
	struct svcbind_prefixes *prefixes;
	const struct nlattr *attr;
	int n, rem, err = 0;

	if (!list)
		return 0;
	n = svcbind_nl_count(list, SVCBIND_A_PREFIXES_PREFIX,
			     SVCBIND_MAX_ELEMENTS, extack);
	if (n < 0)
		return n;
	kfree(*to);
	*to = NULL;
	if (!n)
		return 0;
	prefixes = kzalloc(struct_size(prefixes, prefix, n),
			   GFP_KERNEL_ACCOUNT);
	if (!prefixes)
		return -ENOMEM;
	*to = prefixes;
	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) != SVCBIND_A_PREFIXES_PREFIX)
			continue;
		err = svcbind_nl_parse_prefix(&prefixes->prefix[prefixes->n++],
					      attr, extack);
		if (err)
			break;
	}
	return err;
}

static int svcbind_nl_parse_proto(struct svcbind_match *match,
				  const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	const u8 *proto;
	int i;

	if (!attr)
		return 0;
	if (nla_len(attr) > SVCBIND_MAX_ELEMENTS) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "list is too long");
		return -E2BIG;
	}
	match->any_proto = !nla_len(attr);
	match->all = false;
	bitmap_zero(match->proto, 256);
	proto = nla_data(attr);
	for (i = 0; i < nla_len(attr); i++)
		__set_bit(proto[i] == IPPROTO_ICMPV6 ? IPPROTO_ICMP : proto[i],
			  match->proto);
	return 0;
}

/**
 * svcbind_nl_parse_match() - change what is named of a match
 * @match: the match
 * @attr: SVCBIND_A_MATCH, or NULL for no change
 * @extack: says what is wrong
 *
 * Context: process context, that of who sent the attributes.
 * Return: 0, or an error that says what is wrong; @match has changed in part
 * then, but can be freed.
 */
int svcbind_nl_parse_match(struct svcbind_match *match,
			   const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_MATCH_CGROUP_ELSEWHERE + 1];
	int err;

	if (!attr)
		return 0;
	err = nla_parse_nested(tb, SVCBIND_A_MATCH_CGROUP_ELSEWHERE, attr,
			       svcbind_match_nl_policy, extack);
	if (err)
		return err;
	err = svcbind_nl_parse_proto(match, tb[SVCBIND_A_MATCH_PROTO],
				     extack) ?:
	      svcbind_nl_parse_ranges(&match->port, tb[SVCBIND_A_MATCH_PORT],
				      extack) ?:
	      svcbind_nl_parse_ranges(&match->dport, tb[SVCBIND_A_MATCH_DPORT],
				      extack) ?:
	      svcbind_nl_parse_ranges(&match->sport, tb[SVCBIND_A_MATCH_SPORT],
				      extack) ?:
	      svcbind_nl_parse_prefixes(&match->to, tb[SVCBIND_A_MATCH_TO],
					extack) ?:
	      svcbind_nl_parse_prefixes(&match->from, tb[SVCBIND_A_MATCH_FROM],
					extack) ?:
	      svcbind_nl_parse_owner(match, tb, extack);
	if (err)
		return err;
	/* "Everything" is said for good only where nothing else is. */
	match->all = (match->all || tb[SVCBIND_A_MATCH_ALL]) &&
		     svcbind_match_is_empty(match);
	return 0;
}

/* A gateway has to be a host's address: an unspecified one would make every
 * peer an on-link one.
 */
static bool svcbind_nl_via_valid(const struct nlattr *via4,
				 const struct nlattr *via6)
{
	struct in6_addr addr;
	__be32 ip;

	if (via4) {
		ip = nla_get_in_addr(via4);
		if (ipv4_is_zeronet(ip) || ipv4_is_multicast(ip) ||
		    ipv4_is_lbcast(ip) || ipv4_is_loopback(ip))
			return false;
	}
	if (via6) {
		addr = nla_get_in6_addr(via6);
		if (!(ipv6_addr_type(&addr) & IPV6_ADDR_UNICAST) ||
		    ipv6_addr_loopback(&addr))
			return false;
	}
	return true;
}

static int svcbind_nl_parse_device(struct svcbind_net *sn,
				   struct svcbind_binding *binding, u32 i,
				   const struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_DEVICE_BYTES + 1];
	struct in6_addr via4 = {}, via6;
	const char *name;
	int err;
	u32 j;

	err = nla_parse_nested(tb, SVCBIND_A_DEVICE_BYTES, attr,
			       svcbind_device_nl_policy, extack);
	if (err)
		return err;
	name = tb[SVCBIND_A_DEVICE_NAME] ? nla_data(tb[SVCBIND_A_DEVICE_NAME]) :
					   "";
	if (!dev_valid_name(name)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "no valid device name");
		return -EINVAL;
	}
	for (j = 0; j < i; j++) {
		if (strcmp(binding->bound[j].device->name, name))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr, "device is named twice");
		return -EINVAL;
	}
	if (!svcbind_nl_via_valid(tb[SVCBIND_A_DEVICE_VIA4],
				  tb[SVCBIND_A_DEVICE_VIA6])) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "via is no host's address");
		return -EINVAL;
	}
	if (tb[SVCBIND_A_DEVICE_VIA4])
		nla_memcpy(&via4, tb[SVCBIND_A_DEVICE_VIA4], 4);
	if (tb[SVCBIND_A_DEVICE_VIA6])
		nla_memcpy(&via6, tb[SVCBIND_A_DEVICE_VIA6], sizeof(via6));
	err = svcbind_bound_init(sn, &binding->bound[i], name,
				 tb[SVCBIND_A_DEVICE_VIA4] ? &via4 : NULL,
				 tb[SVCBIND_A_DEVICE_VIA6] ? &via6 : NULL);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "too many devices or gateways are named");
	return err;
}

/* A binding with the devices of the message, the rest as before or default. */
static int svcbind_nl_parse_devices(struct svcbind_net *sn,
				    struct svcbind_binding **to,
				    const struct svcbind_binding *old,
				    const struct nlattr *list,
				    struct netlink_ext_ack *extack)
{
	struct svcbind_binding *binding;
	const struct nlattr *attr;
	int n, rem, err;
	u32 i = 0;

	if (!list) {
		binding = old ? svcbind_binding_copy(old) : NULL;
		*to = binding;
		if (binding)
			return 0;
		if (old)
			return -ENOMEM;
	}
	n = list ? svcbind_nl_count(list, SVCBIND_A_DEVICES_DEVICE,
				    SVCBIND_MAX_DEVICES, extack) : 0;
	if (n < 0)
		return n;
	if (!n) {
		NL_SET_ERR_MSG(extack, "dev: a binding needs a device");
		return -EINVAL;
	}
	binding = svcbind_binding_create(n);
	*to = binding;
	if (!binding)
		return -ENOMEM;
	if (old) {
		binding->mode = old->mode;
		binding->select = old->select;
		binding->source = old->source;
	}
	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) != SVCBIND_A_DEVICES_DEVICE)
			continue;
		err = svcbind_nl_parse_device(sn, binding, i++, attr, extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * svcbind_nl_parse_binding() - change what is named of a binding
 * @sn: the namespace
 * @service: the service, still private, without a binding; gets one
 * @old: the binding that it had, or NULL
 * @attr: SVCBIND_A_BINDING
 * @extack: says what is wrong
 *
 * Context: process context, holds the netns mutex.
 * Return: 0, -EINVAL, -E2BIG or -ENOMEM; @service can be freed on errors.
 */
int svcbind_nl_parse_binding(struct svcbind_net *sn,
			     struct svcbind_service *service,
			     const struct svcbind_binding *old,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_BINDING_DEVICES + 1];
	int err;

	err = nla_parse_nested(tb, SVCBIND_A_BINDING_DEVICES, attr,
			       svcbind_binding_nl_policy, extack) ?:
	      svcbind_nl_parse_devices(sn, &service->binding, old,
				       tb[SVCBIND_A_BINDING_DEVICES], extack);
	if (err)
		return err;
	if (tb[SVCBIND_A_BINDING_MODE])
		service->binding->mode =
			nla_get_u32(tb[SVCBIND_A_BINDING_MODE]);
	if (tb[SVCBIND_A_BINDING_SELECT])
		service->binding->select =
			nla_get_u32(tb[SVCBIND_A_BINDING_SELECT]);
	if (tb[SVCBIND_A_BINDING_SOURCE])
		service->binding->source =
			nla_get_u32(tb[SVCBIND_A_BINDING_SOURCE]);
	return 0;
}

/**
 * svcbind_nl_parse_policy() - change what is named of the switches
 * @policy: the switches
 * @attr: SVCBIND_A_POLICY
 * @extack: says what is wrong
 *
 * Context: process context.
 * Return: 0 or what nla_parse_nested() said.
 */
int svcbind_nl_parse_policy(struct svcbind_policy *policy,
			    const struct nlattr *attr,
			    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVCBIND_A_POLICY_CONNECT + 1];
	int err;

	err = nla_parse_nested(tb, SVCBIND_A_POLICY_CONNECT, attr,
			       svcbind_policy_nl_policy, extack);
	if (err)
		return err;
	if (tb[SVCBIND_A_POLICY_ENFORCE])
		policy->enforce = nla_get_u32(tb[SVCBIND_A_POLICY_ENFORCE]);
	if (tb[SVCBIND_A_POLICY_ICMP_REPLY])
		policy->icmp_reply =
			nla_get_u32(tb[SVCBIND_A_POLICY_ICMP_REPLY]);
	if (tb[SVCBIND_A_POLICY_ARP])
		policy->arp = nla_get_u32(tb[SVCBIND_A_POLICY_ARP]);
	if (tb[SVCBIND_A_POLICY_CONNECT])
		policy->connect = nla_get_u32(tb[SVCBIND_A_POLICY_CONNECT]);
	return 0;
}
