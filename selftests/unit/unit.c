// SPDX-License-Identifier: GPL-2.0
/* What the tests of svcbindctl's parts share; stands in for main.c and nl.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/svcbind.h>

#include "nl.h"
#include "unit.h"

#define REPLIES		32
#define FAMILY		0x20

struct ctl_options ctl_options;

const char *unit_out, *unit_err;
static char *texts[2];
static size_t sizes[2];
static FILE *real[2];

struct nl_msg *unit_request;
struct nl_msg *unit_posts[UNIT_POSTS];
unsigned int unit_n_posts;
int unit_refused;
bool unit_elsewhere;

static struct {
	int err;
	unsigned int n;
	struct nl_msg **msg;
} replies[REPLIES];
static unsigned int first, end;

static void forget_texts(void)
{
	free(texts[0]);
	free(texts[1]);
	texts[0] = NULL;
	texts[1] = NULL;
	unit_out = NULL;
	unit_err = NULL;
}

void unit_capture(void)
{
	forget_texts();
	real[0] = stdout;
	real[1] = stderr;
	stdout = open_memstream(&texts[0], &sizes[0]);
	stderr = open_memstream(&texts[1], &sizes[1]);
	if (!stdout || !stderr)
		abort();
}

void unit_release(void)
{
	fclose(stdout);
	fclose(stderr);
	stdout = real[0];
	stderr = real[1];
	unit_out = texts[0];
	unit_err = texts[1];
}

struct nl_msg *unit_message(void)
{
	struct nl_msg *msg = nlmsg_alloc_size(65536);

	if (!msg || !genlmsg_put(msg, 0, 0, FAMILY, 0, 0, 0, 1))
		abort();
	return msg;
}

void unit_reply(int err, unsigned int n, struct nl_msg **msg)
{
	if (end == REPLIES)
		abort();
	replies[end].err = err;
	replies[end].n = n;
	replies[end++].msg = msg;
}

unsigned int unit_replies_left(void)
{
	return end - first;
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
	return true;
}

bool ctl_nl_is_elsewhere(void)
{
	return unit_elsewhere;
}

struct nl_msg *ctl_nl_request(int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(65536);

	if (!msg || !genlmsg_put(msg, 0, 0, FAMILY, 0, flags, cmd,
				 SVCBIND_GENL_VERSION))
		abort();
	return msg;
}

/* Without a reply that was prepared, the kernel has nothing to say. */
int ctl_nl_run(struct nl_msg *msg, ctl_nl_reply_fn fn, void *arg)
{
	struct nlattr *attrs[SVCBIND_A_MAX + 1];
	unsigned int i;
	int err = 0;

	nlmsg_free(unit_request);
	unit_request = msg;
	if (first == end)
		return 0;
	for (i = 0; i < replies[first].n && !err; i++) {
		if (genlmsg_parse(nlmsg_hdr(replies[first].msg[i]), 0, attrs,
				  SVCBIND_A_MAX, NULL))
			err = -EBADMSG;
		else if (fn)
			err = fn(attrs, arg);
	}
	if (!err)
		err = replies[first].err;
	first++;
	return err;
}

int ctl_nl_post(struct nl_msg *msg)
{
	if (unit_n_posts == UNIT_POSTS)
		abort();
	unit_posts[unit_n_posts++] = msg;
	return 0;
}

int ctl_nl_refused(void)
{
	return unit_refused;
}

int ctl_nl_ask(int protocol, struct nl_msg *msg, ctl_nl_message_fn fn,
	       void *arg)
{
	(void)protocol;
	(void)fn;
	(void)arg;
	nlmsg_free(msg);
	return -EPROTONOSUPPORT;
}

int ctl_nl_fail(int err)
{
	return ctl_fail(CTL_REFUSED, "%s", strerror(-err));
}

int unit_setup(void **state)
{
	(void)state;
	memset(&ctl_options, 0, sizeof(ctl_options));
	ctl_context("unit");
	first = 0;
	end = 0;
	unit_refused = -1;
	unit_elsewhere = false;
	return 0;
}

int unit_teardown(void **state)
{
	(void)state;
	forget_texts();
	nlmsg_free(unit_request);
	unit_request = NULL;
	while (unit_n_posts)
		nlmsg_free(unit_posts[--unit_n_posts]);
	return 0;
}
