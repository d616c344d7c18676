/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/svcbind.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_SVCBIND_GEN_H
#define _LINUX_SVCBIND_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/svcbind.h>

/* Common nested types */
extern const struct nla_policy svcbind_binding_nl_policy[SVCBIND_A_BINDING_DEVICES + 1];
extern const struct nla_policy svcbind_device_nl_policy[SVCBIND_A_DEVICE_BYTES + 1];
extern const struct nla_policy svcbind_devices_nl_policy[SVCBIND_A_DEVICES_DEVICE + 1];
extern const struct nla_policy svcbind_flow_nl_policy[SVCBIND_A_FLOW_MARK + 1];
extern const struct nla_policy svcbind_mark_nl_policy[SVCBIND_A_MARK_MASK + 1];
extern const struct nla_policy svcbind_match_nl_policy[SVCBIND_A_MATCH_CGROUP_ELSEWHERE + 1];
extern const struct nla_policy svcbind_policy_nl_policy[SVCBIND_A_POLICY_CONNECT + 1];
extern const struct nla_policy svcbind_prefix_nl_policy[SVCBIND_A_PREFIX_LEN + 1];
extern const struct nla_policy svcbind_prefixes_nl_policy[SVCBIND_A_PREFIXES_PREFIX + 1];
extern const struct nla_policy svcbind_range_nl_policy[SVCBIND_A_RANGE_LAST + 1];
extern const struct nla_policy svcbind_ranges_nl_policy[SVCBIND_A_RANGES_RANGE + 1];
extern const struct nla_policy svcbind_uid_range_nl_policy[SVCBIND_A_UID_RANGE_LAST + 1];
extern const struct nla_policy svcbind_uid_ranges_nl_policy[SVCBIND_A_UID_RANGES_RANGE + 1];

extern const struct nla_policy svcbind_service_new_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_service_set_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_service_del_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_service_get_nl_policy[SVCBIND_A_NAME + 1];

extern const struct nla_policy svcbind_bind_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_unbind_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_policy_set_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_policy_get_nl_policy[SVCBIND_A_GENERATION + 1];

extern const struct nla_policy svcbind_flush_nl_policy[SVCBIND_A_CONFIRM + 1];

extern const struct nla_policy svcbind_begin_nl_policy[SVCBIND_A_GENERATION + 1];

extern const struct nla_policy svcbind_add_nl_policy[SVCBIND_A_BINDING + 1];

extern const struct nla_policy svcbind_commit_nl_policy[SVCBIND_A_DRY_RUN + 1];

extern const struct nla_policy svcbind_confirm_nl_policy[SVCBIND_A_GENERATION + 1];

extern const struct nla_policy svcbind_rollback_nl_policy[SVCBIND_A_GENERATION + 1];

extern const struct nla_policy svcbind_explain_nl_policy[SVCBIND_A_FLOW + 1];

/* Ops table for svcbind */
extern const struct genl_ops svcbind_nl_ops[15];

int svcbind_nl_service_new_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_service_set_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_service_del_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_service_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int svcbind_nl_bind_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_unbind_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_policy_set_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_begin_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_add_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_commit_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_rollback_doit(struct sk_buff *skb, struct genl_info *info);
int svcbind_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	SVCBIND_NLGRP_EVENTS,
};

#endif /* _LINUX_SVCBIND_GEN_H */
