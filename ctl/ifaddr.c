// SPDX-License-Identifier: GPL-2.0
/* Entries of what getifaddrs() says. */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "ifaddr.h"

static size_t len_of(int family)
{
	return family == AF_INET ? sizeof(struct in_addr) :
				   sizeof(struct in6_addr);
}

static const uint8_t *bytes_of(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return (const uint8_t *)
			&((const struct sockaddr_in *)sa)->sin_addr;
	return (const uint8_t *)&((const struct sockaddr_in6 *)sa)->sin6_addr;
}

static bool is_family(const struct ifaddrs *ifa, int family)
{
	return ifa->ifa_addr && ifa->ifa_addr->sa_family == family;
}

/**
 * ifaddr_is_of() - does an entry belong to a device?
 * @ifa: the entry, whose name may be a label, like "eth0:1"
 * @dev: the device
 *
 * Return: whether it does.
 */
bool ifaddr_is_of(const struct ifaddrs *ifa, const char *dev)
{
	size_t len = strlen(dev);

	return !strncmp(ifa->ifa_name, dev, len) &&
	       (!ifa->ifa_name[len] || ifa->ifa_name[len] == ':');
}

/**
 * ifaddr_bytes() - the address of an entry
 * @ifa: the entry, of AF_INET or AF_INET6
 *
 * Return: the address, in network byte order.
 */
const uint8_t *ifaddr_bytes(const struct ifaddrs *ifa)
{
	return bytes_of(ifa->ifa_addr);
}

/**
 * ifaddr_is() - is that the address of an entry?
 * @ifa: the entry
 * @family: AF_INET or AF_INET6
 * @addr: the address
 *
 * Return: whether it is.
 */
bool ifaddr_is(const struct ifaddrs *ifa, int family, const uint8_t *addr)
{
	return is_family(ifa, family) &&
	       !memcmp(ifaddr_bytes(ifa), addr, len_of(family));
}

/**
 * ifaddr_covers() - is an address in the prefix of an entry?
 * @ifa: the entry
 * @family: AF_INET or AF_INET6
 * @addr: the address
 *
 * Return: whether it is.
 */
bool ifaddr_covers(const struct ifaddrs *ifa, int family, const uint8_t *addr)
{
	const uint8_t *own, *mask;
	size_t i;

	if (!is_family(ifa, family) || !ifa->ifa_netmask)
		return false;
	own = ifaddr_bytes(ifa);
	mask = bytes_of(ifa->ifa_netmask);
	for (i = 0; i < len_of(family); i++)
		if ((own[i] ^ addr[i]) & mask[i])
			return false;
	return true;
}

/**
 * ifaddr_is_link_local() - does an address hold on one link only?
 * @family: AF_INET or AF_INET6
 * @addr: the address
 *
 * Return: whether it is in fe80::/10 (RFC 4291, section 2.5.6).
 */
bool ifaddr_is_link_local(int family, const uint8_t *addr)
{
	return family == AF_INET6 && addr[0] == 0xfe &&
	       (addr[1] & 0xc0) == 0x80;
}
