/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_IFADDR_H
#define SVCBINDCTL_IFADDR_H

#include <stdbool.h>
#include <stdint.h>

struct ifaddrs;

bool ifaddr_is_of(const struct ifaddrs *ifa, const char *dev);
bool ifaddr_is(const struct ifaddrs *ifa, int family, const uint8_t *addr);
bool ifaddr_covers(const struct ifaddrs *ifa, int family, const uint8_t *addr);
bool ifaddr_is_link_local(int family, const uint8_t *addr);
const uint8_t *ifaddr_bytes(const struct ifaddrs *ifa);

#endif
