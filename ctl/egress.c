// SPDX-License-Identifier: GPL-2.0
/* Which device a session leaves by: the kernel's egress.c. */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

/* behind net/if.h, which model.h has: IFF_LOWER_UP */
#include "model.h"
#include <linux/if.h>

#include "egress.h"
#include "ifaddr.h"
#include "link.h"
#include "route.h"
#include "session.h"

/* The next address of the session's family that the device has. */
static const struct ifaddrs *next_address(const struct ifaddrs *ifs,
					  const char *dev,
					  const struct session *s)
{
	while (ifs && (!ifaddr_is_of(ifs, dev) || !ifs->ifa_addr ||
		       ifs->ifa_addr->sa_family != s->family))
		ifs = ifs->ifa_next;
	return ifs;
}

/**
 * egress_has_local() - does a device have a session's local address?
 * @ifs: what getifaddrs() says
 * @dev: the device
 * @s: the session
 *
 * Return: whether it has.
 */
bool egress_has_local(const struct ifaddrs *ifs, const char *dev,
		      const struct session *s)
{
	for (; ifs; ifs = ifs->ifa_next)
		if (ifaddr_is_of(ifs, dev) &&
		    ifaddr_is(ifs, s->family, s->local))
			return true;
	return false;
}

/* svcbind_egress_onlink() */
static bool is_onlink(const struct ifaddrs *ifs, const char *dev,
		      const struct session *s)
{
	for (; ifs; ifs = ifs->ifa_next)
		if (ifaddr_is_of(ifs, dev) &&
		    ifaddr_covers(ifs, s->family, s->remote))
			return true;
	return false;
}

/*
 * svcbind_device_usable().  The state that was read is of either family, and
 * unknown of devices that are new to the binding, as is their number.
 */
static bool is_usable(const struct ifaddrs *ifs, const struct device *dev,
		      const struct session *s)
{
	const unsigned int up = IFF_UP | IFF_LOWER_UP;

	if (dev->ifindex ? dev->state == SVCBIND_STATE_ENSLAVED :
			   link_is_port(dev->name))
		return false;
	for (ifs = next_address(ifs, dev->name, s); ifs;
	     ifs = next_address(ifs->ifa_next, dev->name, s)) {
		if ((ifs->ifa_flags & up) != up)
			return false;
		if (ifaddr_is_link_local(s->family, s->remote) ||
		    !ifaddr_is_link_local(s->family, ifaddr_bytes(ifs)))
			return true;
	}
	return false;
}

/* svcbind_egress_try() */
static bool can_carry(const struct ifaddrs *ifs, const struct device *dev,
		      const struct session *s)
{
	if (!is_usable(ifs, dev, s))
		return false;
	if (!strcmp(dev->name, s->dev))
		return true;
	/* another host on another link */
	if (ifaddr_is_link_local(s->family, s->remote))
		return false;
	return route_leads_through(s, if_nametoindex(dev->name)) ||
	       is_onlink(ifs, dev->name, s) ||
	       (s->family == AF_INET ? dev->has_via4 : dev->has_via6);
}

/* svcbind_egress_wanted(), as svcbind_output_carry_on() asks it. */
static bool is_wanted(const struct ifaddrs *ifs, const struct binding *binding,
		      const char *dev, const struct session *s)
{
	if (s->ifindex && s->ifindex == (int)if_nametoindex(dev))
		return true;
	/* a VRF's own device isn't told apart: it has the address, too */
	return (s->ifindex || binding->source == SVCBIND_SOURCE_AUTO) &&
	       egress_has_local(ifs, dev, s);
}

/**
 * egress_device() - find the device that a session leaves by
 * @svc: the first service that matches it, NULL if none does
 * @enforced: whether bindings have an effect
 * @s: the session
 * @ifs: what getifaddrs() says
 *
 * Return: its name, "" if it isn't known; NULL if the session's packets would
 * be dropped.
 */
const char *egress_device(const struct service *svc, bool enforced,
			  const struct session *s, const struct ifaddrs *ifs)
{
	const struct binding *binding = svc && svc->bound ? &svc->binding : NULL;
	const struct device *dev;
	unsigned int i;

	if (!binding || !enforced || binding->mode == SVCBIND_MODE_AUDIT)
		return s->dev;
	for (i = 0; i < 2 * binding->n_devices; i++) {
		dev = &binding->devices[i % binding->n_devices];
		/* those that come first for this flow, then all in order */
		if (i < binding->n_devices &&
		    !is_wanted(ifs, binding, dev->name, s))
			continue;
		if (can_carry(ifs, dev, s))
			return dev->name;
	}
	return binding->mode == SVCBIND_MODE_PREFER ? s->dev : NULL;
}
