/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_EXPLAIN_H
#define _SVCBIND_EXPLAIN_H

#include <linux/if.h>
#include <linux/netfilter.h>

#include <uapi/linux/svcbind.h>

#include "stats.h"

struct svcbind_binding;
struct svcbind_bound;
struct svcbind_probe;
struct svcbind_ruleset;
struct svcbind_service;

/**
 * struct svcbind_path - how a packet leaves
 * @dev: the device's name
 * @source: the source on the wire
 * @hop_family: AF_INET or AF_INET6; 0: whoever delivered the question
 * @next_hop: the neighbour who is given it
 * @mtu: in bytes
 */
struct svcbind_path {
	char dev[IFNAMSIZ];
	union nf_inet_addr source;
	u8 hop_family;
	union nf_inet_addr next_hop;
	u32 mtu;
};

/**
 * struct svcbind_outcome - what becomes of a packet
 * @service: the first service that matches, or NULL
 * @exempt: why it is no service's, whatever it matches
 * @unenforced: what lets the verdict be counted only
 * @counts: there is a @verdict
 * @verdict: see there
 * @cause: of a fallback, what strict would count
 * @bound: the device that it is given, also where that is only counted; or NULL
 * @err: the routing table's, which refuses it before any service is asked
 * @tier: who sees to it
 * @leaves: there is a @path
 * @path: see there
 */
struct svcbind_outcome {
	const struct svcbind_service *service;
	enum svcbind_exempt exempt;
	enum svcbind_unenforced unenforced;
	bool counts;
	enum svcbind_verdict verdict;
	enum svcbind_verdict cause;
	const struct svcbind_bound *bound;
	int err;
	enum svcbind_tier tier;
	bool leaves;
	struct svcbind_path path;
};

bool svcbind_explain_table(struct svcbind_path *path,
			   const struct svcbind_probe *probe);
int svcbind_explain_connect(const struct svcbind_ruleset *rs,
			    const struct svcbind_probe *probe);
u32 svcbind_explain_miss(const struct svcbind_service *service,
			 const struct svcbind_probe *probe);
void svcbind_explain_flow(struct svcbind_outcome *outcome,
			  const struct svcbind_ruleset *rs,
			  const struct svcbind_probe *probe);
void svcbind_explain_answer(struct svcbind_outcome *outcome,
			    const struct svcbind_ruleset *rs,
			    const struct svcbind_probe *probe, int ifindex);
enum svcbind_verdict
svcbind_explain_alone(const struct svcbind_ruleset *rs,
		      const struct svcbind_probe *probe,
		      const struct svcbind_binding *binding, u32 i,
		      struct svcbind_binding *room);

#endif /* _SVCBIND_EXPLAIN_H */
