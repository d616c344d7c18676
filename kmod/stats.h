/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_STATS_H
#define _SVCBIND_STATS_H

#include <linux/if.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/types.h>

/**
 * enum svcbind_verdict - what became of a packet of a service
 * @SVCBIND_PASS: device and next hop were right already
 * @SVCBIND_STEER: given another route
 * @SVCBIND_REWRITE: its connection was given another source, once
 * @SVCBIND_FALLBACK: left to the routing table
 * @SVCBIND_DROP_NO_DEVICE: strict, and no device is usable
 * @SVCBIND_DROP_NO_ROUTE: strict, and no usable device leads to the peer
 * @SVCBIND_DROP_NO_SOURCE: strict, and no right source could be had
 * @SVCBIND_DROP_CONFLICT: strict, and the application chose otherwise
 * @SVCBIND_DROP_ERROR: strict, and memory ran out
 * @SVCBIND_VERDICTS: how many there are
 *
 * In the order of SVCBIND_A_COUNTERS_*, which starts at 1.
 */
enum svcbind_verdict {
	SVCBIND_PASS,
	SVCBIND_STEER,
	SVCBIND_REWRITE,
	SVCBIND_FALLBACK,
	SVCBIND_DROP_NO_DEVICE,
	SVCBIND_DROP_NO_ROUTE,
	SVCBIND_DROP_NO_SOURCE,
	SVCBIND_DROP_CONFLICT,
	SVCBIND_DROP_ERROR,
	SVCBIND_VERDICTS,
};

/* A service's counters beside its verdicts. */
#define SVCBIND_STALE		SVCBIND_VERDICTS
#define SVCBIND_BIND		(SVCBIND_STALE + 1)
#define SVCBIND_SERVICE_COUNTS	(SVCBIND_BIND + 1)

/* The counters of a device of a binding. */
#define SVCBIND_PACKETS		0
#define SVCBIND_BYTES		1
#define SVCBIND_TRAFFIC_COUNTS	2

/**
 * struct svcbind_told - what events told of a service
 * @active: the device that it uses, or empty; under the netns mutex
 * @dropping: a bit for each SVCBIND_DROP_* that was noticed; set by packets
 * @drops: those that were told too; under the netns mutex
 * @since: when the last of these was, in jiffies; under the netns mutex
 */
struct svcbind_told {
	char active[IFNAMSIZ];
	unsigned long dropping;
	unsigned long drops;
	unsigned long since;
};

/**
 * struct svcbind_counter - per-CPU counts that outlive rulesets
 * @refs: one for every service or bound device that has it
 * @n: how many counts
 * @count: the counts
 * @told: beside a service's counts, as this outlives rulesets too
 */
struct svcbind_counter {
	refcount_t refs;
	u32 n;
	u64 __percpu *count;
	struct svcbind_told told;
};

struct svcbind_counter *svcbind_counter_create(u32 n);
struct svcbind_counter *svcbind_counter_get(struct svcbind_counter *counter);
void svcbind_counter_put(struct svcbind_counter *counter);
u64 svcbind_counter_sum(const struct svcbind_counter *counter, u32 which);

/**
 * svcbind_counter_add() - count
 * @counter: the counter
 * @which: which of its counts
 * @n: how much
 *
 * Context: any. On 32-bit machines a concurrent reader may see half of a
 * carry; nothing is lost by it.
 */
static inline void svcbind_counter_add(const struct svcbind_counter *counter,
				       u32 which, u64 n)
{
	this_cpu_add(counter->count[which], n);
}

#endif /* _SVCBIND_STATS_H */
