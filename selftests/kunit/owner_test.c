// SPDX-License-Identifier: GPL-2.0
/* kmod/owner.c and kmod/cgroup.c: whose packets they are. */

#include <kunit/test.h>
#include <linux/user_namespace.h>

#include "../../kmod/owner.c"
#include "../../kmod/cgroup.c"

#define RANGES	4
#define DEPTH	4

/**
 * struct mark_case - a mark that is asked for, and one that is there
 * @mark: asked for
 * @mask: the bits of it
 * @there: the packet's
 * @expect: whether it is hit
 */
struct mark_case {
	u32 mark;
	u32 mask;
	u32 there;
	bool expect;
};

static const struct mark_case mark_cases[] = {
	{ 0, 0, 0, true },
	{ 0, 0, ~0, true },
	{ 5, ~0, 5, true },
	{ 5, ~0, 4, false },
	{ 5, ~0, 0, false },
	{ 5, ~0, 0x80000005, false },
	{ 0x10, 0xf0, 0x1f, true },
	{ 0x10, 0xf0, 0xffffff1f, true },
	{ 0x10, 0xf0, 0x2f, false },
	{ 0, 0x1, 2, true },
	{ 0, 0x1, 3, false },
	{ 0x80000000, 0x80000000, 0x80000000, true },
	{ 0x80000000, 0x80000000, 0x7fffffff, false },
};

static void owner_mark(struct kunit *test)
{
	struct svcbind_owner owner = { };
	struct svcbind_flow flow = { };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(mark_cases); i++) {
		owner.mark = mark_cases[i].mark;
		owner.mask = mark_cases[i].mask;
		flow.mark = mark_cases[i].there;
		KUNIT_EXPECT_EQ_MSG(test, mark_cases[i].expect ?
				    0 : SVCBIND_A_MATCH_MARK,
				    svcbind_owner_miss(&owner, &flow),
				    "case %u", i);
	}
}

/**
 * struct uid_case - users that are asked for, and a socket's
 * @range: those asked for
 * @n: how many ranges
 * @uid: the socket's, as the kernel numbers it
 * @expect: whether it is hit in the initial user namespace,
 * @expect_mapped: and in one where 0 and 1 are 1000, 2 to 11 are 100000 on
 */
struct uid_case {
	struct svcbind_uid_range range[RANGES];
	u32 n;
	u32 uid;
	bool expect;
	bool expect_mapped;
};

static const struct uid_case uid_cases[] = {
	{ { { 0, 0 } }, 1, 0, true, false },
	{ { { 0, 0 } }, 1, 1, false, false },
	{ { { 0, 0 } }, 1, 1000, false, true },
	{ { { 1, 1 } }, 1, 1001, false, true },
	{ { { 1000, 1000 } }, 1, 1000, true, false },
	{ { { 1000, 1010 } }, 1, 999, false, false },
	{ { { 1000, 1010 } }, 1, 1010, true, false },
	{ { { 1000, 1010 } }, 1, 1011, false, false },
	{ { { 5, 6 }, { 1000, 1010 } }, 2, 1001, true, false },
	/* one range there, two of the kernel's */
	{ { { 1, 3 } }, 1, 1000, false, false },
	{ { { 1, 3 } }, 1, 1001, false, true },
	{ { { 1, 3 } }, 1, 100000, false, true },
	{ { { 1, 3 } }, 1, 100001, false, true },
	{ { { 1, 3 } }, 1, 100002, false, false },
	/* who has no number there is nobody */
	{ { { 0, 4294967294 } }, 1, 4294967294, true, false },
	{ { { 0, 4294967294 } }, 1, 100009, true, true },
	{ { { 0, 4294967294 } }, 1, 100010, true, false },
};

static struct sock *make_sock(struct kunit *test,
			      struct user_namespace *user_ns)
{
	struct sock *sk = kunit_kzalloc(test, sizeof(*sk), GFP_KERNEL);
	struct net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, sk && net);
	net->user_ns = user_ns;
	write_pnet(&sk->sk_net, net);
	sk->sk_type = SOCK_DGRAM;
	return sk;
}

static struct svcbind_uids *make_uids(struct kunit *test,
				      const struct uid_case *c)
{
	struct svcbind_uids *uids;

	uids = kunit_kzalloc(test, struct_size(uids, range, RANGES),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, uids);
	uids->n = c->n;
	memcpy(uids->range, c->range, sizeof(c->range));
	return uids;
}

static void owner_uid(struct kunit *test)
{
	struct user_namespace *mapped;
	struct svcbind_owner owner = { };
	struct svcbind_flow flow = { };
	struct sock *here, *there;
	u32 i;

	mapped = kunit_kzalloc(test, sizeof(*mapped), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mapped);
	mapped->uid_map.nr_extents = 2;
	mapped->uid_map.extent[0] = (struct uid_gid_extent){ 0, 1000, 2 };
	mapped->uid_map.extent[1] = (struct uid_gid_extent){ 2, 100000, 10 };
	here = make_sock(test, &init_user_ns);
	there = make_sock(test, mapped);
	for (i = 0; i < ARRAY_SIZE(uid_cases); i++) {
		owner.uid = make_uids(test, &uid_cases[i]);
		here->sk_uid = KUIDT_INIT(uid_cases[i].uid);
		there->sk_uid = here->sk_uid;
		flow.sk = here;
		KUNIT_EXPECT_EQ_MSG(test, uid_cases[i].expect ?
				    0 : SVCBIND_A_MATCH_UID,
				    svcbind_owner_miss(&owner, &flow),
				    "case %u", i);
		flow.sk = there;
		KUNIT_EXPECT_EQ_MSG(test, uid_cases[i].expect_mapped ?
				    0 : SVCBIND_A_MATCH_UID,
				    svcbind_owner_miss(&owner, &flow),
				    "case %u, mapped", i);
	}
}

/* Packets without a socket, and those of the kernel's own raw ones, are
 * nobody's; its other sockets are root's. A mark needs no socket.
 */
static void owner_nobody(struct kunit *test)
{
	static const struct uid_case all = { { { 0, 4294967294 } }, 1 };
	struct svcbind_owner owner = { .uid = make_uids(test, &all) };
	struct sock *sk = make_sock(test, &init_user_ns);
	struct svcbind_flow flow = { .sk = sk };

	KUNIT_EXPECT_EQ(test, 0, svcbind_owner_miss(&owner, &flow));
	sk->sk_kern_sock = 1;
	KUNIT_EXPECT_EQ(test, 0, svcbind_owner_miss(&owner, &flow));
	sk->sk_type = SOCK_RAW;
	KUNIT_EXPECT_EQ(test, SVCBIND_A_MATCH_UID,
			svcbind_owner_miss(&owner, &flow));
	sk->sk_kern_sock = 0;
	KUNIT_EXPECT_EQ(test, 0, svcbind_owner_miss(&owner, &flow));
	owner.mask = 1;
	owner.mark = 1;
	KUNIT_EXPECT_EQ(test, SVCBIND_A_MATCH_MARK,
			svcbind_owner_miss(&owner, &flow));
	flow.mark = 1;
	KUNIT_EXPECT_EQ(test, 0, svcbind_owner_miss(&owner, &flow));
	flow.sk = NULL;
	KUNIT_EXPECT_EQ(test, SVCBIND_A_MATCH_UID,
			svcbind_owner_miss(&owner, &flow));
	owner.uid = NULL;
	KUNIT_EXPECT_EQ(test, 0, svcbind_owner_miss(&owner, &flow));
}

#ifdef CONFIG_SOCK_CGROUP_DATA

/**
 * struct cgroup_case - a place that is asked for, and a socket's cgroup
 * @path: asked for, from the root of the hierarchy
 * @there: the names of the socket's, from the root on
 * @expect: whether it is hit
 */
struct cgroup_case {
	const char *path;
	const char *there[DEPTH];
	bool expect;
};

static const struct cgroup_case cgroup_cases[] = {
	{ "", { }, true },
	{ "", { "a", "b" }, true },
	{ "/a", { }, false },
	{ "/a", { "a" }, true },
	{ "/a", { "b" }, false },
	{ "/a", { "ab" }, false },
	{ "/ab", { "a" }, false },
	{ "/ab", { "b" }, false },
	{ "/a", { "a", "b" }, true },
	{ "/a", { "b", "a" }, false },
	{ "/a", { "a", "b", "c", "d" }, true },
	{ "/a/b", { "a" }, false },
	{ "/a/b", { "a", "b" }, true },
	{ "/a/b", { "a", "b", "c" }, true },
	{ "/a/b", { "a", "c" }, false },
	{ "/a/b", { "c", "b" }, false },
	{ "/a/b", { "c", "a", "b" }, false },
	{ "/a/b", { "xa", "b" }, false },
	{ "/xa/b", { "a", "b" }, false },
	{ "/a/b", { "a", "xb" }, false },
	{ "/a/b/c/d", { "a", "b", "c", "d" }, true },
	{ "/a/b/c/d", { "a", "b", "c", "e" }, false },
	{ "/x/b/c/d", { "a", "b", "c", "d" }, false },
	{ "/abc/de", { "abc", "de" }, true },
	{ "/abc/de", { "ab", "cde" }, false },
};

static struct cgroup *make_cgroup(struct kunit *test, struct cgroup *parent,
				  const char *name)
{
	struct kernfs_node *kn = kunit_kzalloc(test, sizeof(*kn), GFP_KERNEL);
	struct cgroup *cgrp;
	int i;

	/* the flexible array stands in a union where it has two names */
	cgrp = kunit_kzalloc(test, sizeof(*cgrp) +
			     (DEPTH + 2) * sizeof(struct cgroup *), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, kn && cgrp);
#ifdef SVCBIND_HAVE_KERNFS_RCU_NAME
	RCU_INIT_POINTER(kn->name, name);
#else
	kn->name = name;
#endif
	cgrp->kn = kn;
	cgrp->level = parent ? parent->level + 1 : 0;
	cgrp->self.parent = parent ? &parent->self : NULL;
	for (i = 0; i < cgrp->level; i++)
		cgrp->ancestors[i] = parent->ancestors[i];
	cgrp->ancestors[i] = cgrp;
	return cgrp;
}

static struct svcbind_cgroup *make_place(struct kunit *test, const char *path)
{
	struct svcbind_cgroup *place;
	size_t len = strlen(path);
	size_t i;

	place = kunit_kzalloc(test, struct_size(place, path, len + 1),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, place);
	memcpy(place->path, path, len);
	place->len = len;
	for (i = 0; i < len; i++)
		place->level += path[i] == '/';
	return place;
}

static void owner_cgroup(struct kunit *test)
{
	struct sock *sk = make_sock(test, &init_user_ns);
	struct svcbind_flow flow = { .sk = sk };
	const struct cgroup_case *c;
	struct svcbind_owner owner = { };
	struct cgroup *cgrp;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(cgroup_cases); i++) {
		c = &cgroup_cases[i];
		cgrp = make_cgroup(test, NULL, "");
		for (j = 0; j < DEPTH && c->there[j]; j++)
			cgrp = make_cgroup(test, cgrp, c->there[j]);
		sk->sk_cgrp_data.cgroup = cgrp;
		owner.cgroup = make_place(test, c->path);
		rcu_read_lock();
		KUNIT_EXPECT_EQ_MSG(test, c->expect ?
				    0 : SVCBIND_A_MATCH_CGROUP,
				    svcbind_owner_miss(&owner, &flow),
				    "%s, case %u", c->path, i);
		rcu_read_unlock();
	}
}

static void owner_cgroup_below(struct kunit *test)
{
	static const struct {
		const char *path;
		const char *root[DEPTH];
		const char *below;
	} cases[] = {
		{ "", { }, "" },
		{ "/a/b", { }, "/a/b" },
		{ "/a/b", { "a" }, "/b" },
		{ "/a/b", { "a", "b" }, "" },
		{ "/a/b", { "a", "b", "c" }, NULL },
		{ "/a/b", { "b" }, NULL },
		{ "/ab/c", { "a" }, NULL },
		{ "/a/b", { "ab" }, NULL },
		{ "/a/b/c", { "x", "b" }, NULL },
		{ "", { "a" }, NULL },
	};
	struct svcbind_cgroup *place;
	struct cgroup *root;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		root = make_cgroup(test, NULL, "");
		for (j = 0; j < DEPTH && cases[i].root[j]; j++)
			root = make_cgroup(test, root, cases[i].root[j]);
		place = make_place(test, cases[i].path);
		if (cases[i].below)
			KUNIT_EXPECT_STREQ(test, cases[i].below,
					   svcbind_cgroup_below(place, root));
		else
			KUNIT_EXPECT_NULL(test,
					  svcbind_cgroup_below(place, root));
	}
}

static void owner_cgroup_create(struct kunit *test)
{
	static const char *const bad[] = {
		"", "a", "a/b", "//", "/a/", "/a//b", "/.", "/..", "/a/../b",
		"/a/.", "/a\nb"
	};
	static const struct {
		const char *path;
		int level;
		bool pending;
	} good[] = {
		{ "/", 0, false },
		{ "/svcbind.none", 1, true },
		{ "/svcbind.none/...", 2, true },
		/* a file, and what would be below it */
		{ "/cgroup.procs", 1, true },
		{ "/cgroup.procs/x", 2, true },
	};
	struct svcbind_cgroup *place, *copy;
	char name[NAME_MAX + 3];
	bool elsewhere;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_PTR_EQ_MSG(test, svcbind_cgroup_create(bad[i]),
					(void *)ERR_PTR(-EINVAL), "%u", i);
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[NAME_MAX + 2] = '\0';
	KUNIT_EXPECT_PTR_EQ(test, svcbind_cgroup_create(name),
			    (void *)ERR_PTR(-EINVAL));
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		place = svcbind_cgroup_create(good[i].path);
		KUNIT_ASSERT_FALSE(test, IS_ERR(place));
		copy = svcbind_cgroup_copy(place);
		kfree(place);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		KUNIT_EXPECT_STREQ(test, svcbind_cgroup_text(copy, &elsewhere),
				   good[i].path);
		KUNIT_EXPECT_FALSE(test, elsewhere);
		KUNIT_EXPECT_EQ(test, copy->level, good[i].level);
		KUNIT_EXPECT_EQ_MSG(test, svcbind_cgroup_pending(copy),
				    good[i].pending, "%s", good[i].path);
		kfree(copy);
	}
}

#else

static void owner_cgroup(struct kunit *test)
{
	kunit_skip(test, "sockets have no cgroups");
}

static void owner_cgroup_below(struct kunit *test)
{
	kunit_skip(test, "sockets have no cgroups");
}

static void owner_cgroup_create(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, svcbind_cgroup_create("/"),
			    (void *)ERR_PTR(-EOPNOTSUPP));
}

#endif /* CONFIG_SOCK_CGROUP_DATA */

static struct kunit_case owner_test_cases[] = {
	KUNIT_CASE(owner_mark),
	KUNIT_CASE(owner_uid),
	KUNIT_CASE(owner_nobody),
	KUNIT_CASE(owner_cgroup),
	KUNIT_CASE(owner_cgroup_below),
	KUNIT_CASE(owner_cgroup_create),
	{}
};

static struct kunit_suite owner_suite = {
	.name = "svcbind_owner",
	.test_cases = owner_test_cases,
};

kunit_test_suite(owner_suite);
