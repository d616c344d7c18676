// SPDX-License-Identifier: GPL-2.0
/* What about a binding is going to surprise: a line each, with what to do. */
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl.h"
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
		ctl_warn("rp_filter is strict on %s, and drops what comes in there from peers that the routing table reaches by another port (sysctl net.ipv4.conf.%s.rp_filter=2)",
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

static const uint8_t *bytes_of(const struct sockaddr *addr)
{
	return addr->sa_family == AF_INET ?
	       (const void *)&((const struct sockaddr_in *)addr)->sin_addr :
	       (const void *)&((const struct sockaddr_in6 *)addr)->sin6_addr;
}

/* Is an address in the prefix of one of a device's own?  Link-local ones aside. */
static bool is_onlink(const struct ifaddrs *ifa, int family,
		      const uint8_t *addr)
{
	size_t i, len = family == AF_INET ? 4 : 16;
	const uint8_t *own, *mask;

	if (!ifa->ifa_addr || !ifa->ifa_netmask ||
	    ifa->ifa_addr->sa_family != family)
		return false;
	own = bytes_of(ifa->ifa_addr);
	mask = bytes_of(ifa->ifa_netmask);
	if (family == AF_INET6 && own[0] == 0xfe && (own[1] & 0xc0) == 0x80)
		return false;
	for (i = 0; i < len; i++)
		if ((own[i] ^ addr[i]) & mask[i])
			return false;
	return true;
}

/* A port of the same subnet, by which the routing table may choose segments. */
static void warn_of_mtu(const char *dev, const struct ifaddrs *ifs)
{
	const struct ifaddrs *own, *other;
	int mtu = mtu_of(dev), theirs;

	for (own = ifs; own; own = own->ifa_next) {
		if (strcmp(own->ifa_name, dev) || !own->ifa_addr)
			continue;
		for (other = ifs; other; other = other->ifa_next) {
			if (!strcmp(other->ifa_name, dev) ||
			    !is_onlink(other, own->ifa_addr->sa_family,
				       bytes_of(own->ifa_addr)))
				continue;
			theirs = mtu_of(other->ifa_name);
			if (mtu && theirs > mtu) {
				ctl_warn("%s has MTU %d, and %s %d: segments may be too large for the former (ip link set %s mtu %d, or the same for both)",
					 dev, mtu, other->ifa_name, theirs,
					 dev, theirs);
				return;
			}
		}
	}
}

static bool leads_to(const struct device *dev, const struct prefix *to,
		     const struct ifaddrs *ifs)
{
	struct session session = { .family = to->family };

	if (to->family == AF_INET ? dev->has_via4 : dev->has_via6)
		return true;
	for (; ifs; ifs = ifs->ifa_next)
		if (!strcmp(ifs->ifa_name, dev->name) &&
		    is_onlink(ifs, to->family, to->addr))
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
		ctl_warn("%u connection%s older than the binding, and keep%s another port's address (svcbindctl show --stale %s, svcbindctl close-stale %s)",
			 stale.n, stale.n > 1 ? "s are" : " is",
			 stale.n > 1 ? "" : "s", name, name);
	stale_free(&stale);
}

/**
 * warn_of_binding() - print what of a service's binding is going to surprise
 * @name: the service
 *
 * What can't be found out isn't warned of.
 */
void warn_of_binding(const char *name)
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
	warn_of_stale(name);
}
