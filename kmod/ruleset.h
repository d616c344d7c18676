/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_RULESET_H
#define _SVCBIND_RULESET_H

#include <linux/bitmap.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

#include <uapi/linux/svcbind.h>

#include "device.h"
#include "owner.h"
#include "stats.h"

struct svcbind_net;

#define SVCBIND_PRIORITY_FIRST	100
#define SVCBIND_PRIORITY_STEP	10

/**
 * struct svcbind_range - ports, in host byte order
 * @first: the lowest
 * @last: the highest
 */
struct svcbind_range {
	u16 first;
	u16 last;
};

/**
 * struct svcbind_ranges - an OR-ed list of ports
 * @n: how many ranges
 * @range: the ranges
 */
struct svcbind_ranges {
	u32 n;
	struct svcbind_range range[];
};

/**
 * struct svcbind_prefix - an address prefix
 * @family: AF_INET or AF_INET6
 * @len: bits
 * @addr: the prefix, the rest zero
 * @mask: @len ones
 */
struct svcbind_prefix {
	u8 family;
	u8 len;
	union nf_inet_addr addr;
	union nf_inet_addr mask;
};

/**
 * struct svcbind_prefixes - an OR-ed list of prefixes
 * @n: how many
 * @prefix: the prefixes
 */
struct svcbind_prefixes {
	u32 n;
	struct svcbind_prefix prefix[];
};

/**
 * struct svcbind_match - what a service is; NULL lists match all
 * @any_proto: @proto isn't looked at
 * @all: the user said that a match of everything is meant; only where it is
 * @proto: bit set of IP protocols; ICMPv6 counts as IPPROTO_ICMP
 * @port: either end
 * @dport: destination
 * @sport: source
 * @to: destination
 * @from: source
 * @owner: what is asked of socket and mark; NULL where nothing is
 */
struct svcbind_match {
	bool any_proto;
	bool all;
	DECLARE_BITMAP(proto, 256);
	struct svcbind_ranges *port;
	struct svcbind_ranges *dport;
	struct svcbind_ranges *sport;
	struct svcbind_prefixes *to;
	struct svcbind_prefixes *from;
	struct svcbind_owner *owner;
};

/**
 * struct svcbind_bound - one device of a binding
 * @device: the device's name, and who has it
 * @onlink4: next hops for IPv4 peers in a prefix of the device
 * @onlink6: the same for IPv6
 * @via4: the binding's gateway, or NULL
 * @via6: the same for IPv6
 * @traffic: what left through it for this service; NULL while the binding is
 *	being made
 */
struct svcbind_bound {
	struct svcbind_device *device;
	struct svcbind_nexthop *onlink4;
	struct svcbind_nexthop *onlink6;
	struct svcbind_nexthop *via4;
	struct svcbind_nexthop *via6;
	struct svcbind_counter *traffic;
};

/**
 * struct svcbind_binding - where a service may leave
 * @mode: strict, prefer or audit
 * @select: how a device is chosen
 * @source: whether sources are made right
 * @n: how many devices
 * @bound: the devices, in order
 */
struct svcbind_binding {
	enum svcbind_mode mode;
	enum svcbind_select select;
	enum svcbind_source source;
	u32 n;
	struct svcbind_bound bound[];
};

/**
 * struct svcbind_service - a named class of traffic, with its binding
 * @refs: one for every ruleset and every transaction that has it
 * @named: in the names of the transaction that it was made in
 * @name: unique in the namespace
 * @preset: the preset it was made from, or empty
 * @priority: lower ones are asked first
 * @match: what it is
 * @binding: where it may leave, or NULL
 * @counters: verdicts; shared by all versions of the service; NULL while the
 *	service is being made
 *
 * Immutable once published, but for @refs and what @counters hold.
 */
struct svcbind_service {
	refcount_t refs;
	struct hlist_node named;
	char name[SVCBIND_NAME_MAX + 1];
	char preset[SVCBIND_NAME_MAX + 1];
	u32 priority;
	struct svcbind_match match;
	struct svcbind_binding *binding;
	struct svcbind_counter *counters;
};

/**
 * struct svcbind_policy - the switches of a namespace
 * @enforce: on, audit or off
 * @icmp_reply: where echo replies leave
 * @arp: who answers for an address
 * @connect: whether sockets are bound when they connect
 */
struct svcbind_policy {
	enum svcbind_enforce enforce;
	enum svcbind_icmp_reply icmp_reply;
	enum svcbind_arp arp;
	enum svcbind_connect connect;
};

/**
 * struct svcbind_ruleset - services, bindings and policy of one namespace
 * @end: frees it, after a grace period
 * @policy: the switches
 * @need: SVCBIND_NEED_* that it takes
 * @sources: it has sources to make right
 * @unbound: sockets aren't bound when they connect, as the kernel can't
 * @n_devices: how many devices
 * @device: those of the bindings that act, each once
 * @n: how many services
 * @service: the services, in the order in which they are asked
 *
 * Immutable once published; replaced as a whole.
 */
struct svcbind_ruleset {
	struct rcu_work end;
	struct svcbind_policy policy;
	u32 need;
	bool sources;
	bool unbound;
	u32 n_devices;
	struct svcbind_device **device;
	u32 n;
	struct svcbind_service *service[];
};

extern struct svcbind_ruleset svcbind_ruleset_empty;

struct svcbind_ruleset *svcbind_ruleset_own(const struct svcbind_net *sn);
struct svcbind_service *svcbind_ruleset_find(const struct svcbind_ruleset *rs,
					     const char *name);
struct svcbind_ruleset *
svcbind_ruleset_create(struct svcbind_net *sn,
		       struct svcbind_service *const *service, u32 n,
		       const struct svcbind_policy *policy);
void svcbind_ruleset_discard(struct svcbind_ruleset *rs);
void svcbind_ruleset_free(struct svcbind_ruleset *rs);
bool svcbind_ruleset_binds(const struct svcbind_ruleset *rs,
			   const struct net_device *dev);

void svcbind_ruleset_barrier(void);
int svcbind_ruleset_init(void);
void svcbind_ruleset_exit(void);

struct svcbind_service *
svcbind_service_create(const struct svcbind_service *old, const char *name);
struct svcbind_binding *svcbind_binding_create(u32 n);
int svcbind_bound_init(struct svcbind_net *sn, struct svcbind_bound *bound,
		       const char *name, const struct in6_addr *via4,
		       const struct in6_addr *via6);
struct svcbind_binding *
svcbind_binding_copy(const struct svcbind_binding *old);
void svcbind_binding_free(struct svcbind_binding *binding);
int svcbind_service_count(struct svcbind_service *service,
			  const struct svcbind_service *before);
void svcbind_service_put(struct svcbind_service *service);
bool svcbind_match_is_empty(const struct svcbind_match *match);

#endif /* _SVCBIND_RULESET_H */
