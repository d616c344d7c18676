// SPDX-License-Identifier: GPL-2.0
/*
 * send_cost connected|unconnected|connect ADDR PORT COUNT: what one call costs,
 * in nanoseconds, with the cost of reading the clock taken off: a send() or
 * sendto() of UDP, or a connect() of TCP that need not wait for its answer.  In
 * a machine whose clock counts instructions ("run --icount"), these are those.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX 4096

static int connected, fd;
static struct sockaddr_in to;
static char payload[64];

static long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000L + ts.tv_nsec;
}

/* Prepares a call, outside of what is measured. */
static void prepare(const char *mode)
{
	if (strcmp(mode, "connect"))
		return;
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
}

static int once(const char *mode)
{
	if (!strcmp(mode, "connect"))
		return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ||
		       errno != EINPROGRESS;
	if (connected)
		return send(fd, payload, sizeof(payload), 0) != sizeof(payload);
	return sendto(fd, payload, sizeof(payload), 0, (struct sockaddr *)&to,
		      sizeof(to)) != sizeof(payload);
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

/* The median: an interrupt in between is not the call's cost. */
static long median(const char *mode, int count)
{
	static long took[MAX];
	int i;

	for (i = 0; i < count; i++) {
		long start;

		if (mode)
			prepare(mode);
		start = now_ns();
		if (mode && once(mode)) {
			perror("send_cost");
			exit(1);
		}
		took[i] = now_ns() - start;
	}
	qsort(took, count, sizeof(*took), compare);
	return took[count / 2];
}

int main(int argc, char **argv)
{
	int count = argc == 5 ? atoi(argv[4]) : 0;
	long cost;

	if (count < 1 || count > MAX)
		return 2;
	to.sin_family = AF_INET;
	to.sin_port = htons(atoi(argv[3]));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1)
		return 2;
	connected = !strcmp(argv[1], "connected");
	if (connected && connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("send_cost: connect");
		return 1;
	}
	median(argv[1], count > 64 ? 64 : count);
	cost = median(argv[1], count);
	printf("%ld\n", cost - median(NULL, count));
	return 0;
}
