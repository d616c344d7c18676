// SPDX-License-Identifier: GPL-2.0
/*
 * packet_fuzz in DEV COUNT SEED: puts malformed packets on a wire, as if from a
 * peer, or from the host itself.
 * packet_fuzz out COUNT SEED: sends malformed packets from raw sockets.
 *
 * Addresses are those of lib.sh's standard network, and of a second peer that
 * packets.sh adds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "packet.h"

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL	36
#endif

static const char *const peers4[] = { "10.0.0.100", "10.0.0.101", NULL };
static const char *const peers6[] = { "fd00::100", "fd00::101", NULL };
static const char *const hosts4[] = { "10.0.0.11", "10.0.0.12", NULL };
static const char *const hosts6[] = { "fd00::11", "fd00::12", NULL };
static const char *const odd4[] = {
	"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.0.0.255", "224.0.0.1",
	"10.0.0.11", "10.0.0.12", "240.0.0.1", "192.0.2.1", NULL
};

static const char *const odd6[] = {
	"::", "::1", "ff02::1", "ff02::2", "fe80::1", "::ffff:10.0.0.11",
	"fd00::11", "fd00::12", "2001:db8::1", NULL
};

static const struct places peers = { peers4, peers6 };
static const struct places hosts = { hosts4, hosts6 };
static const struct places odd = { odd4, odd6 };

static int put_in(const char *dev, unsigned long count)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_halen = ETH_ALEN,
		.sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned long sent = 0, i;
	struct packet packet;

	if (fd < 0 || !to.sll_ifindex) {
		perror(dev);
		return 1;
	}
	for (i = 0; i < count; i++) {
		packet_make(&packet, packet_one_in(4) ? &odd : &peers,
			    packet_one_in(8) ? &odd : &hosts, false);
		to.sll_protocol = htons(packet.protocol);
		/* The host's ports are 02:...:11 and 02:...:12. */
		memcpy(to.sll_addr, "\x02\0\0\0\0\x11", ETH_ALEN);
		to.sll_addr[5] += packet_below(2);
		if (packet_one_in(8))
			memset(to.sll_addr, 0xff, ETH_ALEN);
		sent += sendto(fd, packet.data, packet.len, 0, (void *)&to,
			       sizeof(to)) == (ssize_t)packet.len;
	}
	printf("# %lu of %lu packets put on the wire\n", sent, count);
	return !sent;
}

/* For most packets the kernel routes to where they say they go. */
static ssize_t send_ip(int fd4, int fd6, const struct packet *packet)
{
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	const char *elsewhere;

	if (packet->protocol == ETH_P_IP) {
		if (packet->len >= 20)
			memcpy(&to4.sin_addr, packet->data + 16, 4);
		elsewhere = packet_one_in(2) ? odd4[packet_below(9)] :
					       peers4[packet_below(2)];
		if (packet_one_in(16))
			inet_pton(AF_INET, elsewhere, &to4.sin_addr);
		return sendto(fd4, packet->data, packet->len, 0, (void *)&to4,
			      sizeof(to4));
	}
	if (packet->len >= 40)
		memcpy(&to6.sin6_addr, packet->data + 24, 16);
	elsewhere = packet_one_in(2) ? odd6[packet_below(9)] :
				       peers6[packet_below(2)];
	if (packet_one_in(16))
		inet_pton(AF_INET6, elsewhere, &to6.sin6_addr);
	return sendto(fd6, packet->data, packet->len, 0, (void *)&to6,
		      sizeof(to6));
}

static int send_out(unsigned long count)
{
	int fd4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	int fd6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	unsigned long sent = 0, no_way = 0, i;
	struct packet packet;
	const char *dev;
	int one = 1;

	if (fd4 < 0 || fd6 < 0 ||
	    setsockopt(fd6, IPPROTO_IPV6, IPV6_HDRINCL, &one, sizeof(one))) {
		perror("raw socket");
		return 1;
	}
	setsockopt(fd4, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
	for (i = 0; i < count; i++) {
		/* Some senders choose a device, the right or the wrong one. */
		if (packet_one_in(64)) {
			dev = packet_one_in(4) ? "vmk0" :
			      packet_one_in(4) ? "vmk1" : "";
			setsockopt(fd4, SOL_SOCKET, SO_BINDTODEVICE, dev,
				   strlen(dev));
			setsockopt(fd6, SOL_SOCKET, SO_BINDTODEVICE, dev,
				   strlen(dev));
		}
		packet_make(&packet, packet_one_in(4) ? &odd : &hosts,
			    packet_one_in(8) ? &odd : &peers, true);
		if (send_ip(fd4, fd6, &packet) >= 0)
			sent++;
		else if (errno == EHOSTUNREACH)
			no_way++;
	}
	printf("# %lu of %lu packets sent, %lu unreachable\n", sent, count,
	       no_way);
	return !sent;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "in")) {
		packet_seed(strtoull(argv[4], NULL, 0));
		return put_in(argv[2], strtoul(argv[3], NULL, 0));
	}
	if (argc == 4 && !strcmp(argv[1], "out")) {
		packet_seed(strtoull(argv[3], NULL, 0));
		return send_out(strtoul(argv[2], NULL, 0));
	}
	fprintf(stderr, "usage: packet_fuzz in DEV COUNT SEED | out COUNT SEED\n");
	return 2;
}
