// SPDX-License-Identifier: GPL-2.0
/* The ssh session that the command was given in, and its present route. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "session.h"

#define VARIABLE	"SSH_CONNECTION="
/* More ancestors than any real process has shells, sudos and multiplexers. */
#define ANCESTORS_MAX	64

struct route {
	int type;
	int oif;
};

static char *environ_of(pid_t pid)
{
	char path[64], *entry = NULL, *found = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	while (!found && getdelim(&entry, &size, '\0', f) > 0)
		if (!strncmp(entry, VARIABLE, strlen(VARIABLE)))
			found = strdup(entry + strlen(VARIABLE));
	free(entry);
	fclose(f);
	return found;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512], *end = NULL;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fgets(line, sizeof(line), f))
		end = strrchr(line, ')');	/* the name may hold anything */
	if (end)
		sscanf(end + 1, " %*c %d", &parent);
	fclose(f);
	return parent;
}

/* sudo and su take the variable away: then it is an ancestor that has it. */
static char *connection(void)
{
	const char *value = getenv("SSH_CONNECTION");
	char *found = NULL;
	pid_t pid;
	int i;

	if (value)
		return strdup(value);
	pid = getppid();
	for (i = 0; i < ANCESTORS_MAX && pid > 1 && !found; i++) {
		found = environ_of(pid);
		pid = parent_of(pid);
	}
	return found;
}

/* Reads an address; one of IPv4 in an IPv6 socket becomes plain IPv4. */
static int read_address(char *text, uint8_t *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	text[strcspn(text, "%")] = '\0';
	if (inet_pton(AF_INET, text, addr) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, text, addr) != 1)
		return 0;
	if (memcmp(addr, mapped, sizeof(mapped)))
		return AF_INET6;
	memmove(addr, addr + 12, 4);
	return AF_INET;
}

static int on_route(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct route *route = arg;
	struct rtmsg *rtm = nlmsg_data(nlh);
	struct nlattr *oif;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    !nlmsg_valid_hdr(nlh, sizeof(*rtm)))
		return NL_OK;
	oif = nlmsg_find_attr(nlh, sizeof(*rtm), RTA_OIF);
	route->type = rtm->rtm_type;
	route->oif = oif && nla_len(oif) >= 4 ? (int)nla_get_u32(oif) : 0;
	return NL_OK;
}

/* Asks for the route to @to; @from too if it isn't NULL, and our ports. */
static bool look_up(const struct session *session, const uint8_t *to,
		    const uint8_t *from, struct route *route)
{
	int len = session->family == AF_INET ? 4 : 16;
	struct rtmsg rtm = {
		.rtm_family = session->family,
		.rtm_dst_len = 8 * len,
		.rtm_src_len = from ? 8 * len : 0,
	};
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	bool ok = false;

	memset(route, 0, sizeof(*route));
	if (!sock || !msg || nl_connect(sock, NETLINK_ROUTE) ||
	    nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO) ||
	    nla_put(msg, RTA_DST, len, to))
		goto out;
	if (from && (nla_put(msg, RTA_SRC, len, from) ||
		     nla_put_u8(msg, RTA_IP_PROTO, IPPROTO_TCP) ||
		     nla_put_u16(msg, RTA_SPORT, htons(session->local_port)) ||
		     nla_put_u16(msg, RTA_DPORT, htons(session->remote_port))))
		goto out;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_route, route);
	nl_socket_disable_auto_ack(sock);
	ok = nl_send_auto(sock, msg) >= 0 && nl_recvmsgs_default(sock) >= 0 &&
	     route->type;
out:
	nlmsg_free(msg);
	nl_socket_free(sock);
	return ok;
}

static bool parse(char *text, struct session *session)
{
	char remote[INET6_ADDRSTRLEN + IFNAMSIZ];
	char local[INET6_ADDRSTRLEN + IFNAMSIZ], *zone;
	unsigned int remote_port, local_port;

	if (sscanf(text, "%61s %u %61s %u", remote, &remote_port, local,
		   &local_port) != 4)
		return false;
	zone = strchr(remote, '%');
	if (zone)
		snprintf(session->dev, sizeof(session->dev), "%.15s", zone + 1);
	session->remote_port = remote_port;
	session->local_port = local_port;
	session->family = read_address(local, session->local);
	return session->family &&
	       session->family == read_address(remote, session->remote);
}

/**
 * session_find() - find the ssh session and the device that it uses
 * @session: what was found
 *
 * Return: whether there is one, and it ends in this network namespace.
 */
bool session_find(struct session *session)
{
	char *text = connection();
	struct route route;
	bool found;

	memset(session, 0, sizeof(*session));
	found = text && parse(text, session);
	free(text);
	/* "ip netns exec": the session's addresses may be another's here */
	if (!found ||
	    !look_up(session, session->local, NULL, &route) ||
	    route.type != RTN_LOCAL)
		return false;
	/* a link-local client has told its device already */
	if (session->dev[0])
		return true;
	if (!look_up(session, session->remote, session->local, &route))
		return true;
	if (route.type == RTN_LOCAL)
		return false;
	if (route.oif && !if_indextoname(route.oif, session->dev))
		session->dev[0] = '\0';
	return true;
}
