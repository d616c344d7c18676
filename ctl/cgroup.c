// SPDX-License-Identifier: GPL-2.0
/* Where a cgroup is, by its number. */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "cgroup.h"

/* FILEID_KERNFS of linux/exportfs.h: the handle is the number. */
#define KERNFS_HANDLE	0xfe

/**
 * cgroup_mount() - where the cgroup2 hierarchy is mounted
 *
 * Return: its mount point, NULL if it is at none of the usual ones.
 */
const char *cgroup_mount(void)
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

/*
 * Is the mount's root that of our cgroup namespace?  A mount that was made in
 * another one leads to other paths.
 */
static bool is_rooted(const char *mount)
{
	char line[2 * PATH_MAX + 256], root[PATH_MAX], point[PATH_MAX];
	FILE *f = fopen("/proc/self/mountinfo", "re");
	bool rooted = false;

	if (!f)
		return false;
	/* the last one there is what is seen */
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %*s %4095s %4095s", root,
			   point) == 2 && !strcmp(point, mount))
			rooted = !strcmp(root, "/");
	fclose(f);
	return rooted;
}

/* Is that what the path leads to?  It could be a deleted one's. */
static bool is_at(int fd, const char *path)
{
	struct stat this, there;

	return !fstat(fd, &this) && !stat(path, &there) &&
	       this.st_dev == there.st_dev && this.st_ino == there.st_ino;
}

/**
 * cgroup_find() - find where a cgroup is
 * @id: its number, 0 if it isn't known
 * @path: takes its path in our cgroup namespace, as parse_cgroup() writes it,
 *	  or "" if it can't be found
 * @size: of @path
 */
void cgroup_find(uint64_t id, char *path, size_t size)
{
	const char *mount = id ? cgroup_mount() : NULL;
	char link[32], text[PATH_MAX];
	size_t skip = mount ? strlen(mount) : 0;
	ssize_t len;
	int fd;

	*path = '\0';
	fd = mount && is_rooted(mount) ? open_id(mount, id) : -1;
	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, text, sizeof(text) - 1);
	text[len < 0 ? 0 : len] = '\0';
	if (!strncmp(text, mount, skip) && is_at(fd, text) &&
	    strlen(text + skip) < size)
		snprintf(path, size, "%s", text[skip] ? text + skip : "/");
	close(fd);
}
