// SPDX-License-Identifier: GPL-2.0
/*
 * nfq_accept QUEUE: accepts every packet of a netfilter queue, in reverse order
 * of those that wait at a time, so that packets re-enter the kernel in process
 * context and not in the order in which they came.
 */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64

struct request {
	struct nlmsghdr nlh;
	struct nfgenmsg nfg;
	struct nlattr attr;
	union {
		struct nfqnl_msg_config_cmd cmd;
		struct nfqnl_msg_config_params params;
		struct nfqnl_msg_verdict_hdr verdict;
	};
};

static int fd;
static uint16_t queue;

static int send_request(uint16_t type, uint16_t flags, uint16_t attr,
			const void *data, size_t len)
{
	struct request r = {
		.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(r.nfg)) + NLA_HDRLEN + NLA_ALIGN(len),
		.nlh.nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type,
		.nlh.nlmsg_flags = NLM_F_REQUEST | flags,
		.nfg.version = NFNETLINK_V0,
		.nfg.res_id = htons(queue),
		.attr.nla_len = NLA_HDRLEN + len,
		.attr.nla_type = attr,
	};

	memcpy(&r.cmd, data, len);
	return send(fd, &r, r.nlh.nlmsg_len, 0) < 0;
}

static int configure(uint16_t attr, const void *data, size_t len)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[256];
	} reply;

	if (send_request(NFQNL_MSG_CONFIG, NLM_F_ACK, attr, data, len) ||
	    recv(fd, &reply, sizeof(reply), 0) < 0)
		return 1;
	return reply.nlh.nlmsg_type != NLMSG_ERROR || reply.err.error;
}

static int packet_id(const struct nlmsghdr *nlh, uint32_t *id)
{
	const struct nlattr *a = (const void *)((const char *)NLMSG_DATA(nlh) +
						NLMSG_ALIGN(sizeof(struct nfgenmsg)));
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
		return 0;
	while ((const char *)a < end && a->nla_len >= NLA_HDRLEN) {
		if ((a->nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR) {
			const struct nfqnl_msg_packet_hdr *h = (const void *)(a + 1);

			*id = h->packet_id;
			return 1;
		}
		a = (const void *)((const char *)a + NLA_ALIGN(a->nla_len));
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct nfqnl_msg_config_cmd bind = { .command = NFQNL_CFG_CMD_BIND };
	struct nfqnl_msg_config_params params = { .copy_mode = NFQNL_COPY_META };
	static char buffer[65536];

	queue = argc == 2 ? atoi(argv[1]) : 0;
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
	if (fd < 0 || configure(NFQA_CFG_CMD, &bind, sizeof(bind)) ||
	    configure(NFQA_CFG_PARAMS, &params, sizeof(params))) {
		perror("nfq_accept");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		uint32_t ids[BATCH];
		int n = 0, wait = -1;

		/* A few milliseconds let others queue up behind the first. */
		while (n < BATCH) {
			struct pollfd p = { .fd = fd, .events = POLLIN };

			if (poll(&p, 1, wait) != 1)
				break;
			wait = 5;
			if (recv(fd, buffer, sizeof(buffer), 0) > 0)
				n += packet_id((void *)buffer, &ids[n]);
		}
		while (n--) {
			struct nfqnl_msg_verdict_hdr v = {
				.verdict = htonl(NF_ACCEPT), .id = ids[n],
			};

			if (send_request(NFQNL_MSG_VERDICT, 0, NFQA_VERDICT_HDR, &v, sizeof(v))) {
				perror("nfq_accept: verdict");
				return 1;
			}
		}
	}
}
