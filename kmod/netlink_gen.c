// SPDX-License-Identifier: GPL-2.0
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/svcbind.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/svcbind.h>

/* Common nested types */
const struct nla_policy svcbind_binding_nl_policy[SVCBIND_A_BINDING_DEVICES + 1] = {
	[SVCBIND_A_BINDING_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[SVCBIND_A_BINDING_SELECT] = NLA_POLICY_MAX(NLA_U32, 0),
	[SVCBIND_A_BINDING_SOURCE] = NLA_POLICY_MAX(NLA_U32, 1),
	[SVCBIND_A_BINDING_DEVICES] = NLA_POLICY_NESTED(svcbind_devices_nl_policy),
};

const struct nla_policy svcbind_device_nl_policy[SVCBIND_A_DEVICE_BYTES + 1] = {
	[SVCBIND_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[SVCBIND_A_DEVICE_VIA4] = NLA_POLICY_EXACT_LEN(4),
	[SVCBIND_A_DEVICE_VIA6] = NLA_POLICY_EXACT_LEN(16),
	[SVCBIND_A_DEVICE_STATE] = NLA_POLICY_MAX(NLA_U32, 5),
	[SVCBIND_A_DEVICE_ACTIVE] = { .type = NLA_FLAG, },
	[SVCBIND_A_DEVICE_IFINDEX] = { .type = NLA_U32, },
	[SVCBIND_A_DEVICE_MASTER] = { .type = NLA_NUL_STRING, },
	[SVCBIND_A_DEVICE_PACKETS] = { .type = NLA_U64, },
	[SVCBIND_A_DEVICE_BYTES] = { .type = NLA_U64, },
};

const struct nla_policy svcbind_devices_nl_policy[SVCBIND_A_DEVICES_DEVICE + 1] = {
	[SVCBIND_A_DEVICES_DEVICE] = NLA_POLICY_NESTED(svcbind_device_nl_policy),
};

const struct nla_policy svcbind_flow_nl_policy[SVCBIND_A_FLOW_MARK + 1] = {
	[SVCBIND_A_FLOW_PROTO] = { .type = NLA_U8, },
	[SVCBIND_A_FLOW_DST] = { .type = NLA_BINARY, },
	[SVCBIND_A_FLOW_DPORT] = { .type = NLA_U16, },
	[SVCBIND_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[SVCBIND_A_FLOW_SPORT] = { .type = NLA_U16, },
	[SVCBIND_A_FLOW_IN] = { .type = NLA_U32, },
	[SVCBIND_A_FLOW_UID] = { .type = NLA_U32, },
	[SVCBIND_A_FLOW_CGROUP] = { .type = NLA_NUL_STRING, .len = 1023, },
	[SVCBIND_A_FLOW_MARK] = { .type = NLA_U32, },
};

const struct nla_policy svcbind_mark_nl_policy[SVCBIND_A_MARK_MASK + 1] = {
	[SVCBIND_A_MARK_VALUE] = { .type = NLA_U32, },
	[SVCBIND_A_MARK_MASK] = NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy svcbind_match_nl_policy[SVCBIND_A_MATCH_CGROUP_ELSEWHERE + 1] = {
	[SVCBIND_A_MATCH_PROTO] = { .type = NLA_BINARY, },
	[SVCBIND_A_MATCH_PORT] = NLA_POLICY_NESTED(svcbind_ranges_nl_policy),
	[SVCBIND_A_MATCH_DPORT] = NLA_POLICY_NESTED(svcbind_ranges_nl_policy),
	[SVCBIND_A_MATCH_SPORT] = NLA_POLICY_NESTED(svcbind_ranges_nl_policy),
	[SVCBIND_A_MATCH_TO] = NLA_POLICY_NESTED(svcbind_prefixes_nl_policy),
	[SVCBIND_A_MATCH_FROM] = NLA_POLICY_NESTED(svcbind_prefixes_nl_policy),
	[SVCBIND_A_MATCH_ALL] = { .type = NLA_FLAG, },
	[SVCBIND_A_MATCH_UID] = NLA_POLICY_NESTED(svcbind_uid_ranges_nl_policy),
	[SVCBIND_A_MATCH_CGROUP] = { .type = NLA_NUL_STRING, .len = 1023, },
	[SVCBIND_A_MATCH_MARK] = NLA_POLICY_NESTED(svcbind_mark_nl_policy),
	[SVCBIND_A_MATCH_CGROUP_PENDING] = { .type = NLA_FLAG, },
	[SVCBIND_A_MATCH_CGROUP_ELSEWHERE] = { .type = NLA_FLAG, },
};

const struct nla_policy svcbind_policy_nl_policy[SVCBIND_A_POLICY_CONNECT + 1] = {
	[SVCBIND_A_POLICY_ENFORCE] = NLA_POLICY_MAX(NLA_U32, 2),
	[SVCBIND_A_POLICY_ICMP_REPLY] = NLA_POLICY_MAX(NLA_U32, 1),
	[SVCBIND_A_POLICY_ARP] = NLA_POLICY_MAX(NLA_U32, 2),
	[SVCBIND_A_POLICY_CONNECT] = NLA_POLICY_MAX(NLA_U32, 1),
};

const struct nla_policy svcbind_prefix_nl_policy[SVCBIND_A_PREFIX_LEN + 1] = {
	[SVCBIND_A_PREFIX_ADDR] = { .type = NLA_BINARY, },
	[SVCBIND_A_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

const struct nla_policy svcbind_prefixes_nl_policy[SVCBIND_A_PREFIXES_PREFIX + 1] = {
	[SVCBIND_A_PREFIXES_PREFIX] = NLA_POLICY_NESTED(svcbind_prefix_nl_policy),
};

const struct nla_policy svcbind_range_nl_policy[SVCBIND_A_RANGE_LAST + 1] = {
	[SVCBIND_A_RANGE_FIRST] = { .type = NLA_U16, },
	[SVCBIND_A_RANGE_LAST] = { .type = NLA_U16, },
};

const struct nla_policy svcbind_ranges_nl_policy[SVCBIND_A_RANGES_RANGE + 1] = {
	[SVCBIND_A_RANGES_RANGE] = NLA_POLICY_NESTED(svcbind_range_nl_policy),
};

const struct nla_policy svcbind_uid_range_nl_policy[SVCBIND_A_UID_RANGE_LAST + 1] = {
	[SVCBIND_A_UID_RANGE_FIRST] = { .type = NLA_U32, },
	[SVCBIND_A_UID_RANGE_LAST] = { .type = NLA_U32, },
};

const struct nla_policy svcbind_uid_ranges_nl_policy[SVCBIND_A_UID_RANGES_RANGE + 1] = {
	[SVCBIND_A_UID_RANGES_RANGE] = NLA_POLICY_NESTED(svcbind_uid_range_nl_policy),
};

/* SVCBIND_CMD_SERVICE_NEW - do */
const struct nla_policy svcbind_service_new_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_PRIORITY] = { .type = NLA_U32, },
	[SVCBIND_A_PRESET] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_MATCH] = NLA_POLICY_NESTED(svcbind_match_nl_policy),
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_SERVICE_SET - do */
const struct nla_policy svcbind_service_set_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_PRIORITY] = { .type = NLA_U32, },
	[SVCBIND_A_PRESET] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_MATCH] = NLA_POLICY_NESTED(svcbind_match_nl_policy),
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_SERVICE_DEL - do */
const struct nla_policy svcbind_service_del_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_FORCE] = { .type = NLA_FLAG, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_SERVICE_GET - do */
const struct nla_policy svcbind_service_get_nl_policy[SVCBIND_A_NAME + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
};

/* SVCBIND_CMD_BIND - do */
const struct nla_policy svcbind_bind_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_BINDING] = NLA_POLICY_NESTED(svcbind_binding_nl_policy),
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_UNBIND - do */
const struct nla_policy svcbind_unbind_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_POLICY_SET - do */
const struct nla_policy svcbind_policy_set_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_POLICY] = NLA_POLICY_NESTED(svcbind_policy_nl_policy),
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_POLICY_GET - do */
const struct nla_policy svcbind_policy_get_nl_policy[SVCBIND_A_GENERATION + 1] = {
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
};

/* SVCBIND_CMD_FLUSH - do */
const struct nla_policy svcbind_flush_nl_policy[SVCBIND_A_CONFIRM + 1] = {
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* SVCBIND_CMD_BEGIN - do */
const struct nla_policy svcbind_begin_nl_policy[SVCBIND_A_GENERATION + 1] = {
	[SVCBIND_A_POLICY] = NLA_POLICY_NESTED(svcbind_policy_nl_policy),
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
};

/* SVCBIND_CMD_ADD - do */
const struct nla_policy svcbind_add_nl_policy[SVCBIND_A_BINDING + 1] = {
	[SVCBIND_A_NAME] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_PRIORITY] = { .type = NLA_U32, },
	[SVCBIND_A_PRESET] = { .type = NLA_NUL_STRING, .len = 32, },
	[SVCBIND_A_MATCH] = NLA_POLICY_NESTED(svcbind_match_nl_policy),
	[SVCBIND_A_BINDING] = NLA_POLICY_NESTED(svcbind_binding_nl_policy),
};

/* SVCBIND_CMD_COMMIT - do */
const struct nla_policy svcbind_commit_nl_policy[SVCBIND_A_DRY_RUN + 1] = {
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
	[SVCBIND_A_CONFIRM] = NLA_POLICY_MIN(NLA_U32, 1),
	[SVCBIND_A_DRY_RUN] = { .type = NLA_FLAG, },
};

/* SVCBIND_CMD_CONFIRM - do */
const struct nla_policy svcbind_confirm_nl_policy[SVCBIND_A_GENERATION + 1] = {
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
};

/* SVCBIND_CMD_ROLLBACK - do */
const struct nla_policy svcbind_rollback_nl_policy[SVCBIND_A_GENERATION + 1] = {
	[SVCBIND_A_GENERATION] = { .type = NLA_U32, },
};

/* SVCBIND_CMD_EXPLAIN - do */
const struct nla_policy svcbind_explain_nl_policy[SVCBIND_A_FLOW + 1] = {
	[SVCBIND_A_FLOW] = NLA_POLICY_NESTED(svcbind_flow_nl_policy),
};

/* Ops table for svcbind */
const struct genl_ops svcbind_nl_ops[15] = {
	{
		.cmd		= SVCBIND_CMD_SERVICE_NEW,
		.doit		= svcbind_nl_service_new_doit,
		.policy		= svcbind_service_new_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_SERVICE_SET,
		.doit		= svcbind_nl_service_set_doit,
		.policy		= svcbind_service_set_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_SERVICE_DEL,
		.doit		= svcbind_nl_service_del_doit,
		.policy		= svcbind_service_del_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_SERVICE_GET,
		.doit		= svcbind_nl_service_get_doit,
		.dumpit		= svcbind_nl_service_get_dumpit,
		.policy		= svcbind_service_get_nl_policy,
		.maxattr	= SVCBIND_A_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_BIND,
		.doit		= svcbind_nl_bind_doit,
		.policy		= svcbind_bind_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_UNBIND,
		.doit		= svcbind_nl_unbind_doit,
		.policy		= svcbind_unbind_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_POLICY_SET,
		.doit		= svcbind_nl_policy_set_doit,
		.policy		= svcbind_policy_set_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_POLICY_GET,
		.doit		= svcbind_nl_policy_get_doit,
		.policy		= svcbind_policy_get_nl_policy,
		.maxattr	= SVCBIND_A_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_FLUSH,
		.doit		= svcbind_nl_flush_doit,
		.policy		= svcbind_flush_nl_policy,
		.maxattr	= SVCBIND_A_CONFIRM,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_BEGIN,
		.doit		= svcbind_nl_begin_doit,
		.policy		= svcbind_begin_nl_policy,
		.maxattr	= SVCBIND_A_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_ADD,
		.doit		= svcbind_nl_add_doit,
		.policy		= svcbind_add_nl_policy,
		.maxattr	= SVCBIND_A_BINDING,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_COMMIT,
		.doit		= svcbind_nl_commit_doit,
		.policy		= svcbind_commit_nl_policy,
		.maxattr	= SVCBIND_A_DRY_RUN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_CONFIRM,
		.doit		= svcbind_nl_confirm_doit,
		.policy		= svcbind_confirm_nl_policy,
		.maxattr	= SVCBIND_A_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_ROLLBACK,
		.doit		= svcbind_nl_rollback_doit,
		.policy		= svcbind_rollback_nl_policy,
		.maxattr	= SVCBIND_A_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= SVCBIND_CMD_EXPLAIN,
		.doit		= svcbind_nl_explain_doit,
		.policy		= svcbind_explain_nl_policy,
		.maxattr	= SVCBIND_A_FLOW,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
