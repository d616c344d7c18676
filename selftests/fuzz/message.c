// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink messages made from items, sent, and answered.  Not by libnl, whose
 * idea of a message is a sound one, and which allocates where it likes.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/svcbind.h>

#include "message.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

#define HEADERS		(NLMSG_HDRLEN + GENL_HDRLEN)
#define HASH_START	0xcbf29ce484222325ull

static int fd, family;
static uint32_t sequence;
static char received[65536] __attribute__((aligned(8)));

/**
 * message_items() - how long is the message that begins here?
 * @item: its header
 * @n: items from there to the end
 *
 * Return: its number of items.
 */
size_t message_items(const struct item *item, size_t n)
{
	size_t i;

	for (i = 1; i < n && item[i].depth; i++)
		;
	return i;
}

/* The attributes of @depth and what is in them; the bytes written. */
static size_t write_attrs(const struct item *item, size_t n, size_t *i,
			  char *to, size_t size)
{
	uint8_t depth = item[*i].depth;
	const struct item *this;
	struct nlattr head;
	size_t at = 0, len;

	while (*i < n && item[*i].depth >= depth) {
		this = &item[(*i)++];
		len = NLA_HDRLEN + this->len;
		if (at + NLA_ALIGN(len) > size)
			return at;
		memset(to + at, 0, NLA_ALIGN(len));
		memcpy(to + at + NLA_HDRLEN, this->data, this->len);
		if (*i < n && item[*i].depth > depth) {
			len = NLA_ALIGN(len);
			len += write_attrs(item, n, i, to + at + len,
					   size - at - len);
		}
		head.nla_type = this->type;
		head.nla_len = len + this->skew;
		memcpy(to + at, &head, sizeof(head));
		at += NLA_ALIGN(len);
	}
	return at;
}

/**
 * message_write() - make a message
 * @item: its header
 * @n: its items
 * @buffer: takes the message; what doesn't fit is left out
 * @size: of @buffer
 *
 * Return: its length.
 */
size_t message_write(const struct item *item, size_t n, void *buffer,
		     size_t size)
{
	struct genlmsghdr *genl = NLMSG_DATA(buffer);
	struct nlmsghdr *nlh = buffer;
	size_t i = 1, len = HEADERS;

	memset(buffer, 0, HEADERS);
	if (n > 1)
		len += write_attrs(item, n, &i, (char *)buffer + len,
				   size - len);
	nlh->nlmsg_len = len + item->skew;
	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = item->flags | NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++sequence;
	genl->cmd = item->type;
	genl->version = SVCBIND_GENL_VERSION;
	return len;
}

static void hash_bytes(uint64_t *hash, const void *data, size_t len)
{
	const uint8_t *byte = data;

	while (len--)
		*hash = (*hash ^ *byte++) * 0x100000001b3ull;
}

static void take_reply(const struct nlmsghdr *nlh, struct answer *answer)
{
	const char *at = (const char *)nlh + HEADERS;
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	struct nlattr head;

	while (end - at >= (long)sizeof(head)) {
		memcpy(&head, at, sizeof(head));
		if (head.nla_len < NLA_HDRLEN || head.nla_len > end - at)
			break;
		if (head.nla_type == SVCBIND_A_GENERATION)
			memcpy(&answer->generation, at + NLA_HDRLEN, 4);
		else	/* how long a change still waits is never the same */
			hash_bytes(&answer->hash, at,
				   head.nla_type == SVCBIND_A_CONFIRM ?
				   NLA_HDRLEN : head.nla_len);
		at += NLA_ALIGN(head.nla_len);
	}
}

/* One message of an answer; false at its end. */
static bool take(const struct nlmsghdr *nlh, struct answer *answer)
{
	int err;

	if (nlh->nlmsg_seq != sequence)
		return true;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
	case NLMSG_DONE:
		memcpy(&err, NLMSG_DATA(nlh), sizeof(int));
		answer->err = answer->err ?: err;
		answer->complete = true;
		return false;
	default:
		take_reply(nlh, answer);
		return true;
	}
}

/* Nothing is waited for: the kernel answers before sendmsg() returns, and goes
 * on with a dump in recv().  An error ends neither: what isn't read now would
 * be taken for the next answer.
 */
static void receive(struct answer *answer)
{
	struct nlmsghdr *nlh;
	ssize_t len;

	for (;;) {
		len = recv(fd, received, sizeof(received), MSG_DONTWAIT);
		if (len < 0 && errno == EAGAIN)
			return;
		if (len < 0 && errno != EINTR)
			answer->err = answer->err ?: -errno;
		for (nlh = (void *)received; NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len))
			if (!take(nlh, answer))
				break;
	}
}

/**
 * message_send() - send a message as it is, and take the answer
 * @buffer: the message
 * @len: its length
 * @answer: the answer
 */
void message_send(const void *buffer, size_t len, struct answer *answer)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };

	*answer = (struct answer){ .hash = HASH_START };
	if (sendto(fd, buffer, len, 0, (void *)&to, sizeof(to)) < 0) {
		answer->err = -errno;
		answer->complete = true;
	}
	receive(answer);
}

/**
 * message_run() - make a message, send it, and take the answer
 * @item: its header
 * @n: its items
 * @answer: the answer
 */
void message_run(const struct item *item, size_t n, struct answer *answer)
{
	static char buffer[65536] __attribute__((aligned(8)));

	message_send(buffer, message_write(item, n, buffer, sizeof(buffer)),
		     answer);
}

/**
 * family_state() - all that the family shows
 * @answer: with its hash and generation
 *
 * Return: 0, or the negative errno of what couldn't be shown.
 */
int family_state(struct answer *answer)
{
	static const struct item services = {
		.type = SVCBIND_CMD_SERVICE_GET, .flags = NLM_F_DUMP,
	};
	static const struct item policy = { .type = SVCBIND_CMD_POLICY_GET };
	struct answer more;

	message_run(&services, 1, &more);
	message_run(&policy, 1, answer);
	hash_bytes(&answer->hash, &more.hash, sizeof(more.hash));
	if (!answer->complete || !more.complete)
		return -EIO;
	return answer->err ? answer->err : more.err;
}

static int family_find(void)
{
	struct {
		struct nlmsghdr nlh;
		struct genlmsghdr genl;
		struct nlattr attr;
		char name[8];
	} ask = {
		.nlh = { sizeof(ask), GENL_ID_CTRL, NLM_F_REQUEST, 0, 0 },
		.genl = { CTRL_CMD_GETFAMILY, 1, 0 },
		.attr = { NLA_HDRLEN + sizeof(ask.name), CTRL_ATTR_FAMILY_NAME },
		.name = SVCBIND_GENL_NAME,
	};
	struct nlmsghdr *nlh = (void *)received;
	struct nlattr head;
	ssize_t len, at;

	static_assert(sizeof(SVCBIND_GENL_NAME) == sizeof(ask.name), "name");
	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return -1;
	len = recv(fd, received, sizeof(received), MSG_DONTWAIT);
	if (len < (ssize_t)HEADERS || nlh->nlmsg_type != GENL_ID_CTRL)
		return -1;
	for (at = HEADERS; at < len; at += NLA_ALIGN(head.nla_len)) {
		memcpy(&head, received + at, sizeof(head));
		if (head.nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(received + at + NLA_HDRLEN);
	}
	return -1;
}

/**
 * family_open() - have a socket, and know the family
 *
 * Return: 0, or -1, an error having been printed.
 */
int family_open(void)
{
	int one = 1, size = 1 << 20;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (fd < 0) {
		perror("socket");
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	family = family_find();
	if (family >= 0)
		return 0;
	fprintf(stderr, "svcbind isn't loaded\n");
	return -1;
}
