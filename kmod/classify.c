// SPDX-License-Identifier: GPL-2.0
/* Which service does a flow belong to? The first that matches, by priority. */

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

static bool svcbind_match_ports(const struct svcbind_match *match,
				const struct svcbind_flow *flow)
{
	if (!match->port && !match->dport && !match->sport)
		return true;
	if (!flow->has_ports)
		return false;
	if (match->port && !svcbind_ranges_hit(match->port, flow->sport) &&
	    !svcbind_ranges_hit(match->port, flow->dport))
		return false;
	if (match->dport && !svcbind_ranges_hit(match->dport, flow->dport))
		return false;
	return !match->sport || svcbind_ranges_hit(match->sport, flow->sport);
}

static bool svcbind_match_hit(const struct svcbind_match *match,
			      const struct svcbind_flow *flow)
{
	if (!match->any_proto && !test_bit(flow->proto, match->proto))
		return false;
	if (!svcbind_match_ports(match, flow))
		return false;
	if (match->to && !svcbind_prefixes_hit(match->to, flow->family,
					       &flow->daddr))
		return false;
	if (match->from && !svcbind_prefixes_hit(match->from, flow->family,
						 &flow->saddr))
		return false;
	return !match->owner || svcbind_owner_hit(match->owner, flow);
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
		if (svcbind_match_hit(&rs->service[i]->match, flow))
			return rs->service[i];
	return NULL;
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
