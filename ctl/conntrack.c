// SPDX-License-Identifier: GPL-2.0
/* What connection tracking knows of a TCP connection. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attr.h"
#include "conntrack.h"
#include "nl.h"
#include "session.h"

#define GET	(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET)
#define NEW	(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW)

/**
 * struct lookup - the question, and what is found
 * @session: the connection
 * @addr: takes the source that it has on the wire
 */
struct lookup {
	const struct session *session;
	uint8_t *addr;
};

static int put_ends(struct nl_msg *msg, const struct session *s)
{
	bool v4 = s->family == AF_INET;
	int len = v4 ? 4 : 16;
	struct nlattr *nest = nla_nest_start(msg, CTA_TUPLE_IP | NLA_F_NESTED);

	if (!nest ||
	    nla_put(msg, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, len, s->local) ||
	    nla_put(msg, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, len, s->remote))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, CTA_TUPLE_PROTO | NLA_F_NESTED);
	if (!nest || nla_put_u8(msg, CTA_PROTO_NUM, IPPROTO_TCP) ||
	    nla_put_u16(msg, CTA_PROTO_SRC_PORT, htons(s->local_port)) ||
	    nla_put_u16(msg, CTA_PROTO_DST_PORT, htons(s->remote_port)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static struct nl_msg *question(const struct session *session)
{
	struct nfgenmsg head = {
		.nfgen_family = session->family,
		.version = NFNETLINK_V0,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(GET, NLM_F_ACK);
	struct nlattr *nest;

	if (!msg)
		return NULL;
	if (nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO))
		goto err;
	nest = nla_nest_start(msg, CTA_TUPLE_ORIG | NLA_F_NESTED);
	if (!nest || put_ends(msg, session))
		goto err;
	nla_nest_end(msg, nest);
	return msg;

err:
	nlmsg_free(msg);
	return NULL;
}

/* One address of a tuple. */
static bool get_addr(uint8_t *addr, struct nlattr *nest, bool v4, int type)
{
	struct nlattr *tuple[CTA_TUPLE_MAX + 1], *ip[CTA_IP_MAX + 1];

	return nest && !nla_parse_nested(tuple, CTA_TUPLE_MAX, nest, NULL) &&
	       tuple[CTA_TUPLE_IP] &&
	       !nla_parse_nested(ip, CTA_IP_MAX, tuple[CTA_TUPLE_IP], NULL) &&
	       get_bytes(addr, v4 ? 4 : 16, ip[type]);
}

/*
 * Whom the peer answers.  A connection is found by either of its tuples: one that
 * was seen from the peer's side first has no source NAT of ours.
 */
static int on_connection(struct nlmsghdr *nlh, void *arg)
{
	struct lookup *lookup = arg;
	const struct session *s = lookup->session;
	bool v4 = s->family == AF_INET;
	struct nlattr *tb[CTA_MAX + 1];
	uint8_t source[16];

	if (nlh->nlmsg_type != NEW ||
	    nlmsg_parse(nlh, sizeof(struct nfgenmsg), tb, CTA_MAX, NULL) ||
	    !get_addr(source, tb[CTA_TUPLE_ORIG], v4,
		      v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC))
		return -EBADMSG;
	if (memcmp(source, s->local, v4 ? 4 : 16))
		return -ENOENT;
	return get_addr(lookup->addr, tb[CTA_TUPLE_REPLY], v4,
			v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST) ? 0 : -EBADMSG;
}

/**
 * conntrack_source() - find the source that a connection has on the wire
 * @session: the connection
 * @addr: takes it; sixteen bytes, of which IPv4 takes the first four
 *
 * Return: 0; -ENOENT if the connection isn't tracked, and has the source that it
 * seems to have; another negative errno.
 */
int conntrack_source(const struct session *session, uint8_t *addr)
{
	struct lookup lookup = { .session = session, .addr = addr };

	return ctl_nl_ask(NETLINK_NETFILTER, question(session), on_connection,
			  &lookup);
}
