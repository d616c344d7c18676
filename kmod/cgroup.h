/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_CGROUP_H
#define _SVCBIND_CGROUP_H

#include <linux/types.h>

struct cgroup;
struct sock;

/**
 * struct svcbind_cgroup - a place in the cgroup2 hierarchy
 * @level: how deep it is; that of the root is 0
 * @len: length of @path
 * @own: where that part of @path begins that the user gave
 * @path: from the root of the hierarchy, empty for the root itself
 */
struct svcbind_cgroup {
	int level;
	u32 len;
	u32 own;
	char path[];
};

struct svcbind_cgroup *svcbind_cgroup_create(const char *path);
struct svcbind_cgroup *svcbind_cgroup_copy(const struct svcbind_cgroup *old);
const char *svcbind_cgroup_text(const struct svcbind_cgroup *cgroup,
				bool *elsewhere);
bool svcbind_cgroup_pending(const struct svcbind_cgroup *cgroup);
struct cgroup *svcbind_cgroup_get(const struct svcbind_cgroup *cgroup);
struct cgroup *svcbind_cgroup_swap(struct sock *sk, struct cgroup *cgrp);
bool svcbind_cgroup_hit(const struct svcbind_cgroup *cgroup, struct sock *sk);

#endif /* _SVCBIND_CGROUP_H */
