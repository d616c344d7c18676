// SPDX-License-Identifier: GPL-2.0
/* Which code of the module this task ran (Documentation/dev-tools/kcov.rst). */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kcov.h>

#include "kcov.h"

#define WORDS		0x40000
#define SLOTS		0x10000

/* A set of numbers that are never 0, of which there are far less than slots. */
struct seen {
	uint64_t slot[SLOTS];
	size_t n;
};

static uint64_t *trace;
static struct seen points, edges;

static bool seen_add(struct seen *seen, uint64_t key)
{
	size_t i = key * 0x9e3779b97f4a7c15ull >> 48;

	while (seen->slot[i] && seen->slot[i] != key)
		i = (i + 1) % SLOTS;
	if (seen->slot[i] || seen->n > SLOTS / 2)
		return false;
	seen->slot[i] = key;
	seen->n++;
	return true;
}

/**
 * kcov_open() - start to record what this task runs
 *
 * Return: false if the kernel can't.
 */
bool kcov_open(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, WORDS))
		return false;
	trace = mmap(NULL, WORDS * sizeof(*trace), PROT_READ | PROT_WRITE,
		     MAP_SHARED, fd, 0);
	if (trace == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		trace = NULL;
		return false;
	}
	return true;
}

/**
 * kcov_begin() - forget what was recorded
 */
void kcov_begin(void)
{
	if (trace)
		__atomic_store_n(trace, 0, __ATOMIC_RELAXED);
}

/**
 * kcov_end() - take what was recorded since kcov_begin()
 *
 * Return: whether there was something that never ran before.
 */
bool kcov_end(void)
{
	uint64_t i, n, last = 0;
	bool new = false;

	if (!trace)
		return false;
	n = __atomic_load_n(trace, __ATOMIC_RELAXED);
	for (i = 1; i <= n && i < WORDS; i++) {
		new |= seen_add(&points, trace[i]);
		new |= seen_add(&edges, trace[i] ^ last << 20);
		last = trace[i];
	}
	kcov_begin();
	return new;
}

/**
 * kcov_points() - how many places of the code ran
 *
 * Return: their number.
 */
size_t kcov_points(void)
{
	return points.n;
}

/**
 * kcov_edges() - how many steps from one place to another were made
 *
 * Return: their number.
 */
size_t kcov_edges(void)
{
	return edges.n;
}
