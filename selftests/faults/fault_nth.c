// SPDX-License-Identifier: GPL-2.0
/*
 * fault_nth netlink | module FILE | netns SECONDS: lets the first allocation of
 * an operation fail, then the second, until none is left to fail.  A line that
 * begins with "good", "bad" or "skip" for each operation.
 *
 * /proc/thread-self/fail-nth fails one allocation of this task and no other, so
 * that the task itself makes the system call that is tried.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/svcbind.h>

#include "fuzz/message.h"
#include "operations.h"

#define LIMIT	20000

/**
 * struct series - what became of an operation's allocations
 * @name: the operation
 * @failed: faults that it told of
 * @borne: faults that it got over
 * @lost: faults that took the answer
 * @whole: hash of the state after success; compared where borne or lost
 * @has_whole: there was one
 */
struct series {
	const char *name;
	unsigned int failed, borne, lost;
	uint64_t whole;
	bool has_whole;
};

static int nth_fd;

static void arm(unsigned int nth)
{
	dprintf(nth_fd, "%u", nth);
}

/* What is left to count: 0 where the fault was made. */
static unsigned int disarm(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0) {
		perror("fail-nth");
		exit(1);
	}
	arm(0);
	return strtoul(text, NULL, 10);
}

static bool fail(const struct series *series, unsigned int nth,
		 const char *fmt, ...)
{
	va_list args;

	printf("bad %s: allocation %u: ", series->name, nth);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	return false;
}

static void pass(const struct series *series)
{
	printf("good %s: of %u faults %u refused it, %u were borne, %u took the answer\n",
	       series->name, series->failed + series->borne + series->lost,
	       series->failed, series->borne, series->lost);
}

/* Flush, where no change waits to be confirmed any more, and all messages of the
 * list; each has to be accepted.
 */
static bool prepare(const struct program *program)
{
	static const struct item rollback = { .type = SVCBIND_CMD_ROLLBACK };
	static const struct item flush = { .type = SVCBIND_CMD_FLUSH };
	struct answer answer;
	size_t i, n;

	message_run(&rollback, 1, &answer);
	message_run(&flush, 1, &answer);
	for (i = 0; !answer.err && i < program->before.n; i += n) {
		n = message_items(program->before.item + i,
				  program->before.n - i);
		message_run(program->before.item + i, n, &answer);
	}
	return answer.complete && !answer.err;
}

/* Either the state is that of before, or the same as after each success. */
static bool whole(struct series *series, const struct answer *is)
{
	if (!series->has_whole)
		series->whole = is->hash;
	series->has_whole = true;
	return series->whole == is->hash;
}

static bool judge(struct series *series, unsigned int nth,
		  const struct answer *answer, const struct answer *was,
		  const struct answer *is)
{
	bool same = was->hash == is->hash && was->generation == is->generation;

	if (!answer->err) {
		series->borne++;
		if (!answer->complete)
			return fail(series, nth, "no answer");
		return whole(series, is) ||
		       fail(series, nth, "success, but another state");
	}
	/* What sock_alloc() says, of which explain makes use. */
	if (answer->err != -ENOMEM && answer->err != -ENOBUFS &&
	    answer->err != -ENFILE)
		return fail(series, nth, "%s", strerror(-answer->err));
	if (!answer->complete && !same) {
		series->lost++;
		return whole(series, is) ||
		       fail(series, nth, "something between old and new");
	}
	series->failed++;
	return same || fail(series, nth, "refused (%s), but something changed",
			    strerror(-answer->err));
}

/* One fault; *@more tells whether there was an allocation to fail. */
static bool once(const struct program *program, struct series *series,
		 unsigned int nth, bool *more)
{
	static char message[65536] __attribute__((aligned(8)));
	struct answer was, answer, is;
	size_t len;

	*more = false;
	if (!prepare(program) || family_state(&was))
		return fail(series, nth, "cannot be prepared");
	len = message_write(program->run.item, program->run.n, message,
			    sizeof(message));
	arm(nth);
	message_send(message, len, &answer);
	*more = !disarm();
	if (family_state(&is))
		return fail(series, nth, "the state can't be shown");
	if (*more)
		return judge(series, nth, &answer, &was, &is);
	if (!answer.complete || answer.err)
		return fail(series, nth, "no fault left, and still %s",
			    strerror(-answer.err));
	return whole(series, &is) ||
	       fail(series, nth, "what bore a fault ended in another state");
}

/* Some kernels lack what an operation asks for, and say so. */
static bool supported(const struct program *program)
{
	struct answer answer;

	if (!prepare(program))
		return true;
	message_run(program->run.item, program->run.n, &answer);
	return answer.err != -EOPNOTSUPP;
}

static void netlink_series(const struct program *program)
{
	struct series series = { .name = program->name };
	bool more = true, good = true;
	unsigned int nth;

	if (!supported(program)) {
		printf("skip %s\n", series.name);
		return;
	}
	for (nth = 1; more && nth < LIMIT; nth++)
		good &= once(program, &series, nth, &more);
	if (more)
		good = fail(&series, nth, "there is no end");
	if (good && !series.failed)
		good = fail(&series, nth, "nothing ever failed");
	if (good)
		pass(&series);
}

static int netlink_all(void)
{
	static const struct program none;
	unsigned int i;

	if (family_open())
		return 1;
	for (i = 0; i < PROGRAMS; i++)
		netlink_series(&programs[i]);
	return !prepare(&none);
}

static bool module_there(void)
{
	return !access("/sys/module/svcbind", F_OK);
}

/* init_module(): finit_module() complains in the log of its own vmalloc(). */
static int module_all(const char *path)
{
	struct series series = { .name = "init_module" };
	bool more = true, good = true;
	struct stat st;
	void *image;
	int fd, err, nth;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	image = fd < 0 || fstat(fd, &st) ? NULL : malloc(st.st_size);
	if (!image || read(fd, image, st.st_size) != st.st_size) {
		perror(path);
		return 1;
	}
	for (nth = 1; more && nth < LIMIT; nth++) {
		arm(nth);
		err = syscall(SYS_init_module, image, st.st_size, "") ? errno : 0;
		more = !disarm();
		if (!more)
			break;
		if (!err)
			series.borne++;
		else if (err == ENOMEM)
			series.failed++;
		else
			good = fail(&series, nth, "%s", strerror(err));
		if (!err != module_there())
			good = fail(&series, nth, "half there");
		if (!err && syscall(SYS_delete_module, "svcbind", O_NONBLOCK))
			good = fail(&series, nth, "can't be unloaded: %s",
				    strerror(errno));
	}
	if (good && !more && !err && series.failed)
		pass(&series);
	else if (good)
		fail(&series, nth, "%s", strerror(err));
	return 0;
}

/* From the last allocation back to the first, as modules come last. Most of them
 * are not ours, nor is what they give back: sock_alloc() knows ENFILE alone. Our
 * own errors are those that module_all() asks for.
 */
static int netns_all(int seconds)
{
	struct series series = { .name = "unshare" };
	int err, home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	time_t end = time(NULL) + seconds;
	unsigned int nth, left, count;
	bool good = true;

	arm(LIMIT);
	err = unshare(CLONE_NEWNET) ? errno : 0;
	count = LIMIT - disarm();
	for (nth = count; nth && time(NULL) < end; nth--) {
		setns(home, CLONE_NEWNET);
		arm(nth);
		err = unshare(CLONE_NEWNET) ? errno : 0;
		left = disarm();
		if (!err)
			series.borne++;
		else if (!left)
			series.failed++;
		else
			good = fail(&series, nth, "%s", strerror(err));
	}
	setns(home, CLONE_NEWNET);
	if (good && !series.failed)
		good = fail(&series, nth, "nothing ever failed");
	if (good)
		pass(&series);
	printf("# unshare: %u of %u allocations in %d seconds\n", count - nth,
	       count, seconds);
	return 0;
}

int main(int argc, char **argv)
{
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0) {
		perror("/proc/thread-self/fail-nth");
		return 1;
	}
	setlinebuf(stdout);
	if (argc == 2 && !strcmp(argv[1], "netlink"))
		return netlink_all();
	if (argc == 3 && !strcmp(argv[1], "module"))
		return module_all(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "netns"))
		return netns_all(atoi(argv[2]));
	fprintf(stderr, "usage: fault_nth netlink | module FILE | netns SECONDS\n");
	return 2;
}
