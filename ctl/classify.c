// SPDX-License-Identifier: GPL-2.0
/* Whose session it is: the kernel's classify.c and owner.c. */
#include <string.h>

#include "classify.h"
#include "model.h"
#include "session.h"

static bool ranges_hit(const struct ranges *ranges, uint16_t port)
{
	unsigned int i;

	for (i = 0; i < ranges->n; i++)
		if (port >= ranges->range[i].first &&
		    port <= ranges->range[i].last)
			return true;
	return false;
}

/**
 * prefix_covers() - is an address in a prefix?
 * @prefix: the prefix
 * @family: AF_INET or AF_INET6, of the address
 * @addr: the address
 *
 * Return: whether it is.
 */
bool prefix_covers(const struct prefix *prefix, int family, const uint8_t *addr)
{
	int bytes = prefix->len / 8, bits = prefix->len % 8;

	return prefix->family == family &&
	       !memcmp(prefix->addr, addr, bytes) &&
	       (!bits || !((prefix->addr[bytes] ^ addr[bytes]) >>
			   (8 - bits)));
}

static bool prefixes_hit(const struct prefixes *prefixes, int family,
			 const uint8_t *addr)
{
	unsigned int i;

	for (i = 0; i < prefixes->n; i++)
		if (prefix_covers(&prefixes->prefix[i], family, addr))
			return true;
	return !prefixes->n;
}

/* Of what is known of any session. */
static bool packets_hit(const struct match *match, const struct session *s)
{
	const struct ranges *port = match_ports(match, MATCH_PORT);
	const struct ranges *dport = match_ports(match, MATCH_DPORT);
	const struct ranges *sport = match_ports(match, MATCH_SPORT);

	if (match->n_protos &&
	    !memchr(match->protos, IPPROTO_TCP, match->n_protos))
		return false;
	if (port->n && !ranges_hit(port, s->local_port) &&
	    !ranges_hit(port, s->remote_port))
		return false;
	if ((dport->n && !ranges_hit(dport, s->remote_port)) ||
	    (sport->n && !ranges_hit(sport, s->local_port)))
		return false;
	/* What a rule of nft makes of the mark isn't known. */
	if ((s->mark ^ match->mark.value) & match->mark.mask)
		return false;
	return prefixes_hit(match_prefixes(match, MATCH_TO), s->family,
			    s->remote) &&
	       prefixes_hit(match_prefixes(match, MATCH_FROM), s->family,
			    s->local);
}

static enum hit uid_hit(const struct match *match, const struct session *s)
{
	unsigned int i;

	if (!match->uids.n)
		return HIT_YES;
	if (!s->uid_known)
		return HIT_MAYBE;
	for (i = 0; i < match->uids.n; i++)
		if (s->uid >= match->uids.range[i].first &&
		    s->uid <= match->uids.range[i].last)
			return HIT_YES;
	return HIT_NO;
}

static enum hit cgroup_hit(const struct match *match, const struct session *s)
{
	size_t len = strlen(match->cgroup);

	if (!len)
		return HIT_YES;
	if (match->cgroup_elsewhere || !*s->cgroup)
		return HIT_MAYBE;
	if (!strcmp(match->cgroup, "/"))
		return HIT_YES;
	if (strncmp(s->cgroup, match->cgroup, len))
		return HIT_NO;
	return !s->cgroup[len] || s->cgroup[len] == '/' ? HIT_YES : HIT_NO;
}

/**
 * match_hit() - does a match hit the session's packets?
 * @match: the match
 * @s: the session
 *
 * Return: what the kernel's svcbind_match_miss() would, or HIT_MAYBE where that
 * depends on what isn't known.
 */
enum hit match_hit(const struct match *match, const struct session *s)
{
	enum hit uid, cgroup;

	if (!packets_hit(match, s))
		return HIT_NO;
	uid = uid_hit(match, s);
	cgroup = cgroup_hit(match, s);
	return uid < cgroup ? uid : cgroup;
}

/**
 * match_asks_same() - do two matches ask the same of what may be unknown?
 * @a: a match that may hit
 * @b: another one, of the same session
 *
 * Return: whether either both hit or none does.
 */
bool match_asks_same(const struct match *a, const struct match *b)
{
	return a->cgroup_elsewhere == b->cgroup_elsewhere &&
	       !strcmp(a->cgroup, b->cgroup) && a->uids.n == b->uids.n &&
	       !memcmp(a->uids.range, b->uids.range,
		       a->uids.n * sizeof(*a->uids.range));
}

/**
 * match_accepts() - does this host look like the one that serves?
 * @match: the match of the session's service
 * @s: the session
 *
 * Return: what the kernel's svcbind_classify_accepted() would.
 */
bool match_accepts(const struct match *match, const struct session *s)
{
	const struct ranges *port = match_ports(match, MATCH_PORT);

	return match_ports(match, MATCH_SPORT)->n ||
	       (port->n && ranges_hit(port, s->local_port));
}
