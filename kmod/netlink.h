/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_NETLINK_H
#define _SVCBIND_NETLINK_H

#include <net/genetlink.h>

struct svcbind_binding;
struct svcbind_cgroup;
struct svcbind_match;
struct svcbind_net;
struct svcbind_owner;
struct svcbind_policy;
struct svcbind_question;
struct svcbind_service;
struct svcbind_transaction;

extern struct genl_family svcbind_nl_family;

int svcbind_nl_current(const struct svcbind_net *sn, struct genl_info *info);
int svcbind_nl_may_change(const struct svcbind_net *sn, struct genl_info *info);
int svcbind_nl_attr_missing(struct genl_info *info, int attr);
int svcbind_nl_no_service(struct genl_info *info);
struct svcbind_service *
svcbind_nl_service_make(const struct svcbind_transaction *t,
			struct genl_info *info);
int svcbind_nl_publish(struct svcbind_net *sn, struct svcbind_transaction *t,
		       struct genl_info *info, bool dry_run);

int svcbind_nl_parse_match(struct svcbind_match *match,
			   const struct nlattr *attr,
			   struct netlink_ext_ack *extack);
int svcbind_nl_parse_binding(struct svcbind_net *sn,
			     struct svcbind_service *service,
			     const struct svcbind_binding *old,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack);
int svcbind_nl_parse_policy(struct svcbind_policy *policy,
			    const struct nlattr *attr,
			    struct netlink_ext_ack *extack);
int svcbind_nl_parse_owner(struct svcbind_match *match,
			   struct nlattr *const tb[],
			   struct netlink_ext_ack *extack);
struct svcbind_cgroup *svcbind_nl_get_cgroup(const struct nlattr *attr,
					     struct netlink_ext_ack *extack);
int svcbind_nl_fill_owner(struct sk_buff *skb,
			  const struct svcbind_owner *owner);
int svcbind_nl_count(const struct nlattr *list, int type, u32 max,
		     struct netlink_ext_ack *extack);
int svcbind_nl_fill_confirm(struct sk_buff *skb, const struct svcbind_net *sn);
int svcbind_nl_fill_service(struct sk_buff *skb, const struct svcbind_net *sn,
			    const struct svcbind_service *service);

int svcbind_nl_parse_question(struct svcbind_question *question,
			      struct genl_info *info);

int svcbind_netlink_init(void);
void svcbind_netlink_exit(void);

#endif /* _SVCBIND_NETLINK_H */
