// SPDX-License-Identifier: GPL-2.0
/* Where a cgroup is, by its number. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "cgroup.h"

/* FILEID_KERNFS of linux/exportfs.h: the handle is the number. */
#define KERNFS_HANDLE	0xfe

static const char *mount_point(void)
{
	static const char *const points[] = {
		"/sys/fs/cgroup", "/sys/fs/cgroup/unified", NULL
	};
	struct statfs fs;
	int i;

	for (i = 0; points[i]; i++)
		if (!statfs(points[i], &fs) &&
		    fs.f_type == CGROUP2_SUPER_MAGIC)
			break;
	return points[i];
}

static int open_id(const char *mount, uint64_t id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} u = { .handle = { .handle_bytes = sizeof(id),
			    .handle_type = KERNFS_HANDLE } };
	int at, fd;

	memcpy(u.handle.f_handle, &id, sizeof(id));
	at = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return -1;
	fd = open_by_handle_at(at, &u.handle, O_RDONLY | O_CLOEXEC);
	close(at);
	return fd;
}

/* Takes the path as it is below the mount point, empty for the root. */
static bool find_path(uint64_t id, char *path, size_t size)
{
	const char *mount = mount_point();
	char link[32], text[PATH_MAX];
	ssize_t len;
	int fd;

	fd = mount ? open_id(mount, id) : -1;
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, text, sizeof(text) - 1);
	close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	if (strncmp(text, mount, strlen(mount)))
		return false;
	snprintf(path, size, "%s", text + strlen(mount));
	return true;
}

/**
 * cgroup_may_hold() - is it this cgroup, or one below it?
 * @path: where the one is, as parse_cgroup() writes it
 * @id: the number of the other, 0 if it isn't known
 *
 * Return: whether it is, or may be: who can't be found may be anywhere.
 */
bool cgroup_may_hold(const char *path, uint64_t id)
{
	size_t len = strlen(path);
	char other[PATH_MAX];

	if (!strcmp(path, "/") || !id || !find_path(id, other, sizeof(other)))
		return true;
	return !strncmp(other, path, len) && (!other[len] || other[len] == '/');
}
