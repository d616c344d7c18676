// SPDX-License-Identifier: GPL-2.0
/* Places in the cgroup2 hierarchy, by name.
 *
 * A cgroup that is deleted and made anew, as by the restart of a systemd unit,
 * is the same place. What is compared is therefore the names, packet by packet,
 * and no cgroup is ever held or looked up: a new one matches from its first
 * packet on, and what is left of an old one still does. Cgroups of the default
 * hierarchy can't be renamed (cgroup1_rename() is the other one's).
 */

#include <linux/cgroup.h>
#include <linux/kernfs.h>
#include <linux/slab.h>
#include <net/sock.h>
#include <uapi/linux/svcbind.h>

#include "cgroup.h"
#include "compat.h"

#ifdef CONFIG_SOCK_CGROUP_DATA

/* Are these @left bytes, of as many names as @cgrp is deep, where it is? A
 * cgroup holds its parent and its name. The names are compared from the end,
 * where they differ first. RCU read side.
 */
static bool svcbind_cgroup_is(struct cgroup *cgrp, const char *path, u32 left)
{
	const char *name;
	u32 len;

	for (; cgrp->level; cgrp = cgroup_parent(cgrp)) {
		name = svcbind_kernfs_name(cgrp->kn);
		len = strlen(name);
		if (left <= len || path[left - len - 1] != '/' ||
		    memcmp(path + left - len, name, len))
			return false;
		left -= len + 1;
	}
	return true;
}

/**
 * svcbind_cgroup_hit() - was this socket made in there?
 * @cgroup: the place
 * @sk: a full socket, which holds its cgroup
 *
 * Context: RCU read side.
 * Return: whether the socket's cgroup is at that place, or below it.
 */
bool svcbind_cgroup_hit(const struct svcbind_cgroup *cgroup, struct sock *sk)
{
	struct cgroup *cgrp = sock_cgroup_ptr(&sk->sk_cgrp_data);

	cgrp = cgroup_ancestor(cgrp, cgroup->level);
	return cgrp && svcbind_cgroup_is(cgrp, cgroup->path, cgroup->len);
}

/* What is there now, with a reference; NULL: no cgroup. cgroup_get_from_path()
 * would begin at the root that the reader sees, which need not be that of who
 * set the path.
 */
static struct kernfs_node *
svcbind_cgroup_find(const struct svcbind_cgroup *cgroup)
{
	struct kernfs_node *child, *kn = cgrp_dfl_root.cgrp.kn;
	const char *part = cgroup->path;
	char name[NAME_MAX + 1];
	size_t len;

	kernfs_get(kn);
	/* kernfs_find_ns() takes whatever it is given for a directory */
	while (kn && kernfs_type(kn) == KERNFS_DIR && *part) {
		part++;
		len = strchrnul(part, '/') - part;
		strscpy(name, part, len + 1);
		child = kernfs_find_and_get(kn, name);
		kernfs_put(kn);
		kn = child;
		part += len;
	}
	if (!kn || kernfs_type(kn) == KERNFS_DIR)
		return kn;
	kernfs_put(kn);
	return NULL;
}

/**
 * svcbind_cgroup_pending() - is there no such cgroup now?
 * @cgroup: the place
 *
 * Context: process context.
 * Return: whether there is none.
 */
bool svcbind_cgroup_pending(const struct svcbind_cgroup *cgroup)
{
	struct kernfs_node *kn = svcbind_cgroup_find(cgroup);

	kernfs_put(kn);
	return !kn;
}

/**
 * svcbind_cgroup_get() - the cgroup that is there now
 * @cgroup: the place
 *
 * Context: process context.
 * Return: it, with a reference; -ENOENT if there is none.
 */
struct cgroup *svcbind_cgroup_get(const struct svcbind_cgroup *cgroup)
{
	struct kernfs_node *kn = svcbind_cgroup_find(cgroup);
	struct cgroup *cgrp;

	if (!kn)
		return ERR_PTR(-ENOENT);
	/* As cgroup_get_from_path() does. */
	rcu_read_lock();
	cgrp = rcu_dereference(*(void __rcu __force **)&kn->priv);
	if (!cgrp || !cgroup_tryget(cgrp))
		cgrp = ERR_PTR(-ENOENT);
	rcu_read_unlock();
	kernfs_put(kn);
	return cgrp;
}

/**
 * svcbind_cgroup_swap() - let a socket be made in another cgroup
 * @sk: a socket that nobody else knows
 * @cgrp: the cgroup, which the caller holds
 *
 * What the socket's end puts are the references of the cgroup that it was made
 * in: that one has to be swapped in again before.
 *
 * Context: any.
 * Return: the cgroup that it had.
 */
struct cgroup *svcbind_cgroup_swap(struct sock *sk, struct cgroup *cgrp)
{
	swap(sk->sk_cgrp_data.cgroup, cgrp);
	return cgrp;
}

/* Where the root is that this process sees: @len bytes into a new @path. */
static int svcbind_cgroup_root(char **path)
{
	struct cgroup *root = cgroup_get_from_path("/");
	int len;

	if (IS_ERR(root))
		return PTR_ERR(root);
	*path = kmalloc(SVCBIND_CGROUP_MAX + 2, GFP_KERNEL);
	len = *path ? cgroup_path(root, *path, SVCBIND_CGROUP_MAX + 2) : -ENOMEM;
	cgroup_put(root);
	/* where it doesn't fit: what it would take, -E2BIG, or since 6.8 what fits */
	if (len > SVCBIND_CGROUP_MAX || len == -E2BIG)
		return -ENAMETOOLONG;
	return len == 1 ? 0 : len;	/* "/" */
}

/* What could be the path of a directory, written in one way only. */
static bool svcbind_cgroup_valid(const char *path)
{
	const char *part;
	size_t len;

	if (!strcmp(path, "/"))
		return true;
	for (part = path; *part; part += len) {
		if (*part++ != '/')
			return false;
		len = strchrnul(part, '/') - part;
		if (!len || len > NAME_MAX || (len == 1 && *part == '.') ||
		    (len == 2 && part[0] == '.' && part[1] == '.'))
			return false;
	}
	return *path && !strchr(path, '\n');	/* cgroup_mkdir() */
}

/**
 * svcbind_cgroup_create() - a place, by its name
 * @path: its path in the cgroup namespace of this process
 *
 * Whoever reads it may have a root further up: the path from the top counts.
 *
 * Context: process context, that of who gave the path.
 * Return: the place; -EINVAL for what is no such path; -ENAMETOOLONG where it
 * is longer than SVCBIND_CGROUP_MAX; -ENOMEM; -EOPNOTSUPP where sockets have no
 * cgroups.
 */
struct svcbind_cgroup *svcbind_cgroup_create(const char *path)
{
	struct svcbind_cgroup *cgroup;
	char *root = NULL;
	const char *c;
	size_t len;
	int own;

	if (!svcbind_cgroup_valid(path))
		return ERR_PTR(-EINVAL);
	own = svcbind_cgroup_root(&root);
	len = path[1] ? strlen(path) : 0;
	if (own >= 0 && own + len > SVCBIND_CGROUP_MAX)
		own = -ENAMETOOLONG;
	if (own < 0) {
		kfree(root);
		return ERR_PTR(own);
	}
	cgroup = kzalloc(struct_size(cgroup, path, own + len + 1),
			 GFP_KERNEL_ACCOUNT);
	if (cgroup) {
		memcpy(cgroup->path, root, own);
		memcpy(cgroup->path + own, path, len);
		cgroup->own = own;
		cgroup->len = own + len;
		for (c = cgroup->path; *c; c++)
			cgroup->level += *c == '/';
	}
	kfree(root);
	return cgroup ?: ERR_PTR(-ENOMEM);
}

/* The path from that root on, empty for the root itself; NULL if it is neither
 * there nor below.
 */
static const char *svcbind_cgroup_below(const struct svcbind_cgroup *cgroup,
					struct cgroup *root)
{
	const char *path = cgroup->path;
	bool below;
	int level;

	if (cgroup->level < root->level)
		return NULL;
	for (level = 0; level < root->level; level++)
		path = strchrnul(path + 1, '/');
	rcu_read_lock();
	below = svcbind_cgroup_is(root, cgroup->path, path - cgroup->path);
	rcu_read_unlock();
	return below ? path : NULL;
}

/**
 * svcbind_cgroup_text() - the path as this process would give it
 * @cgroup: the place
 * @elsewhere: set to whether there is no such path, as the place isn't below
 *	the root that this process sees
 *
 * Context: process context, that of who reads: netlink_dump() runs in recvmsg().
 * Return: that path; of what is elsewhere, the path as it was given.
 */
const char *svcbind_cgroup_text(const struct svcbind_cgroup *cgroup,
				bool *elsewhere)
{
	struct cgroup *root = cgroup_get_from_path("/");
	const char *path = NULL;

	if (!IS_ERR(root)) {
		path = svcbind_cgroup_below(cgroup, root);
		cgroup_put(root);
	}
	*elsewhere = !path;
	if (!path)
		path = cgroup->path + cgroup->own;
	return *path ? path : "/";
}

#else

bool svcbind_cgroup_hit(const struct svcbind_cgroup *cgroup, struct sock *sk)
{
	return false;
}

bool svcbind_cgroup_pending(const struct svcbind_cgroup *cgroup)
{
	return true;
}

struct cgroup *svcbind_cgroup_get(const struct svcbind_cgroup *cgroup)
{
	return ERR_PTR(-ENOENT);
}

struct cgroup *svcbind_cgroup_swap(struct sock *sk, struct cgroup *cgrp)
{
	return cgrp;
}

struct svcbind_cgroup *svcbind_cgroup_create(const char *path)
{
	return ERR_PTR(-EOPNOTSUPP);
}

const char *svcbind_cgroup_text(const struct svcbind_cgroup *cgroup,
				bool *elsewhere)
{
	*elsewhere = true;
	return "/";
}

#endif /* CONFIG_SOCK_CGROUP_DATA */

/**
 * svcbind_cgroup_copy() - a place like another
 * @old: the other
 *
 * Context: process context.
 * Return: the place, or NULL without memory.
 */
struct svcbind_cgroup *svcbind_cgroup_copy(const struct svcbind_cgroup *old)
{
	return kmemdup(old, struct_size(old, path, old->len + 1),
		       GFP_KERNEL_ACCOUNT);
}
