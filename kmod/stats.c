// SPDX-License-Identifier: GPL-2.0
/* Per-CPU counters. */

#include <linux/slab.h>

#include "stats.h"

/**
 * svcbind_counter_create() - make counters, all zero
 * @n: how many
 *
 * Context: process context.
 * Return: the counters, with one reference; NULL without memory.
 */
struct svcbind_counter *svcbind_counter_create(u32 n)
{
	struct svcbind_counter *counter;

	counter = kzalloc(sizeof(*counter), GFP_KERNEL_ACCOUNT);
	if (!counter)
		return NULL;
	counter->count = __alloc_percpu_gfp(array_size(n, sizeof(u64)),
					    sizeof(u64), GFP_KERNEL_ACCOUNT);
	if (!counter->count) {
		kfree(counter);
		return NULL;
	}
	counter->n = n;
	refcount_set(&counter->refs, 1);
	return counter;
}

/**
 * svcbind_counter_get() - one more reference
 * @counter: the counters
 *
 * Context: any; the caller has a reference.
 * Return: @counter.
 */
struct svcbind_counter *svcbind_counter_get(struct svcbind_counter *counter)
{
	refcount_inc(&counter->refs);
	return counter;
}

/**
 * svcbind_counter_put() - drop a reference
 * @counter: the counters, or NULL
 *
 * Context: any but hard interrupt; no packet uses that reference any more.
 */
void svcbind_counter_put(struct svcbind_counter *counter)
{
	if (!counter || !refcount_dec_and_test(&counter->refs))
		return;
	free_percpu(counter->count);
	kfree(counter);
}

/**
 * svcbind_counter_sum() - read a count
 * @counter: the counters
 * @which: which of them
 *
 * Context: any.
 * Return: the sum over all CPUs that there can be.
 */
u64 svcbind_counter_sum(const struct svcbind_counter *counter, u32 which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counter->count, cpu)[which]);
	return sum;
}
