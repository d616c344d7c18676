// SPDX-License-Identifier: GPL-2.0
/* Network namespaces by name, path or pid. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "netns.h"

/**
 * netns_open() - open a network namespace
 * @netns: name in /run/netns, path (with a slash), or pid
 *
 * Return: a file descriptor, or -1 with errno set.
 */
int netns_open(const char *netns)
{
	char path[4096];
	int fd;

	if (strchr(netns, '/'))
		return open(netns, O_RDONLY | O_CLOEXEC);
	/* These would open directories, whatever is in them */
	if (!*netns || !strcmp(netns, ".") || !strcmp(netns, "..")) {
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* A name goes first: "ip netns" permits names of digits. */
	if (fd < 0 && errno == ENOENT &&
	    strspn(netns, "0123456789") == strlen(netns)) {
		snprintf(path, sizeof(path), "/proc/%s/ns/net", netns);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	return fd;
}

/**
 * netns_is_our_own() - is it the one that we are in?
 * @fd: a network namespace
 *
 * Return: whether it is.
 */
bool netns_is_our_own(int fd)
{
	struct stat there, here;

	return !fstat(fd, &there) && !stat("/proc/self/ns/net", &here) &&
	       there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}
