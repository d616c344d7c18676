// SPDX-License-Identifier: GPL-2.0
/* Netlink: socket, requests, the kernel's own words on errors. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/svcbind.h>

#include "ctl.h"
#include "netns.h"
#include "nl.h"

/* Holds the longest request: five full lists. */
#define REQUEST_SIZE	32768
#define BUFFER_SIZE	65536
/* As much as one sendmsg() takes, well below net.core.wmem_default. */
#define BATCH_SIZE	32768

static struct nl_sock *sock;
static int family;
static char extack[256];
static bool elsewhere;

/**
 * struct batch - requests that are answered only if they are refused
 * @buf: those that aren't sent yet
 * @used: of @buf
 * @seq: number of the first one since the last ctl_nl_run()
 * @n: how many there are since then
 * @refused: the first one that was refused, counted from 0; -1: none was
 */
static struct {
	char buf[BATCH_SIZE];
	size_t used;
	uint32_t seq;
	unsigned int n;
	int refused;
} batch = { .refused = -1 };

/**
 * struct reply - what is known of the reply to a request
 * @fn: called for each message
 * @arg: for @fn
 * @seq: the request's number
 * @batched: what was posted is answered before it
 * @err: negative errno of the kernel or of @fn
 * @done: nothing more comes
 */
struct reply {
	ctl_nl_message_fn fn;
	void *arg;
	uint32_t seq;
	bool batched;
	int err;
	bool done;
};

/**
 * ctl_nl_netns() - do all that follows in another network namespace
 * @netns: name in /run/netns, path (with a slash), or pid
 *
 * Return: an enum ctl_status.
 */
int ctl_nl_netns(const char *netns)
{
	int fd, err;

	ctl_context("-n %s", netns);
	fd = netns_open(netns);
	if (fd < 0 && errno == ENOENT)
		return ctl_fail(CTL_REFUSED, "no such network namespace");
	if (fd < 0)
		return ctl_fail(CTL_REFUSED, "%s", strerror(errno));
	elsewhere = !netns_is_our_own(fd);
	err = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	if (err == EINVAL || err == ENOTTY)
		return ctl_fail(CTL_REFUSED, "not a network namespace");
	if (err)
		return ctl_fail(CTL_REFUSED, "%s", strerror(err));
	return CTL_OK;
}

/**
 * ctl_nl_is_elsewhere() - do we work in another namespace than the caller's?
 *
 * Return: whether ctl_nl_netns() led to another one.
 */
bool ctl_nl_is_elsewhere(void)
{
	return elsewhere;
}

/*
 * libnl hands out negative codes of its own and loses the errno; those that
 * matter before the first request are few.
 */
static int fail_libnl(int err)
{
	return ctl_fail(CTL_REFUSED, "netlink: %s", nl_geterror(err));
}

/**
 * ctl_nl_open() - open the socket; finds whether svcbind is loaded
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int ctl_nl_open(void)
{
	int one = 1, err;

	if (sock)
		return CTL_OK;
	sock = nl_socket_alloc();
	if (!sock)
		return ctl_fail(CTL_REFUSED, "out of memory");
	err = genl_connect(sock);
	if (err < 0)
		goto fail;
	/* The kernel makes the parts of a dump as long as the reader's buffer;
	 * a service with full lists takes 13,000 bytes.
	 */
	nl_socket_set_msg_buf_size(sock, BUFFER_SIZE);
	/* CAP_ACK: a refusal would else echo the request and overflow. */
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &one,
		   sizeof(one));
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &one,
		   sizeof(one));
	family = genl_ctrl_resolve(sock, SVCBIND_GENL_NAME);
	if (family == -NLE_OBJ_NOTFOUND) {
		ctl_nl_close();
		return ctl_fail(CTL_NOT_LOADED,
				"svcbind isn't loaded (svcbindctl load)");
	}
	if (family >= 0)
		return CTL_OK;
	err = family;
fail:
	ctl_nl_close();
	return fail_libnl(err);
}

/**
 * ctl_nl_loaded() - whether the kernel has the family, without a word
 *
 * Return: true if it has.
 */
bool ctl_nl_loaded(void)
{
	struct nl_sock *probe = nl_socket_alloc();
	bool loaded;

	if (!probe)
		return false;
	loaded = !genl_connect(probe) &&
		 genl_ctrl_resolve(probe, SVCBIND_GENL_NAME) >= 0;
	nl_socket_free(probe);
	return loaded;
}

/**
 * ctl_nl_close() - close the socket
 */
void ctl_nl_close(void)
{
	nl_socket_free(sock);
	sock = NULL;
}

/**
 * ctl_nl_request() - begin a request; after ctl_nl_open()
 * @cmd: SVCBIND_CMD_*
 * @flags: NLM_F_DUMP or 0
 *
 * Return: the message, NULL if there is no memory.
 */
struct nl_msg *ctl_nl_request(int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(REQUEST_SIZE);

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				flags, cmd, SVCBIND_GENL_VERSION)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* libnl doesn't decode extended acknowledgements. */
static void read_extack(struct nlmsghdr *nlh, int skip)
{
	struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || nlmsg_datalen(nlh) < skip)
		return;
	attr = nla_find((struct nlattr *)((char *)nlmsg_data(nlh) + skip),
			nlmsg_datalen(nlh) - skip, NLMSGERR_ATTR_MSG);
	if (attr)
		snprintf(extack, sizeof(extack), "%.*s", nla_len(attr),
			 (char *)nla_data(attr));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	/* The message is what libnl was reading: its header precedes @err. */
	struct nlmsghdr *nlh = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	struct reply *reply = arg;
	int skip = sizeof(*err);
	bool ours = err->msg.nlmsg_seq == reply->seq;

	(void)from;
	reply->done = ours;
	/* what was refused first says why all the rest is, too */
	if (reply->batched && batch.refused >= 0)
		return ours ? NL_STOP : NL_SKIP;
	if (!ours)
		batch.refused = err->msg.nlmsg_seq - batch.seq;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    err->msg.nlmsg_len > sizeof(err->msg))
		skip += NLMSG_ALIGN(err->msg.nlmsg_len - sizeof(err->msg));
	read_extack(nlh, skip);
	reply->err = err->error;
	return ours ? NL_STOP : NL_SKIP;
}

/* The kernel answers in order: that may be one of the batch. */
static int on_seq(struct nl_msg *msg, void *arg)
{
	const struct reply *reply = arg;
	uint32_t seq = nlmsg_hdr(msg)->nlmsg_seq;

	return seq == reply->seq ||
	       (reply->batched && seq - batch.seq < batch.n) ? NL_OK : NL_SKIP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	(void)msg;
	reply->done = true;
	return NL_STOP;
}

static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct reply *reply = arg;
	int err = 0;

	/* A dump that fails half-way says so here, which libnl ignores. */
	if (nlmsg_datalen(nlh) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (err < 0) {
		read_extack(nlh, sizeof(err));
		reply->err = err;
	}
	reply->done = true;
	return NL_STOP;
}

static int on_intr(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	(void)msg;
	reply->err = -EINTR;
	return NL_OK;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	if (!reply->err && reply->fn)
		reply->err = reply->fn(nlmsg_hdr(msg), reply->arg);
	return NL_OK;
}

/* Sends a request, which is consumed, and waits for all of the reply. */
static int exchange(struct nl_sock *on, struct nl_msg *msg,
		    ctl_nl_message_fn fn, void *arg)
{
	struct reply reply = { .fn = fn, .arg = arg, .batched = on == sock };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	extack[0] = '\0';
	if (!msg || !cb) {
		reply.err = -ENOMEM;
		goto out;
	}
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &reply);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, &reply);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, &reply);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_intr, &reply);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &reply);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_seq, &reply);
	nl_complete_msg(on, msg);
	reply.seq = nlmsg_hdr(msg)->nlmsg_seq;
	err = nl_send(on, msg);
	while (err >= 0 && !reply.done)
		err = nl_recvmsgs(on, cb);
	if (err < 0 && !reply.done) {
		snprintf(extack, sizeof(extack), "%s", nl_geterror(err));
		reply.err = -EIO;
	}
out:
	nl_cb_put(cb);
	nlmsg_free(msg);
	return reply.err;
}

struct genl_reply {
	ctl_nl_reply_fn fn;
	void *arg;
};

static int on_genl(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	struct genl_reply *genl = arg;

	if (genlmsg_parse(nlh, 0, attrs, SVCBIND_A_MAX, NULL))
		return -EBADMSG;
	return genl->fn ? genl->fn(attrs, genl->arg) : 0;
}

static int send_batch(void)
{
	int err = batch.used ? nl_sendto(sock, batch.buf, batch.used) : 0;

	batch.used = 0;
	if (err >= 0)
		return 0;
	snprintf(extack, sizeof(extack), "%s", nl_geterror(err));
	return -EIO;
}

/**
 * ctl_nl_post() - send a request of which only a refusal is told
 * @msg: the request; consumed; NULL counts as out of memory
 *
 * It may be sent as late as the next ctl_nl_run() is, which tells the first
 * refusal.
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int ctl_nl_post(struct nl_msg *msg)
{
	struct nlmsghdr *nlh;
	size_t len;
	int err = 0;

	if (!msg)
		return -ENOMEM;
	nl_complete_msg(sock, msg);
	nlh = nlmsg_hdr(msg);
	nlh->nlmsg_flags &= ~NLM_F_ACK;
	len = NLMSG_ALIGN(nlh->nlmsg_len);
	if (batch.used + len > sizeof(batch.buf))
		err = send_batch();
	if (!batch.n++)
		batch.seq = nlh->nlmsg_seq;
	memset(batch.buf + batch.used, 0, len);
	memcpy(batch.buf + batch.used, nlh, nlh->nlmsg_len);
	batch.used += len;
	nlmsg_free(msg);
	return err;
}

/**
 * ctl_nl_refused() - which of the posted requests was it?
 *
 * Return: the one that ctl_nl_run() told the error of, counted from 0; -1 if it
 * was that of its own request.
 */
int ctl_nl_refused(void)
{
	return batch.refused;
}

/**
 * ctl_nl_run() - send a request and wait for all of the reply
 * @msg: the request; consumed; NULL counts as out of memory
 * @fn: called for each message of the reply, or NULL
 * @arg: for @fn
 *
 * Return: 0 or a negative errno, for ctl_nl_fail(); -EINTR: the ruleset changed
 * while it was dumped. Of what was posted before, the first refusal comes first.
 */
int ctl_nl_run(struct nl_msg *msg, ctl_nl_reply_fn fn, void *arg)
{
	struct genl_reply genl = { .fn = fn, .arg = arg };
	int err;

	batch.refused = -1;
	err = send_batch();
	if (err)
		nlmsg_free(msg);
	else
		err = exchange(sock, msg, on_genl, &genl);
	batch.n = 0;
	return err;
}

/**
 * ctl_nl_ask() - put a question to another netlink protocol than ours
 * @protocol: NETLINK_ROUTE and the like
 * @msg: the question; consumed; NULL counts as out of memory
 * @fn: called for each message of the reply, or NULL
 * @arg: for @fn
 *
 * Return: 0 or a negative errno.
 */
int ctl_nl_ask(int protocol, struct nl_msg *msg, ctl_nl_message_fn fn,
	       void *arg)
{
	struct nl_sock *on = nl_socket_alloc();
	int err;

	if (on && !nl_connect(on, protocol)) {
		err = exchange(on, msg, fn, arg);
	} else {
		err = on ? -EPROTONOSUPPORT : -ENOMEM;
		nlmsg_free(msg);
	}
	nl_socket_free(on);
	return err;
}

/**
 * ctl_nl_fail() - print why the kernel refused
 * @err: negative errno that ctl_nl_run() returned
 *
 * Return: CTL_REFUSED.
 */
int ctl_nl_fail(int err)
{
	if (extack[0])
		return ctl_fail(CTL_REFUSED, "%s", extack);
	if (err == -EPERM)
		return ctl_fail(CTL_REFUSED, "%s (CAP_NET_ADMIN is needed)",
				strerror(EPERM));
	if (err == -EINTR)
		return ctl_fail(CTL_REFUSED,
				"the configuration keeps changing while it is read");
	return ctl_fail(CTL_REFUSED, "%s", strerror(-err));
}
