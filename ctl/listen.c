// SPDX-License-Identifier: GPL-2.0
/* The socket on which the kernel tells what changes. */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/svcbind.h>

#include "ctl.h"
#include "listen.h"

/* Where net.core.rmem_max permits; libnl's own is room for some 80 events. */
#define BUFFER_SIZE	(1024 * 1024)

static struct nl_sock *sock;

/**
 * struct news - what one call of listen_read() finds
 * @fn: called for each event
 * @arg: for @fn
 * @err: what @fn returned, or -ENODEV
 */
struct news {
	ctl_nl_reply_fn fn;
	void *arg;
	int err;
};

/* On a socket of its own: no event may come between question and answer. */
static int find_group(const char *family, const char *group)
{
	struct nl_sock *probe = nl_socket_alloc();
	int found = -NLE_NOMEM;

	if (probe)
		found = genl_connect(probe);
	if (found >= 0)
		found = genl_ctrl_resolve_grp(probe, family, group);
	nl_socket_free(probe);
	return found;
}

static int join(const char *family, const char *group)
{
	int found = find_group(family, group);

	return found < 0 ? found : nl_socket_add_membership(sock, found);
}

static int fail_open(int err)
{
	listen_close();
	if (err == -NLE_PERM)
		return ctl_nl_fail(-EPERM);
	if (err == -NLE_OBJ_NOTFOUND)
		return ctl_fail(CTL_NOT_LOADED, "svcbind was unloaded");
	return ctl_fail(CTL_REFUSED, "netlink: %s", nl_geterror(err));
}

/**
 * listen_open() - begin to listen; after ctl_nl_open()
 *
 * That the module goes is heard of from before its group is looked for.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int listen_open(void)
{
	int err;

	sock = nl_socket_alloc();
	if (!sock)
		return ctl_fail(CTL_REFUSED, "out of memory");
	nl_socket_disable_seq_check(sock);
	err = genl_connect(sock);
	if (!err)
		err = nl_socket_set_buffer_size(sock, BUFFER_SIZE, 0);
	if (!err)
		err = join("nlctrl", "notify");
	if (!err)
		err = join(SVCBIND_GENL_NAME, SVCBIND_MCGRP_EVENTS);
	if (!err)
		err = nl_socket_set_nonblocking(sock);
	return err ? fail_open(err) : CTL_OK;
}

/**
 * listen_fd() - what to poll
 *
 * Return: the socket.
 */
int listen_fd(void)
{
	return nl_socket_get_fd(sock);
}

/* Of all families that come and go, svcbind's going. */
static int on_family(struct nlmsghdr *nlh)
{
	struct nlattr *attrs[CTRL_ATTR_MAX + 1];
	struct genlmsghdr *genl = nlmsg_data(nlh);

	if (genl->cmd != CTRL_CMD_DELFAMILY ||
	    genlmsg_parse(nlh, 0, attrs, CTRL_ATTR_MAX, NULL) ||
	    !attrs[CTRL_ATTR_FAMILY_NAME] ||
	    strcmp(nla_get_string(attrs[CTRL_ATTR_FAMILY_NAME]),
		   SVCBIND_GENL_NAME))
		return 0;
	return -ENODEV;
}

static int on_event(struct nlmsghdr *nlh, struct news *news)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct genlmsghdr *genl = nlmsg_data(nlh);

	if (genl->cmd != SVCBIND_CMD_EVENT)
		return 0;
	if (genlmsg_parse(nlh, 0, attrs, SVCBIND_A_MAX, NULL))
		return -EBADMSG;
	return news->fn(attrs, news->arg);
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct news *news = arg;

	if (news->err || !genlmsg_valid_hdr(nlh, 0))
		return NL_OK;
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		news->err = on_family(nlh);
	else
		news->err = on_event(nlh, news);
	return NL_OK;
}

/**
 * listen_read() - read what has come
 * @fn: called for each event
 * @arg: for @fn
 *
 * Return: 0; -ENOBUFS: events were lost; -ENODEV: the module is gone; another
 * negative errno, or what @fn returned.
 */
int listen_read(ctl_nl_reply_fn fn, void *arg)
{
	struct news news = { .fn = fn, .arg = arg };
	int err;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, &news);
	err = nl_recvmsgs_default(sock);
	/* libnl takes the kernel's ENOBUFS for want of memory. */
	if (err == -NLE_NOMEM)
		return -ENOBUFS;
	if (err && err != -NLE_AGAIN && err != -NLE_INTR)
		return -EIO;
	return news.err;
}

/**
 * listen_close() - listen no more
 */
void listen_close(void)
{
	nl_socket_free(sock);
	sock = NULL;
}
