// SPDX-License-Identifier: GPL-2.0
/*
 * In the place of ctl/nl.c, listen.c, leave.c and libkmod: a kernel that answers
 * what the fuzzer wants, and modules that never come.  A reply is a byte, a fourth of
 * the length of what follows, and attributes.  In that of ctl/file.c and
 * ctl/diff.c: one small file for any path, and nothing that is written or run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <libkmod.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/svcbind.h>

#include "ctl.h"
#include "diff.h"
#include "file.h"
#include "leave.h"
#include "listen.h"
#include "nl.h"

#include "kernel.h"

static const uint8_t *rest;
static size_t left;

/**
 * kernel_says() - set what the kernel will answer
 * @data: replies
 * @size: of @data
 */
void kernel_says(const uint8_t *data, size_t size)
{
	rest = data;
	left = size;
}

/* The next reply, in memory of its own so that nothing is read beyond it. */
static void *next_reply(size_t *len)
{
	void *copy;

	if (!left)
		return NULL;
	*len = *rest++ * 4;
	if (*len > --left)
		*len = left;
	copy = malloc(*len + !*len);
	if (!copy)
		abort();
	memcpy(copy, rest, *len);
	rest += *len;
	left -= *len;
	return copy;
}

int ctl_nl_netns(const char *netns)
{
	(void)netns;
	return CTL_OK;
}

bool ctl_nl_is_elsewhere(void)
{
	return false;
}

int ctl_nl_open(void)
{
	return CTL_OK;
}

void ctl_nl_close(void)
{
}

bool ctl_nl_loaded(void)
{
	return false;
}

struct nl_msg *ctl_nl_request(int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(32768);

	if (msg)
		genlmsg_put(msg, 0, 0, 16, 0, flags, cmd, 1);
	return msg;
}

/* An empty reply ends what is answered to a request. */
int ctl_nl_run(struct nl_msg *msg, ctl_nl_reply_fn fn, void *arg)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	size_t len = 0;
	void *reply;
	int err = 0;

	nlmsg_free(msg);
	while (!err && (reply = next_reply(&len))) {
		if (!nla_parse(attrs, SVCBIND_A_MAX, reply, len, NULL) && fn)
			err = fn(attrs, arg);
		free(reply);
		if (!len)
			break;
	}
	return err;
}

int ctl_nl_post(struct nl_msg *msg)
{
	nlmsg_free(msg);
	return 0;
}

int ctl_nl_refused(void)
{
	return -1;
}

int ctl_nl_ask(int protocol, struct nl_msg *msg, ctl_nl_message_fn fn,
	       void *arg)
{
	struct nlmsghdr *nlh;
	size_t len = 0;
	int err = 0;

	(void)protocol;
	nlmsg_free(msg);
	while (!err && (nlh = next_reply(&len))) {
		if (len >= sizeof(*nlh)) {
			nlh->nlmsg_len = len;
			err = fn(nlh, arg);
		}
		free(nlh);
		if (!len)
			break;
	}
	return err;
}

int listen_open(void)
{
	return CTL_OK;
}

/* What poll() never waits for. */
int listen_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fd;
}

/* Each reply is an event, an empty one an overrun; at last the module goes. */
int listen_read(ctl_nl_reply_fn fn, void *arg)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	size_t len = 0;
	void *reply = next_reply(&len);
	int err = 0;

	if (!reply)
		return -ENODEV;
	if (!len)
		err = -ENOBUFS;
	else if (!nla_parse(attrs, SVCBIND_A_MAX, reply, len, NULL))
		err = fn(attrs, arg);
	free(reply);
	return err;
}

void listen_close(void)
{
}

/* The fuzzer has an alarm of its own. */
int leave_listen(void)
{
	return 0;
}

bool leave_told(void)
{
	return false;
}

int ctl_nl_fail(int err)
{
	return ctl_fail(CTL_REFUSED, "%s", strerror(-err));
}

int file_read(const char *path, char **text, size_t *size)
{
	(void)path;
	*text = strdup("version: 1");
	*size = *text ? strlen(*text) : 0;
	return CTL_OK;
}

int file_write(const char *path, const char *text, size_t size)
{
	(void)path;
	(void)text;
	(void)size;
	return CTL_OK;
}

int diff_run(const struct diff_side *old, const struct diff_side *new,
	     char **out)
{
	(void)old;
	(void)new;
	*out = NULL;
	return CTL_OK;
}

struct kmod_ctx *kmod_new(const char *dirname, const char * const *configs)
{
	(void)dirname;
	(void)configs;
	return NULL;
}
