// SPDX-License-Identifier: GPL-2.0
/* Whole files: read at once, written so that there is the old one or the new. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "file.h"

/*
 * What can be configured at most, as indented JSON with all its counters, takes
 * less.
 */
#define SIZE_MAX_MIB	128

static int fail(int status, const char *path)
{
	return ctl_fail(status, "%s: %s", path, strerror(errno));
}

static int read_all(int fd, const char *path, char **text, size_t *size)
{
	size_t room = 0;
	ssize_t n = 1;
	char *grown;

	while (n) {
		if (*size == room) {
			room = room ? 2 * room : 1 << 16;
			if (room > (size_t)SIZE_MAX_MIB << 20)
				return ctl_fail(CTL_USAGE,
						"%s: more than %d MiB", path,
						SIZE_MAX_MIB);
			grown = realloc(*text, room);
			if (!grown)
				return ctl_fail(CTL_REFUSED, "out of memory");
			*text = grown;
		}
		n = read(fd, *text + *size, room - *size);
		if (n < 0 && errno != EINTR)
			return fail(CTL_USAGE, path);
		*size += n > 0 ? n : 0;
	}
	return CTL_OK;
}

/**
 * file_read() - read a file
 * @path: the file, "-" for standard input
 * @text: takes what is in it; freed by the caller, on errors too
 * @size: of @text
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int file_read(const char *path, char **text, size_t *size)
{
	bool standard = !strcmp(path, "-");
	int fd, status;

	*text = NULL;
	*size = 0;
	fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(CTL_USAGE, path);
	status = read_all(fd, path, text, size);
	if (!standard)
		close(fd);
	return status;
}

static int write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	while (size) {
		n = write(fd, text, size);
		if (n < 0 && errno != EINTR)
			return -1;
		text += n > 0 ? n : 0;
		size -= n > 0 ? n : 0;
	}
	return 0;
}

/* Owner and mode are those of the file that was there, or a new one's. */
static int take_over(int fd, const struct stat *old)
{
	mode_t mask;

	if (old)
		return fchown(fd, old->st_uid, old->st_gid) ||
		       fchmod(fd, old->st_mode & 07777);
	mask = umask(0);
	umask(mask);
	return fchmod(fd, 0644 & ~mask);
}

/*
 * A name in a directory outlives a crash only once the directory is written.
 * Some file systems can't be told to.
 */
static int sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	int fd, err;

	snprintf(dir, sizeof(dir), "%.*s",
		 slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	err = fsync(fd) && errno != EINVAL && errno != ENOTSUP ? errno : 0;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static void block_signals(sigset_t *before)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, before);
}

/* The new file is @path, or there is none, and errno says why. */
static int put_in_place(const char *path, char *temporary,
			const struct stat *old, const char *text, size_t size)
{
	int fd = mkostemp(temporary, O_CLOEXEC);
	int err;

	if (fd < 0)
		return -1;
	err = write_all(fd, text, size) || take_over(fd, old) || fsync(fd) ?
		errno : 0;
	/* some file systems tell only here that the disk is full */
	if (close(fd) && !err)
		err = errno;
	if (!err && !rename(temporary, path))
		return 0;
	err = err ? err : errno;
	unlink(temporary);
	errno = err;
	return -1;
}

static int replace(const char *path, const struct stat *old, const char *text,
		   size_t size)
{
	char temporary[PATH_MAX];
	sigset_t before;
	int err;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return fail(CTL_REFUSED, path);
	}
	/* whoever is killed by one would leave the temporary file behind */
	block_signals(&before);
	err = put_in_place(path, temporary, old, text, size) ? errno : 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = err;
	if (err)
		return fail(CTL_REFUSED, path);
	if (sync_directory(path))
		return ctl_fail(CTL_REFUSED,
				"%s: it is the new one, but a crash may bring back the old one: %s",
				path, strerror(errno));
	return CTL_OK;
}

/**
 * file_write() - write a file, which is the old one or the new one at any time
 * @path: the file, "-" for standard output
 * @text: what will be in it
 * @size: of @text
 *
 * A signal that would end the command waits until that is done.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int file_write(const char *path, const char *text, size_t size)
{
	struct stat st;
	bool exists;

	if (!strcmp(path, "-"))
		return write_all(STDOUT_FILENO, text, size) ?
			ctl_fail(CTL_REFUSED, "output: %s", strerror(errno)) :
			CTL_OK;
	exists = !lstat(path, &st);
	if (!exists && errno != ENOENT)
		return fail(CTL_USAGE, path);
	/* to rename over it would make another thing of it */
	if (exists && !S_ISREG(st.st_mode))
		return ctl_fail(CTL_USAGE, "%s: not a regular file", path);
	return replace(path, exists ? &st : NULL, text, size);
}
