// SPDX-License-Identifier: GPL-2.0
/* The devices of a binding, and their gateways. */
#include <arpa/inet.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"

/* The kernel's svcbind_nl_via_valid(). */
static bool is_host4(struct in_addr addr)
{
	uint32_t ip = ntohl(addr.s_addr);

	return ip >> 24 && ip >> 24 != IN_LOOPBACKNET && !IN_MULTICAST(ip) &&
	       ip != INADDR_BROADCAST;
}

static bool is_host6(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_MULTICAST(addr) && !IN6_IS_ADDR_V4MAPPED(addr);
}

/**
 * parse_via() - read the address of a gateway
 * @dev: the device that it is behind
 * @arg: the address
 *
 * Return: an enum ctl_status.
 */
int parse_via(struct device *dev, const char *arg)
{
	bool is4 = !strchr(arg, ':');
	bool twice = is4 ? dev->has_via4 : dev->has_via6;

	if (inet_pton(is4 ? AF_INET : AF_INET6, arg,
		      is4 ? (void *)&dev->via4 : (void *)&dev->via6) != 1)
		return ctl_fail(CTL_USAGE,
				"via '%.200s' isn't an IPv4 or IPv6 address",
				arg);
	if (is4 ? !is_host4(dev->via4) : !is_host6(&dev->via6))
		return ctl_fail(CTL_USAGE, "via %s can't be a gateway", arg);
	if (twice)
		return ctl_fail(CTL_USAGE,
				"via %s: the device has an %s gateway already",
				arg, is4 ? "IPv4" : "IPv6");
	*(is4 ? &dev->has_via4 : &dev->has_via6) = true;
	return CTL_OK;
}

/**
 * parse_bound() - add a device to a binding
 * @binding: the binding
 * @dev: the device, whose name was judged
 *
 * Return: an enum ctl_status.
 */
int parse_bound(struct binding *binding, const struct device *dev)
{
	unsigned int i;

	if (binding->n_devices == SVCBIND_MAX_DEVICES)
		return ctl_fail(CTL_USAGE, "more than %d devices",
				SVCBIND_MAX_DEVICES);
	for (i = 0; i < binding->n_devices; i++)
		if (!strcmp(binding->devices[i].name, dev->name))
			return ctl_fail(CTL_USAGE, "dev %s twice", dev->name);
	binding->devices[binding->n_devices++] = *dev;
	return CTL_OK;
}
