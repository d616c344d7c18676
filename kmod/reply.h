/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_REPLY_H
#define _SVCBIND_REPLY_H

#include <linux/types.h>

struct nf_hook_state;
struct sk_buff;
struct svcbind_judgement;
struct svcbind_net;
struct svcbind_ruleset;

/* Counts of echo replies, in the order of SVCBIND_A_ICMP_COUNTERS_*. */
enum svcbind_reply_count {
	SVCBIND_REPLY_INGRESS,
	SVCBIND_REPLY_STEERED,
	SVCBIND_REPLY_NO_ROUTE,
	SVCBIND_REPLY_MISSED,
	SVCBIND_REPLY_COUNTS,
};

/* How a reply leaves through the device of its request. */
enum svcbind_reply_way {
	SVCBIND_REPLY_NOWHERE,
	SVCBIND_REPLY_RIGHT,	/* by the route that it has */
	SVCBIND_REPLY_ROUTE,
	SVCBIND_REPLY_LAST_HOP,	/* to whom the request came from */
};

enum svcbind_reply_way
svcbind_reply_ask(struct svcbind_judgement *judgement,
		  const struct svcbind_ruleset *rs, struct sk_buff *skb,
		  const struct nf_hook_state *state, int ifindex);
int svcbind_reply_enable(struct svcbind_net *sn);
void svcbind_reply_disable(struct svcbind_net *sn);
u64 svcbind_reply_count(const struct svcbind_net *sn, u32 which);

#endif /* _SVCBIND_REPLY_H */
