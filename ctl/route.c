// SPDX-License-Identifier: GPL-2.0
/* What the routing table does with a session's packets. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "nl.h"
#include "route.h"
#include "session.h"

struct route {
	int type;
	int oif;
};

static int on_route(struct nlmsghdr *nlh, void *arg)
{
	const struct rtmsg *rtm = nlmsg_data(nlh);
	struct route *route = arg;
	struct nlattr *oif;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    !nlmsg_valid_hdr(nlh, sizeof(*rtm)))
		return 0;
	oif = nlmsg_find_attr(nlh, sizeof(*rtm), RTA_OIF);
	route->type = rtm->rtm_type;
	route->oif = oif && nla_len(oif) >= 4 ? (int)nla_get_u32(oif) : 0;
	return 0;
}

static int look_up(const struct session *session, bool from, int oif,
		   unsigned int flags, struct route *route)
{
	int len = session->family == AF_INET ? 4 : 16;
	struct rtmsg rtm = {
		.rtm_family = session->family,
		.rtm_dst_len = 8 * len,
		.rtm_src_len = from ? 8 * len : 0,
		.rtm_flags = flags,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);

	memset(route, 0, sizeof(*route));
	if (!msg)
		return -ENOMEM;
	if (nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO) ||
	    nla_put(msg, RTA_DST, len, session->remote) ||
	    (from && nla_put(msg, RTA_SRC, len, session->local)) ||
	    (oif && nla_put_u32(msg, RTA_OIF, oif)) ||
	    nla_put_u8(msg, RTA_IP_PROTO, IPPROTO_TCP) ||
	    nla_put_u16(msg, RTA_SPORT, htons(session->local_port)) ||
	    nla_put_u16(msg, RTA_DPORT, htons(session->remote_port))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return ctl_nl_ask(NETLINK_ROUTE, msg, on_route, route);
}

/**
 * route_find_device() - find the device that the routing table would take
 * @session: the session; its @dev is set, "" if there is no route
 *
 * Return: whether the client is another host.
 */
bool route_find_device(struct session *session)
{
	struct route route;

	session->dev[0] = '\0';
	/* a VRF's sockets are bound to it: its table is the one that counts */
	if (look_up(session, true, session->ifindex, 0, &route))
		return true;
	if (route.type == RTN_LOCAL)
		return false;
	if (route.oif && !if_indextoname(route.oif, session->dev))
		session->dev[0] = '\0';
	return true;
}

static bool leads_through(const struct session *session, bool from,
			  int ifindex)
{
	struct route route;

	return !look_up(session, from, ifindex, RTM_F_FIB_MATCH, &route) &&
	       route.type == RTN_UNICAST &&
	       /* one of several next hops isn't told */
	       (!route.oif || route.oif == ifindex);
}

/**
 * route_leads_through() - is there a route to the client through a device?
 * @session: the session
 * @ifindex: the device
 *
 * Return: whether there is one; a lookup that doesn't ask for the entry itself
 * would take any client for on-link where IPv4 has none.
 */
bool route_leads_through(const struct session *session, int ifindex)
{
	/* ip6_route_output() insists on the device without a source only */
	return leads_through(session, true, ifindex) ||
	       (session->family == AF_INET6 &&
		leads_through(session, false, ifindex));
}
