/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_ARP_H
#define _SVCBIND_ARP_H

struct in_ifaddr;
struct net_device;
struct svcbind_net;
struct svcbind_ruleset;

void svcbind_arp_announce(struct svcbind_net *sn, struct net_device *dev,
			  const struct in_ifaddr *only);
void svcbind_arp_announce_new(struct svcbind_net *sn,
			      const struct svcbind_ruleset *old,
			      const struct svcbind_ruleset *new);
int svcbind_arp_enable(struct svcbind_net *sn);
void svcbind_arp_disable(struct svcbind_net *sn);

#endif /* _SVCBIND_ARP_H */
