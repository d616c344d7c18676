// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_fuzz MESSAGES SEED: sends that many messages to svcbind in this
 * network namespace, in programs of up to eight, most of them from an empty
 * state.  What makes code run that never ran before is kept and changed again.
 *
 * Fails where the kernel's answer is none that svcbind gives, where a message
 * that was refused has changed something, and where the state can't be shown.
 * What a message does to the kernel itself is for the kernel's log to tell.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/svcbind.h>

#include "kcov.h"
#include "message.h"
#include "mutate.h"
#include "seeds.h"

#define CORPUS_MAX	8192
/* One program in that many is looked at more closely, which takes time. */
#define CLOSER		16

static struct items corpus[CORPUS_MAX];
static size_t n_corpus;
static unsigned long accepted, refused, unanswered, runs, errors[200];

static void keep(const struct item *item, size_t n)
{
	struct item *copy;

	if (n_corpus == CORPUS_MAX)
		return;
	copy = malloc(n * sizeof(*copy));
	if (!copy)
		return;
	memcpy(copy, item, n * sizeof(*copy));
	corpus[n_corpus++] = (struct items){ copy, n };
}

static void show(const struct item *item, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		printf("# %*s%#x flags %#x skew %d:", 2 * item[i].depth, "",
		       item[i].type, item[i].flags, item[i].skew);
		for (j = 0; j < item[i].len; j++)
			printf(" %02x", item[i].data[j]);
		printf("\n");
	}
}

static bool fail(const struct draft *draft, const char *what, int err)
{
	printf("%s: %s, after\n", what, strerror(-err));
	show(draft->item, draft->n);
	return false;
}

/* The errors that svcbind, genetlink and the checks of attributes give. */
static bool known(int err)
{
	static const int all[] = {
		EINVAL, ERANGE, E2BIG, EEXIST, ENOENT, EBUSY, ENOSPC, ESTALE,
		EOPNOTSUPP, ECANCELED, EADDRNOTAVAIL, ENODEV, EPROTONOSUPPORT, 0
	};
	int i;

	for (i = 0; all[i]; i++)
		if (all[i] == -err)
			return true;
	return false;
}

static bool count(const struct draft *draft, const struct answer *answer)
{
	if (answer->err < 0 && answer->err > -200)
		errors[-answer->err]++;
	if (!answer->complete)
		unanswered++;
	else if (answer->err)
		refused++;
	else
		accepted++;
	if (answer->err && !known(answer->err))
		return fail(draft, "an answer that svcbind doesn't give",
			    answer->err);
	return true;
}

/* A message's length may be said too long, but not beyond what there is. */
static bool run_message(const struct draft *draft, size_t at, size_t n,
			bool closer)
{
	struct answer was = { }, answer, is;
	int err;

	if (closer && family_state(&was))
		return fail(draft, "the state can't be shown", was.err);
	message_run(&draft->item[at], n, &answer);
	if (!count(draft, &answer))
		return false;
	if (!closer)
		return true;
	err = family_state(&is);
	if (err)
		return fail(draft, "the state can't be shown", err);
	if ((answer.err || !answer.complete) &&
	    (was.hash != is.hash || was.generation != is.generation))
		return fail(draft, "refused, but something changed", answer.err);
	return true;
}

/* What still waits to be confirmed would come undone in the midst of another
 * program, and keep others from changing anything.
 */
static void undo(void)
{
	static const struct item rollback = { .type = SVCBIND_CMD_ROLLBACK };
	struct answer answer;

	message_run(&rollback, 1, &answer);
}

static bool run(const struct draft *draft)
{
	static const struct item flush = { .type = SVCBIND_CMD_FLUSH };
	bool closer = !(++runs % CLOSER), good = true;
	struct answer answer;
	size_t i, n;

	undo();
	/* What is left by others is a state worth trying, too. */
	if (mutate_below(8))
		message_run(&flush, 1, &answer);
	kcov_begin();
	for (i = 0; good && i < draft->n; i += n) {
		n = message_items(draft->item + i, draft->n - i);
		good = run_message(draft, i, n, closer);
	}
	if (kcov_end())
		keep(draft->item, draft->n);
	return good;
}

static bool run_seeds(struct draft *draft)
{
	unsigned int i;

	for (i = 0; i < PROGRAMS; i++) {
		draft->n = programs[i].run.n;
		memcpy(draft->item, programs[i].run.item,
		       draft->n * sizeof(*draft->item));
		if (!run(draft))
			return false;
		keep(draft->item, draft->n);
	}
	return true;
}

/* The latest finds, as often as all others together. */
static const struct items *pick(void)
{
	size_t from = mutate_below(2) ? n_corpus * 3 / 4 : 0;

	return &corpus[from + mutate_below(n_corpus - from)];
}

static void next(struct draft *draft)
{
	const struct items *base = pick();
	uint32_t n = 1 + mutate_below(4);

	if (!mutate_below(10)) {
		mutate_generate(draft);
		return;
	}
	draft->n = base->n;
	memcpy(draft->item, base->item, base->n * sizeof(*base->item));
	while (n--)
		mutate(draft, pick());
}

static void report(bool covered)
{
	int i;

	printf("# %lu messages in %lu programs: %lu accepted, %lu refused, %lu without an answer\n",
	       accepted + refused + unanswered, runs, accepted, refused,
	       unanswered);
	for (i = 0; i < 200; i++)
		if (errors[i])
			printf("# %s: %lu\n", strerrorname_np(i), errors[i]);
	if (covered)
		printf("# coverage: %zu points, %zu edges, %zu programs kept\n",
		       kcov_points(), kcov_edges(), n_corpus);
	else
		printf("# coverage: this kernel doesn't tell\n");
}

int main(int argc, char **argv)
{
	static struct draft draft;
	unsigned long limit;
	bool covered, good;

	if (argc != 3) {
		fprintf(stderr, "usage: netlink_fuzz MESSAGES SEED\n");
		return 2;
	}
	limit = strtoul(argv[1], NULL, 0);
	mutate_init(strtoull(argv[2], NULL, 0), family_ops, FAMILY_OPS);
	if (family_open())
		return 1;
	covered = kcov_open();
	good = run_seeds(&draft);
	while (good && accepted + refused + unanswered < limit) {
		next(&draft);
		good = run(&draft);
	}
	undo();
	report(covered);
	if (covered && !kcov_points()) {
		printf("the module was built without KCOV_INSTRUMENT\n");
		good = false;
	}
	return !good;
}
