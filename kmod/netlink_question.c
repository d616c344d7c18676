// SPDX-License-Identifier: GPL-2.0
/* From netlink attributes to a flow that is asked about. */

#include <linux/inetdevice.h>
#include <net/addrconf.h>

#include "cgroup.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "probe.h"

static int svcbind_nl_parse_proto(struct svcbind_question *question,
				  struct nlattr *const tb[],
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = tb[SVCBIND_A_FLOW_PROTO];
	const struct nlattr *port = tb[SVCBIND_A_FLOW_DPORT] ?:
				    tb[SVCBIND_A_FLOW_SPORT];

	if (!attr) {
		NL_SET_ERR_MSG(extack, "flow without a protocol");
		return -EINVAL;
	}
	question->proto = nla_get_u8(attr);
	switch (question->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
		return 0;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		question->proto = IPPROTO_ICMP;
		if (!port)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, port, "icmp has no ports");
		return -EINVAL;
	}
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "proto is none of tcp, udp, sctp, udplite, icmp");
	return -EPROTONOSUPPORT;
}

static bool svcbind_nl_is_own(struct net *net, u8 family,
			      const union nf_inet_addr *addr)
{
	bool own;

	if (family == AF_INET6)
		return ipv6_chk_addr(net, &addr->in6, NULL, 0);
	rcu_read_lock();
	own = __ip_dev_find(net, addr->ip, false);
	rcu_read_unlock();
	return own;
}

static int svcbind_nl_parse_src(struct svcbind_question *question,
				struct net *net, const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (nla_len(attr) != (question->family == AF_INET ? 4 : 16)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "from is of another family than the peer");
		return -EINVAL;
	}
	nla_memcpy(&question->src, attr, sizeof(question->src));
	question->has_src = true;
	if (svcbind_nl_is_own(net, question->family, &question->src))
		return 0;
	/* bind(2) would say so. */
	NL_SET_ERR_MSG_ATTR(extack, attr, "from is no address of this host");
	return -EADDRNOTAVAIL;
}

static int svcbind_nl_parse_addresses(struct svcbind_question *question,
				      struct net *net,
				      struct nlattr *const tb[],
				      struct netlink_ext_ack *extack)
{
	const struct nlattr *dst = tb[SVCBIND_A_FLOW_DST];

	if (!dst || (nla_len(dst) != 4 && nla_len(dst) != 16)) {
		NL_SET_ERR_MSG_ATTR(extack, dst, "flow without a peer");
		return -EINVAL;
	}
	question->family = nla_len(dst) == 4 ? AF_INET : AF_INET6;
	nla_memcpy(&question->dst, dst, sizeof(question->dst));
	/* To a socket, it is this host. */
	if (question->family == AF_INET ? !question->dst.ip :
	    ipv6_addr_any(&question->dst.in6)) {
		NL_SET_ERR_MSG_ATTR(extack, dst, "the peer has no address");
		return -EINVAL;
	}
	/* To the kernel, which has the socket use IPv4, it is another. */
	if (question->family == AF_INET6 &&
	    ipv6_addr_v4mapped(&question->dst.in6)) {
		NL_SET_ERR_MSG_ATTR(extack, dst,
				    "an IPv4 peer in an IPv6 address");
		return -EINVAL;
	}
	/* It would take a device, too, and is never steered to another. */
	if (question->family == AF_INET6 &&
	    !ipv6_addr_is_multicast(&question->dst.in6) &&
	    ipv6_addr_type(&question->dst.in6) & IPV6_ADDR_LINKLOCAL) {
		NL_SET_ERR_MSG_ATTR(extack, dst,
				    "a link-local peer is on one link only");
		return -EINVAL;
	}
	if (tb[SVCBIND_A_FLOW_DPORT])
		question->dport = nla_get_u16(tb[SVCBIND_A_FLOW_DPORT]);
	if (tb[SVCBIND_A_FLOW_SPORT])
		question->sport = nla_get_u16(tb[SVCBIND_A_FLOW_SPORT]);
	return svcbind_nl_parse_src(question, net, tb[SVCBIND_A_FLOW_SRC],
				    extack);
}

static int svcbind_nl_parse_in(struct svcbind_question *question,
			       struct net *net, const struct nlattr *attr,
			       struct netlink_ext_ack *extack)
{
	bool found;

	if (!attr)
		return 0;
	question->in = nla_get_s32(attr);
	rcu_read_lock();
	found = question->in > 0 && dev_get_by_index_rcu(net, question->in);
	rcu_read_unlock();
	if (found)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "in: no such device");
	return -ENODEV;
}

static int svcbind_nl_parse_asker(struct svcbind_question *question,
				  struct net *net, struct nlattr *const tb[],
				  struct netlink_ext_ack *extack)
{
	struct nlattr *attr = tb[SVCBIND_A_FLOW_UID];
	struct svcbind_cgroup *cgroup;

	if (tb[SVCBIND_A_FLOW_MARK])
		question->mark = nla_get_u32(tb[SVCBIND_A_FLOW_MARK]);
	if (attr) {
		question->uid = make_kuid(net->user_ns, nla_get_u32(attr));
		question->has_uid = true;
		if (!uid_valid(question->uid)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "uid is nobody's here");
			return -EINVAL;
		}
	}
	attr = tb[SVCBIND_A_FLOW_CGROUP];
	if (!attr)
		return 0;
	cgroup = svcbind_nl_get_cgroup(attr, extack);
	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	question->cgroup = cgroup;
	if (!svcbind_cgroup_pending(cgroup))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "cgroup: there is none there now");
	return -ENOENT;
}

/**
 * svcbind_nl_parse_question() - read what is asked
 * @question: filled in; its cgroup is the caller's to free, on errors too
 * @info: the request
 *
 * Context: process context, that of who asks.
 * Return: 0 or an error.
 */
int svcbind_nl_parse_question(struct svcbind_question *question,
			      struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SVCBIND_A_FLOW];
	struct nlattr *tb[SVCBIND_A_FLOW_MARK + 1];
	struct net *net = genl_info_net(info);
	int err;

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "an attribute is missing");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, SVCBIND_A_FLOW_MARK, attr,
			       svcbind_flow_nl_policy, info->extack);
	if (err)
		return err;
	return svcbind_nl_parse_proto(question, tb, info->extack) ?:
	       svcbind_nl_parse_addresses(question, net, tb, info->extack) ?:
	       svcbind_nl_parse_in(question, net, tb[SVCBIND_A_FLOW_IN],
				   info->extack) ?:
	       svcbind_nl_parse_asker(question, net, tb, info->extack);
}
