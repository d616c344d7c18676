// SPDX-License-Identifier: GPL-2.0
/* The TCP connections of this network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/inet_diag.h>
#include <linux/nsfs.h>
#include <linux/sock_diag.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "diag.h"
#include "nl.h"
#include "session.h"

/**
 * diag_is_mapped() - is it an IPv4 address in the form of an IPv6 one?
 * @addr: sixteen bytes
 *
 * Return: whether it is; the last four are it.
 */
bool diag_is_mapped(const uint8_t *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, mapped, sizeof(mapped));
}

/* Of older kernels it ends sooner, but not before these. */
static uint32_t idle_ms(const struct tcp_info *info, size_t len)
{
	if (len < offsetof(struct tcp_info, tcpi_last_ack_recv))
		return 0;
	return info->tcpi_last_data_sent < info->tcpi_last_data_recv ?
	       info->tcpi_last_data_sent : info->tcpi_last_data_recv;
}

/* INET_DIAG_MARK is there only for who may administrate the namespace. */
static void read_attrs(struct nlmsghdr *nlh, struct session *session)
{
	struct nlattr *tb[INET_DIAG_CGROUP_ID + 1], *attr;

	if (nlmsg_parse(nlh, sizeof(struct inet_diag_msg), tb,
			INET_DIAG_CGROUP_ID, NULL))
		return;
	attr = tb[INET_DIAG_MARK];
	if (attr && nla_len(attr) >= 4)
		session->mark = nla_get_u32(attr);
	attr = tb[INET_DIAG_CGROUP_ID];
	if (attr && nla_len(attr) >= 8)
		session->cgroup_id = nla_get_u64(attr);
	attr = tb[INET_DIAG_INFO];
	if (attr)
		session->idle = idle_ms(nla_data(attr), nla_len(attr));
}

static void read_socket(const struct inet_diag_msg *diag,
			struct session *session)
{
	memset(session, 0, sizeof(*session));
	session->family = diag->idiag_family;
	memcpy(session->local, diag->id.idiag_src, 16);
	memcpy(session->remote, diag->id.idiag_dst, 16);
	session->local_port = ntohs(diag->id.idiag_sport);
	session->remote_port = ntohs(diag->id.idiag_dport);
	session->ifindex = diag->id.idiag_if;
	session->socket = diag->id;
	session->socket_family = diag->idiag_family;
	session->inode = diag->idiag_inode;
	session->uid = diag->idiag_uid;
	if (session->family == AF_INET6 && diag_is_mapped(session->remote)) {
		session->family = AF_INET;
		memmove(session->local, session->local + 12, 4);
		memmove(session->remote, session->remote + 12, 4);
	}
}

static int on_socket(struct nlmsghdr *nlh, void *arg)
{
	const struct inet_diag_msg *diag = nlmsg_data(nlh);
	struct sessions *list = arg;
	struct session *grown;

	if (nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    !nlmsg_valid_hdr(nlh, sizeof(*diag)) ||
	    diag->idiag_state != TCP_ESTABLISHED)
		return 0;
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		grown = realloc(list->session, list->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		list->session = grown;
	}
	read_socket(diag, &list->session[list->n]);
	read_attrs(nlh, &list->session[list->n++]);
	return 0;
}

static struct nl_msg *request(int type, int flags,
			      const struct inet_diag_req_v2 *req)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (!msg || !nlmsg_append(msg, (void *)req, sizeof(*req),
				  NLMSG_ALIGNTO))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/*
 * In one of the states of the bit set @states, with struct tcp_info or without;
 * both families.
 */
static int dump(unsigned int states, bool info, ctl_nl_message_fn fn, void *arg)
{
	struct inet_diag_req_v2 req = {
		.sdiag_family = AF_INET,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = states,
		.idiag_ext = info ? 1 << (INET_DIAG_INFO - 1) : 0,
	};
	int err;

	err = ctl_nl_ask(NETLINK_SOCK_DIAG,
			 request(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &req), fn,
			 arg);
	req.sdiag_family = AF_INET6;
	return err ? err :
	       ctl_nl_ask(NETLINK_SOCK_DIAG,
			  request(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &req), fn,
			  arg);
}

/*
 * Does our user namespace own the network namespace?  idiag_uid is a number in
 * the former (inet_diag_msg_attrs_fill()), a service's is one in the latter's.
 */
static bool are_uids_ours(void)
{
	int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int owner = net < 0 ? -1 : ioctl(net, NS_GET_USERNS);
	struct stat theirs, ours;
	bool same;

	same = owner >= 0 && !fstat(owner, &theirs) &&
	       !stat("/proc/self/ns/user", &ours) &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
	if (owner >= 0)
		close(owner);
	if (net >= 0)
		close(net);
	return same;
}

/**
 * diag_established() - list the established TCP connections
 * @list: empty; takes them; freed by the caller, on errors too
 * @idle: for how long they have been idle is wanted, too
 *
 * Return: 0 or a negative errno.
 */
int diag_established(struct sessions *list, bool idle)
{
	bool known = are_uids_ours();
	unsigned int i;
	int err;

	err = dump(1 << TCP_ESTABLISHED, idle, on_socket, list);
	for (i = 0; i < list->n; i++)
		list->session[i].uid_known = known;
	return err;
}

static int on_listener(struct nlmsghdr *nlh, void *arg)
{
	const struct inet_diag_msg *diag = nlmsg_data(nlh);
	bool *listening = arg;

	if (nlh->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	    nlmsg_valid_hdr(nlh, sizeof(*diag)))
		listening[ntohs(diag->id.idiag_sport)] = true;
	return 0;
}

/**
 * diag_listening() - find the ports at which TCP connections are accepted
 * @listening: 65,536, all false; takes whether somebody listens there
 *
 * Return: 0 or a negative errno.
 */
int diag_listening(bool *listening)
{
	return dump(1 << TCP_LISTEN, false, on_listener, listening);
}

/**
 * diag_destroy() - end a connection: both ends get an error
 * @session: the connection
 *
 * Return: 0 or a negative errno; -ENOENT if it has ended by itself, -EOPNOTSUPP
 * if the kernel was built without CONFIG_INET_DIAG_DESTROY, of older ones also if
 * it is ending just now.
 */
int diag_destroy(const struct session *session)
{
	struct inet_diag_req_v2 req = {
		.sdiag_family = session->socket_family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = -1,
		.id = session->socket,
	};

	return ctl_nl_ask(NETLINK_SOCK_DIAG,
			  request(SOCK_DESTROY, NLM_F_ACK, &req), NULL, NULL);
}
