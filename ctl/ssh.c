// SPDX-License-Identifier: GPL-2.0
/* Lock-out guard: does a change move or cut the ssh session it is made in? */
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "session.h"
#include "ssh.h"

static bool ranges_hit(const struct ranges *ranges, uint16_t port)
{
	unsigned int i;

	for (i = 0; i < ranges->n; i++)
		if (port >= ranges->range[i].first &&
		    port <= ranges->range[i].last)
			return true;
	return false;
}

static bool prefix_hit(const struct prefix *prefix, const uint8_t *addr)
{
	int bytes = prefix->len / 8, bits = prefix->len % 8;

	return !memcmp(prefix->addr, addr, bytes) &&
	       (!bits || !((prefix->addr[bytes] ^ addr[bytes]) >>
			   (8 - bits)));
}

static bool prefixes_hit(const struct prefixes *prefixes, int family,
			 const uint8_t *addr)
{
	unsigned int i;

	for (i = 0; i < prefixes->n; i++)
		if (prefixes->prefix[i].family == family &&
		    prefix_hit(&prefixes->prefix[i], addr))
			return true;
	return !prefixes->n;
}

/* The kernel's svcbind_match_hit(), for the session's packets. */
static bool match_hit(const struct match *match, const struct session *s)
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
	return prefixes_hit(match_prefixes(match, MATCH_TO), s->family,
			    s->remote) &&
	       prefixes_hit(match_prefixes(match, MATCH_FROM), s->family,
			    s->local);
}

/* The device that the session leaves by: "" if unknown, NULL if dropped. */
static const char *egress(const struct services *list,
			  const struct policy *policy, const struct session *s)
{
	const struct binding *binding = NULL;
	unsigned int i;

	/* The first that matches, bound or not, is the only one that counts. */
	for (i = 0; i < list->n; i++)
		if (match_hit(&list->service[i].match, s))
			break;
	if (i < list->n && list->service[i].bound)
		binding = &list->service[i].binding;
	if (!binding || binding->mode == SVCBIND_MODE_AUDIT ||
	    policy->enforce != SVCBIND_ENFORCE_ON)
		return s->dev;
	for (i = 0; i < binding->n_devices; i++)
		if (binding->devices[i].active)
			return binding->devices[i].name;
	/* Devices that are new to the binding have no state yet. */
	for (i = 0; i < binding->n_devices; i++)
		if (binding->devices[i].state == SVCBIND_STATE_USABLE)
			return binding->devices[i].name;
	return binding->mode == SVCBIND_MODE_PREFER ? s->dev : NULL;
}

/**
 * ssh_guard() - refuse a change that would move or cut the ssh session
 * @change: the change
 *
 * With -f, and in another network namespace than the caller's, nothing is
 * judged.
 *
 * Return: an enum ctl_status; CTL_REFUSED after an error was printed.
 */
int ssh_guard(const struct change *change)
{
	const char *now, *then;
	char before[IFNAMSIZ];
	struct services list;
	struct session session;
	struct policy policy;
	int err, status = CTL_OK;

	if (ctl_options.force || ctl_options.netns || !session_find(&session))
		return CTL_OK;
	err = model_get_all(&policy, &list);
	if (err)
		return ctl_nl_fail(err);
	now = egress(&list, &policy, &session);
	if (!now)
		goto out;	/* dropped already: it can't get worse */
	/* A copy, as the change may take the device away. */
	snprintf(before, sizeof(before), "%s", now);
	if (change_apply(change, &list, &policy)) {
		status = ctl_fail(CTL_REFUSED, "out of memory");
		goto out;
	}
	then = egress(&list, &policy, &session);
	if (!then)
		status = ctl_fail(CTL_REFUSED,
				  "would cut the ssh session you are in (-f to do it all the same)");
	else if (strcmp(before, then))
		status = ctl_fail(CTL_REFUSED,
				  "would move the ssh session you are in from %s to %s (-f to do it all the same)",
				  *before ? before : "an unknown device",
				  *then ? then : "an unknown device");
out:
	model_free_services(&list);
	return status;
}
