// SPDX-License-Identifier: GPL-2.0
/* What about a binding is going to surprise: a line each, with what to do. */
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "classify.h"
#include "ctl.h"
#include "ifaddr.h"
#include "model.h"
#include "parse.h"
#include "route.h"
#include "session.h"
#include "stale.h"
#include "warn.h"

#define RP_FILTER_STRICT	1

/* What cannot be read says nothing. */
static int read_rp_filter(const char *which)
{
	char path[64 + IFNAMSIZ];
	int value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/rp_filter",
		 which);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%d", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

/* The larger of both counts, see IN_DEV_RPFILTER(). */
static void warn_of_rp_filter(const char *dev)
{
	int all = read_rp_filter("all"), own = read_rp_filter(dev);

	if ((all > own ? all : own) == RP_FILTER_STRICT)
		ctl_warn("rp_filter is strict on %s, and drops what comes in there from peers that the routing table reaches by another port (sysctl net/ipv4/conf/%s/rp_filter=2)",
			 dev, dev);
}

static int mtu_of(const char *dev)
{
	struct ifreq request = { };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return 0;
	memcpy(request.ifr_name, dev, strnlen(dev, IFNAMSIZ - 1));
	err = ioctl(fd, SIOCGIFMTU, &request);
	close(fd);
	return err ? 0 : request.ifr_mtu;
}

static bool is_inet(const struct ifaddrs *ifa)
{
	return ifa->ifa_addr && (ifa->ifa_addr->sa_family == AF_INET ||
				 ifa->ifa_addr->sa_family == AF_INET6);
}

/* Another port of its subnet, whose MTU is larger; NULL: there is none. */
static const char *find_larger(const struct ifaddrs *own,
			       const struct ifaddrs *ifs, const char *dev,
			       int mtu)
{
	for (; ifs; ifs = ifs->ifa_next)
		if (!ifaddr_is_of(ifs, dev) &&
		    ifaddr_covers(ifs, own->ifa_addr->sa_family,
				  ifaddr_bytes(own)) &&
		    mtu_of(ifs->ifa_name) > mtu)
			return ifs->ifa_name;
	return NULL;
}

/* The routing table may choose segments by the other port. */
static void warn_of_mtu(const char *dev, const struct ifaddrs *ifs)
{
	const char *other = NULL;
	const struct ifaddrs *own;
	int mtu = mtu_of(dev);

	for (own = ifs; own && !other; own = own->ifa_next)
		if (is_inet(own) && ifaddr_is_of(own, dev) &&
		    !ifaddr_is_link_local(own->ifa_addr->sa_family,
					  ifaddr_bytes(own)))
			other = find_larger(own, ifs, dev, mtu);
	if (mtu && other)
		ctl_warn("%s has MTU %d, and %s %d: segments may be too large for the former (ip link set %s mtu %d, or the same for both)",
			 dev, mtu, other, mtu_of(other), dev, mtu_of(other));
}

static bool leads_to(const struct device *dev, const struct prefix *to,
		     const struct ifaddrs *ifs)
{
	struct session session = { .family = to->family };

	/* of everything there is no one place to ask about */
	if (!to->len || (to->family == AF_INET ? dev->has_via4 : dev->has_via6))
		return true;
	for (; ifs; ifs = ifs->ifa_next)
		if (ifaddr_is_of(ifs, dev->name) && is_inet(ifs) &&
		    (ifaddr_covers(ifs, to->family, to->addr) ||
		     prefix_covers(to, ifs->ifa_addr->sa_family,
				   ifaddr_bytes(ifs))))
			return true;
	memcpy(session.remote, to->addr, sizeof(session.remote));
	return route_leads_through(&session, if_nametoindex(dev->name));
}

static void warn_of_route(const struct service *svc, const struct device *dev,
			  const struct ifaddrs *ifs)
{
	const struct prefixes *to = match_prefixes(&svc->match, MATCH_TO);
	char text[64];
	unsigned int i;

	for (i = 0; i < to->n; i++) {
		if (leads_to(dev, &to->prefix[i], ifs))
			continue;
		ctl_warn("no route leads to %s through %s (bind %s dev %s via GATEWAY, or ip route add)",
			 prefix_text(&to->prefix[i], text, sizeof(text)),
			 dev->name, svc->name, dev->name);
		return;
	}
}

static void warn_of_device(const struct service *svc, const struct device *dev,
			   const struct ifaddrs *ifs)
{
	/* One that is pending has nothing yet that could be wrong. */
	if (!if_nametoindex(dev->name))
		return;
	warn_of_rp_filter(dev->name);
	warn_of_mtu(dev->name, ifs);
	if (dev->state == SVCBIND_STATE_USABLE)
		warn_of_route(svc, dev, ifs);
}

static void warn_of_stale(const char *name)
{
	struct stale stale;

	if (!stale_find(&stale, name) && stale.n)
		ctl_warn("%u connection%s older than the binding, and keep%s another port's address (svcbindctl show --stale %s, %ssvcbindctl close-stale %s)",
			 stale.n, stale.n > 1 ? "s are" : " is",
			 stale.n > 1 ? "" : "s", name,
			 ctl_options.confirm ? "once confirmed " : "", name);
	stale_free(&stale);
}

/**
 * warn_of_binding() - print what of a service's binding is going to surprise
 * @name: the service
 * @closing: its stale connections are about to be ended
 *
 * What can't be found out isn't warned of.
 */
void warn_of_binding(const char *name, bool closing)
{
	const struct service *svc;
	struct services list;
	struct ifaddrs *ifs;
	unsigned int i;

	if (model_get_service(name, &list))
		return;
	svc = model_find_service(&list, name);
	if (svc && !getifaddrs(&ifs)) {
		for (i = 0; i < svc->binding.n_devices; i++)
			warn_of_device(svc, &svc->binding.devices[i], ifs);
		freeifaddrs(ifs);
	}
	model_free_services(&list);
	if (!closing)
		warn_of_stale(name);
}
