// SPDX-License-Identifier: GPL-2.0
/* Which service does a flow belong to? The first that matches, by priority. */

#include <net/ip.h>

#include "classify.h"
#include "flow.h"
#include "owner.h"
#include "ruleset.h"

static bool svcbind_ranges_hit(const struct svcbind_ranges *ranges, u16 port)
{
	u32 i;

	for (i = 0; i < ranges->n; i++)
		if (port >= ranges->range[i].first &&
		    port <= ranges->range[i].last)
			return true;
	return false;
}

static bool svcbind_prefixes_hit(const struct svcbind_prefixes *prefixes,
				 u8 family, const union nf_inet_addr *addr)
{
	const struct svcbind_prefix *prefix;
	u32 i;

	for (i = 0; i < prefixes->n; i++) {
		prefix = &prefixes->prefix[i];
		if (prefix->family != family)
			continue;
		if (family == AF_INET ?
		    !((addr->ip ^ prefix->addr.ip) & prefix->mask.ip) :
		    !ipv6_masked_addr_cmp(&addr->in6, &prefix->mask.in6,
					  &prefix->addr.in6))
			return true;
	}
	return false;
}

static __always_inline u32
svcbind_miss_ports(const struct svcbind_match *match,
		   const struct svcbind_flow *flow)
{
	if (match->port && !(flow->has_ports &&
			     (svcbind_ranges_hit(match->port, flow->sport) ||
			      svcbind_ranges_hit(match->port, flow->dport))))
		return SVCBIND_A_MATCH_PORT;
	if (match->dport && !(flow->has_ports &&
			      svcbind_ranges_hit(match->dport, flow->dport)))
		return SVCBIND_A_MATCH_DPORT;
	if (match->sport && !(flow->has_ports &&
			      svcbind_ranges_hit(match->sport, flow->sport)))
		return SVCBIND_A_MATCH_SPORT;
	return 0;
}

/* Which word misses, by its attribute; 0: it is a hit. Inlined, so that to ask
 * for the word costs a packet nothing.
 */
static __always_inline u32
svcbind_match_miss(const struct svcbind_match *match,
		   const struct svcbind_flow *flow)
{
	u32 word;

	if (!match->any_proto && !test_bit(flow->proto, match->proto))
		return SVCBIND_A_MATCH_PROTO;
	word = svcbind_miss_ports(match, flow);
	if (word)
		return word;
	if (match->to && !svcbind_prefixes_hit(match->to, flow->family,
					       &flow->daddr))
		return SVCBIND_A_MATCH_TO;
	if (match->from && !svcbind_prefixes_hit(match->from, flow->family,
						 &flow->saddr))
		return SVCBIND_A_MATCH_FROM;
	return match->owner ? svcbind_owner_miss(match->owner, flow) : 0;
}

/**
 * svcbind_classify() - which service is this?
 * @rs: the ruleset
 * @flow: the flow
 *
 * Context: RCU read side.
 * Return: the first service by priority that matches, or NULL.
 */
struct svcbind_service *svcbind_classify(const struct svcbind_ruleset *rs,
					 const struct svcbind_flow *flow)
{
	u32 i;

	for (i = 0; i < rs->n; i++)
		if (!svcbind_match_miss(&rs->service[i]->match, flow))
			return rs->service[i];
	return NULL;
}

/* Could the kernel choose such a port? */
static bool svcbind_ranges_could(const struct svcbind_ranges *ranges,
				 const struct sock *sk)
{
	int first, last;
	u32 i;

	inet_sk_get_local_port_range(sk, &first, &last);
	for (i = 0; i < ranges->n; i++)
		if (ranges->range[i].first <= last &&
		    ranges->range[i].last >= first)
			return true;
	return false;
}

static bool svcbind_prefixes_could(const struct svcbind_prefixes *prefixes,
				   u8 family)
{
	u32 i;

	for (i = 0; i < prefixes->n; i++)
		if (prefixes->prefix[i].family == family)
			return true;
	return false;
}

/* Words on what isn't known yet, and can still go either way. */
static u32 svcbind_match_open(const struct svcbind_match *match,
			      const struct svcbind_flow *flow)
{
	const struct svcbind_owner *owner = match->owner;
	u32 open = 0;

	if (!flow->sport && match->sport &&
	    svcbind_ranges_could(match->sport, flow->sk))
		open |= BIT(SVCBIND_A_MATCH_SPORT);
	if (!flow->sport && match->port &&
	    !svcbind_ranges_hit(match->port, flow->dport) &&
	    svcbind_ranges_could(match->port, flow->sk))
		open |= BIT(SVCBIND_A_MATCH_PORT);
	if (match->from && !memchr_inv(&flow->saddr, 0, sizeof(flow->saddr)) &&
	    svcbind_prefixes_could(match->from, flow->family))
		open |= BIT(SVCBIND_A_MATCH_FROM);
	/* Chains of the output hook may give it another. */
	if (owner && (flow->mark ^ owner->mark) & owner->mask)
		open |= BIT(SVCBIND_A_MATCH_MARK);
	return open;
}

/* Does it match, but for these? */
static bool svcbind_match_but(const struct svcbind_match *match,
			      const struct svcbind_flow *flow, u32 open)
{
	struct svcbind_owner unmarked;
	struct svcbind_match known;

	if (!open)
		return !svcbind_match_miss(match, flow);
	known = *match;
	if (open & BIT(SVCBIND_A_MATCH_SPORT))
		known.sport = NULL;
	if (open & BIT(SVCBIND_A_MATCH_PORT))
		known.port = NULL;
	if (open & BIT(SVCBIND_A_MATCH_FROM))
		known.from = NULL;
	if (open & BIT(SVCBIND_A_MATCH_MARK)) {
		unmarked = *match->owner;
		unmarked.mask = 0;
		known.owner = &unmarked;
	}
	return !svcbind_match_miss(&known, flow);
}

/**
 * svcbind_classify_early() - which service will a flow belong to?
 * @rs: the ruleset
 * @flow: the flow; a source or a source port of zero has yet to be chosen
 *
 * Context: RCU read side.
 * Return: the first service by priority that matches, whatever the kernel
 * chooses; NULL if there is none, or if that depends.
 */
struct svcbind_service *
svcbind_classify_early(const struct svcbind_ruleset *rs,
		       const struct svcbind_flow *flow)
{
	u32 i, open;

	for (i = 0; i < rs->n; i++) {
		open = svcbind_match_open(&rs->service[i]->match, flow);
		if (svcbind_match_but(&rs->service[i]->match, flow, open))
			return open ? NULL : rs->service[i];
	}
	return NULL;
}

/**
 * svcbind_classify_miss() - why doesn't a service match?
 * @service: the service
 * @flow: the flow
 *
 * Context: RCU read side.
 * Return: SVCBIND_A_MATCH_* of the first word that doesn't; 0 if it matches.
 */
u32 svcbind_classify_miss(const struct svcbind_service *service,
			  const struct svcbind_flow *flow)
{
	return svcbind_match_miss(&service->match, flow);
}

/**
 * svcbind_classify_accepted() - does this host look like the one that serves?
 * @service: the service that @flow belongs to
 * @flow: the flow
 *
 * Nothing in the kernel tells an accepted connection from an opened one; a
 * service that names the port at our end means connections that we accept.
 *
 * Context: RCU read side.
 * Return: whether the service names the flow's source port.
 */
bool svcbind_classify_accepted(const struct svcbind_service *service,
			       const struct svcbind_flow *flow)
{
	const struct svcbind_match *match = &service->match;

	return flow->has_ports &&
	       (match->sport ||
		(match->port && svcbind_ranges_hit(match->port, flow->sport)));
}
