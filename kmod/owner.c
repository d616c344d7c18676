// SPDX-License-Identifier: GPL-2.0
/* Whose packet is it? By the socket's user and cgroup, and by the mark. */

#include <linux/slab.h>
#include <linux/uidgid.h>
#include <net/sock.h>

#include <uapi/linux/svcbind.h>

#include "cgroup.h"
#include "compat.h"
#include "flow.h"
#include "owner.h"

/* The socket of somebody. What the kernel answers by itself (resets, ICMP) is
 * sent by raw sockets of its own (inet_ctl_sock_create()), which only look as if
 * they were of whoever made the namespace. Kernel sockets of other types, such
 * as those of NFS, are root's.
 */
static struct sock *svcbind_owner_sock(const struct svcbind_flow *flow)
{
	struct sock *sk = flow->sk;

	return sk && sk->sk_kern_sock && sk->sk_type == SOCK_RAW ? NULL : sk;
}

/* Mapped here, not when the list is set: what is one range there can be several
 * here. A user without a number there gets ~0, which no range has.
 */
static bool svcbind_uids_hit(const struct svcbind_uids *uids,
			     const struct sock *sk)
{
	uid_t uid = from_kuid(sock_net(sk)->user_ns, svcbind_sk_uid(sk));
	u32 i;

	for (i = 0; i < uids->n; i++)
		if (uid >= uids->range[i].first && uid <= uids->range[i].last)
			return true;
	return false;
}

/**
 * svcbind_owner_miss() - is the packet one of these?
 * @owner: whose they should be
 * @flow: the packet
 *
 * Context: RCU read side.
 * Return: SVCBIND_A_MATCH_* of the first word that doesn't match; 0 if all do.
 */
u32 svcbind_owner_miss(const struct svcbind_owner *owner,
		       const struct svcbind_flow *flow)
{
	struct sock *sk;

	if ((flow->mark ^ owner->mark) & owner->mask)
		return SVCBIND_A_MATCH_MARK;
	if (!owner->uid && !owner->cgroup)
		return 0;
	sk = svcbind_owner_sock(flow);
	if (owner->uid && !(sk && svcbind_uids_hit(owner->uid, sk)))
		return SVCBIND_A_MATCH_UID;
	if (owner->cgroup && !(sk && svcbind_cgroup_hit(owner->cgroup, sk)))
		return SVCBIND_A_MATCH_CGROUP;
	return 0;
}

/**
 * svcbind_owner_copy() - an owner like another
 * @old: the other
 *
 * Context: process context.
 * Return: the owner, or NULL without memory.
 */
struct svcbind_owner *svcbind_owner_copy(const struct svcbind_owner *old)
{
	struct svcbind_owner *owner;

	owner = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!owner)
		return NULL;
	if (old->uid)
		owner->uid = kmemdup(old->uid,
				     struct_size(old->uid, range, old->uid->n),
				     GFP_KERNEL_ACCOUNT);
	if (old->cgroup)
		owner->cgroup = svcbind_cgroup_copy(old->cgroup);
	if (!owner->uid == !old->uid && !owner->cgroup == !old->cgroup)
		return owner;
	svcbind_owner_free(owner);
	return NULL;
}

/**
 * svcbind_owner_free() - end an owner, whole or half-made
 * @owner: the owner, or NULL
 *
 * Context: process context, when no packet sees it any more.
 */
void svcbind_owner_free(struct svcbind_owner *owner)
{
	if (!owner)
		return;
	kfree(owner->uid);
	kfree(owner->cgroup);
	kfree(owner);
}
