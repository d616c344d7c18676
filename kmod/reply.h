/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_REPLY_H
#define _SVCBIND_REPLY_H

#include <linux/types.h>

struct svcbind_net;

/* Counts of echo replies, in the order of SVCBIND_A_ICMP_COUNTERS_*. */
enum svcbind_reply_count {
	SVCBIND_REPLY_INGRESS,
	SVCBIND_REPLY_STEERED,
	SVCBIND_REPLY_NO_ROUTE,
	SVCBIND_REPLY_MISSED,
	SVCBIND_REPLY_COUNTS,
};

int svcbind_reply_enable(struct svcbind_net *sn);
void svcbind_reply_disable(struct svcbind_net *sn);
u64 svcbind_reply_count(const struct svcbind_net *sn, u32 which);

#endif /* _SVCBIND_REPLY_H */
