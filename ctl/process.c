// SPDX-License-Identifier: GPL-2.0
/* Which process has which socket open. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

static void read_name(pid_t pid, char *name)
{
	char path[64];
	FILE *f;

	*name = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(name, PROCESS_NAME, f))
		name[strcspn(name, "\n")] = '\0';
	fclose(f);
}

/* The inode of a socket that is open as this, or 0. */
static uint32_t socket_of(int dir, const char *fd)
{
	char text[64] = "";
	unsigned int inode;

	if (readlinkat(dir, fd, text, sizeof(text) - 1) < 0 ||
	    sscanf(text, "socket:[%u]", &inode) != 1)
		return 0;
	return inode;
}

static void one_process(pid_t pid, process_socket_fn fn, void *arg)
{
	char path[64], name[PROCESS_NAME];
	struct dirent *entry;
	uint32_t inode;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return;
	read_name(pid, name);
	while ((entry = readdir(dir))) {
		inode = socket_of(dirfd(dir), entry->d_name);
		if (inode)
			fn(inode, pid, name, arg);
	}
	closedir(dir);
}

/**
 * process_sockets() - look at the sockets that processes have open
 * @fn: called with the inode of each, the process, and its name
 * @arg: for @fn
 *
 * Processes that may not be looked into are left out.
 */
void process_sockets(process_socket_fn fn, void *arg)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)*entry->d_name))
			one_process(atoi(entry->d_name), fn, arg);
	closedir(dir);
}
