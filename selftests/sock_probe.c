// SPDX-License-Identifier: GPL-2.0
/*
 * Sends as an application would, and says in one line what came of it:
 *
 *	errno=EHOSTUNREACH ms=12 local=10.0.0.11 seen=- answers=0/1
 *
 * "seen" is the source address that the server (sock_probe serve) saw.
 * The exit status is 0 when there was no error and every question was answered.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_SIZE 60000

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static struct {
	const char *device;
	const char *source;
	int local_port;
	int count;
	int interval_ms;
	int timeout_ms;
	int size;
	unsigned int mark;
	bool nonblock;
} opt = { .count = 1, .timeout_ms = 2000, .size = 16 };

static char buffer[MAX_SIZE + 64];

static __attribute__((noreturn)) void usage(void)
{
	fputs("usage: sock_probe [-e NETNS] [-d DEV] [-b SOURCE] [-p LOCALPORT] [-n COUNT]\n"
	      "                  [-i MS] [-t TIMEOUT-MS] [-s SIZE] [-m MARK] [-N]\n"
	      "                  tcp|udp|sendto|ping|sctp ADDR PORT\n"
	      "       sock_probe serve PORT [sctp]\n", stderr);
	exit(2);
}

static __attribute__((noreturn)) void die(const char *what)
{
	perror(what);
	exit(2);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static socklen_t parse(union address *a, const char *text, int port)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1) {
		a->v4.sin_family = AF_INET;
		a->v4.sin_port = htons(port);
		return sizeof(a->v4);
	}
	if (inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1) {
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons(port);
		return sizeof(a->v6);
	}
	usage();
}

static const char *text(const union address *a)
{
	static char out[INET6_ADDRSTRLEN];

	if (a->sa.sa_family == AF_INET)
		inet_ntop(AF_INET, &a->v4.sin_addr, out, sizeof(out));
	else if (IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr))
		inet_ntop(AF_INET, &a->v6.sin6_addr.s6_addr[12], out, sizeof(out));
	else
		inet_ntop(AF_INET6, &a->v6.sin6_addr, out, sizeof(out));
	return out;
}

/* Tells the peer, in a datagram or line of a known size, how it looks from here. */
static int compose(const union address *peer, int size)
{
	int n = snprintf(buffer, sizeof(buffer), "%s ", text(peer));

	if (size < n)
		size = n;
	memset(buffer + n, '.', size - n);
	return size;
}

/* Answers from the address that was asked, which a wildcard socket would not. */
static void serve_udp(int fd)
{
	union address peer;
	char control[256];
	struct iovec iov = { buffer, MAX_SIZE };
	struct msghdr msg = {
		.msg_name = &peer, .msg_namelen = sizeof(peer), .msg_iov = &iov,
		.msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	int n;

	n = recvmsg(fd, &msg, 0);
	if (n < 0)
		return;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
			((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_ifindex = 0;
	}
	iov.iov_len = compose(&peer, n);
	sendmsg(fd, &msg, 0);
}

static bool serve_tcp(int fd)
{
	union address peer;
	socklen_t len = sizeof(peer);
	int n = recv(fd, buffer, MAX_SIZE, 0);

	if (n <= 0 || getpeername(fd, &peer.sa, &len))
		return false;
	/* One answer a question: questions end with a newline. */
	if (buffer[n - 1] != '\n')
		return true;
	n = compose(&peer, 0);
	buffer[n++] = '\n';
	return send(fd, buffer, n, MSG_NOSIGNAL) == n;
}

/* UDP, and TCP or what else has streams. */
static int serve(int port, int stream)
{
	union address any = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) } };
	struct pollfd fds[128] = { 0 };
	int n = 2, one = 1, i;

	fds[0].fd = socket(AF_INET6, SOCK_STREAM, stream);
	fds[1].fd = socket(AF_INET6, SOCK_DGRAM, 0);
	for (i = 0; i < 2; i++) {
		fds[i].events = POLLIN;
		setsockopt(fds[i].fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(fds[i].fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
		if (bind(fds[i].fd, &any.sa, sizeof(any.v6)))
			die("bind");
	}
	if (listen(fds[0].fd, 64))
		die("listen");
	puts("ready");
	fflush(stdout);
	for (;;) {
		if (poll(fds, n, -1) < 0)
			die("poll");
		for (i = n - 1; i > 1; i--) {
			if (fds[i].revents && !serve_tcp(fds[i].fd)) {
				close(fds[i].fd);
				fds[i] = fds[--n];
			}
		}
		if (fds[1].revents)
			serve_udp(fds[1].fd);
		if (fds[0].revents && n < 128) {
			fds[n].fd = accept(fds[0].fd, NULL, NULL);
			fds[n].events = POLLIN;
			fds[n].revents = 0;
			if (fds[n].fd >= 0)
				n++;
		}
	}
}

static int open_socket(const char *mode, const union address *to)
{
	union address from;
	int family = to->sa.sa_family, fd, one = 1;
	socklen_t len;

	if (!strcmp(mode, "tcp") || !strcmp(mode, "sctp"))
		fd = socket(family, SOCK_STREAM, strcmp(mode, "sctp") ? 0 : IPPROTO_SCTP);
	else if (!strcmp(mode, "ping"))
		fd = socket(family, SOCK_RAW, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	else
		fd = socket(family, SOCK_DGRAM, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (opt.device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, opt.device,
				     strlen(opt.device)))
		die("SO_BINDTODEVICE");
	if (opt.mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &opt.mark,
				   sizeof(opt.mark)))
		die("SO_MARK");
	if (opt.source || (opt.local_port && strcmp(mode, "ping"))) {
		len = parse(&from, opt.source ?: family == AF_INET ? "0.0.0.0" : "::",
			    strcmp(mode, "ping") ? opt.local_port : 0);
		if (bind(fd, &from.sa, len))
			die("bind");
	}
	return fd;
}

static int do_connect(int fd, const union address *to, socklen_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct timeval tv = { .tv_sec = opt.timeout_ms / 1000,
			      .tv_usec = opt.timeout_ms % 1000 * 1000 };
	int err = 0;
	socklen_t elen = sizeof(err);

	if (!opt.nonblock) {
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
		if (!connect(fd, &to->sa, len))
			return 0;
		/* What a blocking connect() says when SO_SNDTIMEO ran out. */
		return errno == EINPROGRESS ? ETIMEDOUT : errno;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, &to->sa, len) && errno != EINPROGRESS)
		return errno;
	if (poll(&p, 1, opt.timeout_ms) != 1)
		return ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &elen);
	fcntl(fd, F_SETFL, 0);
	return err;
}

static unsigned short checksum(const unsigned short *data, int bytes)
{
	unsigned int sum = 0;
	int i;

	for (i = 0; i < bytes / 2; i++)
		sum += data[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static int echo_request(int family, int seq)
{
	struct icmphdr *h = (void *)buffer;
	int size = (opt.size + (int)sizeof(*h) + 1) & ~1;

	memset(buffer, 0, size);
	h->type = family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	h->un.echo.id = htons(opt.local_port ?: getpid());
	h->un.echo.sequence = htons(seq);
	if (family == AF_INET)
		h->checksum = checksum((void *)buffer, size);
	return size;
}

/* Is it the answer to this request, and not another process's, or a request? */
static bool echo_reply(int family, int n, int seq)
{
	struct icmphdr *h = (void *)buffer;

	if (family == AF_INET)
		h = (void *)(buffer + ((struct iphdr *)buffer)->ihl * 4);
	return (char *)(h + 1) <= buffer + n &&
	       h->type == (family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) &&
	       h->un.echo.id == htons(opt.local_port ?: getpid()) &&
	       h->un.echo.sequence == htons(seq);
}

/* One question and its answer; returns an errno, or 0 with *answered set. */
static int exchange(int fd, const char *mode, const union address *to, socklen_t tolen,
		    int seq, bool *answered)
{
	bool stream = !strcmp(mode, "tcp") || !strcmp(mode, "sctp");
	bool ping = !strcmp(mode, "ping");
	bool address = ping || !strcmp(mode, "sendto");
	struct pollfd p = { .fd = fd, .events = POLLIN };
	long end = now_ms() + opt.timeout_ms, left;
	int n = opt.size;

	*answered = false;
	if (ping) {
		n = echo_request(to->sa.sa_family, seq);
	} else {
		memset(buffer, '?', n);
		buffer[n - 1] = '\n';
	}
	if (sendto(fd, buffer, n, MSG_NOSIGNAL, address ? &to->sa : NULL,
		   address ? tolen : 0) < 0)
		return errno;
	while ((left = end - now_ms()) > 0 && poll(&p, 1, left) == 1) {
		n = recv(fd, buffer, MAX_SIZE, 0);
		if (n < 0)
			return errno;
		if (ping && !echo_reply(to->sa.sa_family, n, seq))
			continue;
		if (stream && n > 0 && buffer[n - 1] != '\n')
			continue;
		buffer[n] = 0;
		*answered = n > 0;
		break;
	}
	return 0;
}

static int run(const char *mode, const char *host, int port)
{
	union address to, local;
	socklen_t tolen = parse(&to, host, strcmp(mode, "ping") ? port : 0);
	socklen_t len = sizeof(local);
	int fd = open_socket(mode, &to), answers = 0, err = 0, i;
	char seen[INET6_ADDRSTRLEN] = "-";
	long start = now_ms(), took;
	bool answered;

	memset(&local, 0, sizeof(local));
	if (strcmp(mode, "sendto") && strcmp(mode, "ping"))
		err = do_connect(fd, &to, tolen);
	took = now_ms() - start;
	for (i = 0; i < opt.count && !err; i++) {
		if (i && opt.interval_ms)
			usleep(opt.interval_ms * 1000);
		err = exchange(fd, mode, &to, tolen, i, &answered);
		if (!i)
			took = now_ms() - start;
		answers += answered;
		if (answered && strcmp(mode, "ping"))
			sscanf(buffer, "%45s", seen);
	}
	getsockname(fd, &local.sa, &len);
	printf("errno=%s ms=%ld local=%s seen=%s answers=%d/%d\n",
	       strerrorname_np(err), took, text(&local), seen, answers, opt.count);
	return err || answers != opt.count;
}

/* As nsenter would, which is another program to start. */
static void enter(const char *netns)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "e:d:b:p:n:i:t:s:m:N")) != -1) {
		switch (c) {
		case 'e':
			enter(optarg);
			break;
		case 'd':
			opt.device = optarg;
			break;
		case 'b':
			opt.source = optarg;
			break;
		case 'p':
			opt.local_port = atoi(optarg);
			break;
		case 'n':
			opt.count = atoi(optarg);
			break;
		case 'i':
			opt.interval_ms = atoi(optarg);
			break;
		case 't':
			opt.timeout_ms = atoi(optarg);
			break;
		case 's':
			opt.size = atoi(optarg);
			break;
		case 'm':
			opt.mark = strtoul(optarg, NULL, 0);
			break;
		case 'N':
			opt.nonblock = true;
			break;
		default:
			usage();
		}
	}
	argc -= optind;
	argv += optind;
	if (opt.size < 1 || opt.size > MAX_SIZE)
		usage();
	if ((argc == 2 || argc == 3) && !strcmp(argv[0], "serve"))
		return serve(atoi(argv[1]), argc == 3 ? IPPROTO_SCTP : 0);
	if (argc != 3 || (strcmp(argv[0], "tcp") && strcmp(argv[0], "udp") &&
			  strcmp(argv[0], "sendto") && strcmp(argv[0], "ping") &&
			  strcmp(argv[0], "sctp")))
		usage();
	return run(argv[0], argv[1], atoi(argv[2]));
}
