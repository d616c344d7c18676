/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_CONNECT_H
#define _SVCBIND_CONNECT_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>

struct net_device;
struct sock;
struct svcbind_connect_table;
struct svcbind_flow;
struct svcbind_net;
struct svcbind_ruleset;
struct svcbind_service;

/**
 * struct svcbind_connects - binding at connect in one namespace
 * @table: sockets that svcbind has bound; NULL until the first need. RCU;
 *	written under the netns mutex, and then stays
 * @missed: connections whose sockets should have been bound, and weren't
 * @full: sockets that weren't bound for want of room in @table
 */
struct svcbind_connects {
	struct svcbind_connect_table __rcu *table;
	atomic_long_t missed;
	atomic_long_t full;
};

bool svcbind_connect_arm(void);
void svcbind_connect_exit(void);

int svcbind_connect_enable(struct svcbind_net *sn);
void svcbind_connect_net_exit(struct svcbind_net *sn);

struct net_device *
svcbind_connect_choose(const struct svcbind_ruleset *rs,
		       const struct svcbind_flow *flow,
		       const struct svcbind_service **service);
bool svcbind_connect_owns(const struct svcbind_net *sn, const struct sock *sk);
void svcbind_connect_miss(struct svcbind_net *sn,
			  const struct svcbind_ruleset *rs,
			  const struct svcbind_flow *flow);

#endif /* _SVCBIND_CONNECT_H */
