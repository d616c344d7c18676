/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_NETLINK_H
#define _SVCBIND_NETLINK_H

#include <net/genetlink.h>

struct svcbind_match;
struct svcbind_net;
struct svcbind_owner;
struct svcbind_service;

extern struct genl_family svcbind_nl_family;

int svcbind_nl_parse_match(struct svcbind_match *match,
			   const struct nlattr *attr,
			   struct netlink_ext_ack *extack);
int svcbind_nl_parse_binding(struct svcbind_net *sn,
			     struct svcbind_service *service,
			     const struct svcbind_service *old,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack);
int svcbind_nl_parse_owner(struct svcbind_match *match,
			   struct nlattr *const tb[],
			   struct netlink_ext_ack *extack);
int svcbind_nl_fill_owner(struct sk_buff *skb,
			  const struct svcbind_owner *owner);
int svcbind_nl_count(const struct nlattr *list, int type, u32 max,
		     struct netlink_ext_ack *extack);
int svcbind_nl_fill_service(struct sk_buff *skb, const struct svcbind_net *sn,
			    const struct svcbind_service *service);

int svcbind_netlink_init(void);
void svcbind_netlink_exit(void);

#endif /* _SVCBIND_NETLINK_H */
