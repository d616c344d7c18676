/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_OWNER_H
#define _SVCBIND_OWNER_H

#include <linux/types.h>

struct svcbind_cgroup;
struct svcbind_flow;

/**
 * struct svcbind_uid_range - users
 * @first: the lowest
 * @last: the highest
 *
 * As the user namespace that owns the network namespace numbers them.
 */
struct svcbind_uid_range {
	u32 first;
	u32 last;
};

/**
 * struct svcbind_uids - an OR-ed list of users
 * @n: how many ranges
 * @range: the ranges
 */
struct svcbind_uids {
	u32 n;
	struct svcbind_uid_range range[];
};

/**
 * struct svcbind_owner - whose packets they are; absent words match all
 * @uid: who owns the socket, or NULL
 * @cgroup: where the socket was made, or NULL
 * @mark: the packet's mark
 * @mask: the bits of @mark that are looked at, which has no others; or 0
 */
struct svcbind_owner {
	struct svcbind_uids *uid;
	struct svcbind_cgroup *cgroup;
	u32 mark;
	u32 mask;
};

struct svcbind_owner *svcbind_owner_copy(const struct svcbind_owner *old);
void svcbind_owner_free(struct svcbind_owner *owner);
u32 svcbind_owner_miss(const struct svcbind_owner *owner,
		       const struct svcbind_flow *flow);

#endif /* _SVCBIND_OWNER_H */
