// SPDX-License-Identifier: GPL-2.0
/* How two texts differ: what diff(1) says. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "diff.h"

/* The numbers that the texts have in diff(1). */
enum {
	FD_OLD = 3,
	FD_NEW,
};

/* A file that nobody else sees; high enough to be none of diff's own. */
static int open_text(const struct diff_side *side)
{
	int fd, high;

	fd = memfd_create("svcbindctl", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	if (high >= 0 &&
	    (write(high, side->text, side->size) != (ssize_t)side->size ||
	     lseek(high, 0, SEEK_SET))) {
		close(high);
		return -1;
	}
	return high;
}

static int spawn(pid_t *pid, const struct diff_side *old, int old_fd,
		 const struct diff_side *new, int new_fd, int out)
{
	char *const argv[] = {
		"diff", "-a", "-u", "-F", "^- name", "--label", (char *)old->label,
		"--label", (char *)new->label, "/dev/fd/3", "/dev/fd/4", NULL
	};
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	/* there is one line to say why it fails, and that is ours */
	if (posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
					     "/dev/null", O_WRONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
	    posix_spawn_file_actions_adddup2(&actions, old_fd, FD_OLD) ||
	    posix_spawn_file_actions_adddup2(&actions, new_fd, FD_NEW))
		err = ENOMEM;
	else
		err = posix_spawnp(pid, "diff", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* All that it prints: there is no NUL in it. */
static int collect(int from, char **out)
{
	FILE *f = fdopen(from, "r");
	size_t room = 0;
	int err = 0;

	if (!f) {
		err = errno;
		close(from);
		return err;
	}
	if (getdelim(out, &room, '\0', f) < 0) {
		err = ferror(f) ? errno : 0;
		/* it has made room, and put nothing there */
		free(*out);
		*out = NULL;
	}
	fclose(f);
	return err;
}

static int run_diff(const struct diff_side *old, int old_fd,
		    const struct diff_side *new, int new_fd, char **out)
{
	int ends[2], err, result = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return ctl_fail(CTL_REFUSED, "diff: %s", strerror(errno));
	err = spawn(&pid, old, old_fd, new, new_fd, ends[1]);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return ctl_fail(CTL_REFUSED,
				"diff(1) can't be run: %s (diffutils?)",
				strerror(err));
	}
	err = collect(ends[0], out);
	while (waitpid(pid, &result, 0) < 0 && errno == EINTR)
		;
	if (err)
		return ctl_fail(CTL_REFUSED, "diff: %s", strerror(err));
	if (!WIFEXITED(result) || WEXITSTATUS(result) > 1)
		return ctl_fail(CTL_REFUSED, "diff(1) failed");
	return WEXITSTATUS(result) ? CTL_DIFFERS : CTL_OK;
}

/**
 * diff_run() - tell how two texts differ
 * @old: the one
 * @new: the other
 * @out: takes the difference, as diff -u has it; NULL if there is none; freed
 *       by the caller, on errors too
 *
 * Return: CTL_DIFFERS or CTL_OK; CTL_REFUSED after an error was printed.
 */
int diff_run(const struct diff_side *old, const struct diff_side *new,
	     char **out)
{
	int old_fd = open_text(old);
	int new_fd = open_text(new);
	int status;

	*out = NULL;
	if (old_fd < 0 || new_fd < 0)
		status = ctl_fail(CTL_REFUSED, "diff: %s", strerror(errno));
	else
		status = run_diff(old, old_fd, new, new_fd, out);
	if (old_fd >= 0)
		close(old_fd);
	if (new_fd >= 0)
		close(new_fd);
	return status;
}
