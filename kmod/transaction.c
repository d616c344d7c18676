// SPDX-License-Identifier: GPL-2.0
/* Changes, of one service or of all: made off to the side, then built whole. */

#include <linux/hash.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "netns.h"
#include "transaction.h"

/* For 4,096 services: to compare each name with all others takes seconds. */
#define SVCBIND_TRANSACTION_BITS	10

/**
 * svcbind_transaction_start() - begin with what a ruleset has
 * @t: the transaction, of whatever content
 * @base: the ruleset
 * @room: how many services there can be
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or -ENOMEM.
 */
int svcbind_transaction_start(struct svcbind_transaction *t,
			      const struct svcbind_ruleset *base, u32 room)
{
	u32 i;

	*t = (struct svcbind_transaction) {
		.policy = base->policy,
		.room = room,
		.list = LIST_HEAD_INIT(t->list),
	};
	t->service = kvcalloc(room, sizeof(*t->service), GFP_KERNEL_ACCOUNT);
	if (!t->service)
		return -ENOMEM;
	for (i = 0; i < base->n; i++) {
		refcount_inc(&base->service[i]->refs);
		t->service[t->n++] = base->service[i];
	}
	return 0;
}

/**
 * svcbind_transaction_clear() - leave all services out, and the default policy
 * @t: the transaction
 *
 * Context: process context, holds the netns mutex. What was never published has
 * no readers, and what was published is the ruleset's, too.
 */
void svcbind_transaction_clear(struct svcbind_transaction *t)
{
	while (t->n) {
		svcbind_service_put(t->service[--t->n]);
		cond_resched();
	}
	t->policy = svcbind_ruleset_empty.policy;
}

/**
 * svcbind_transaction_end() - drop what a transaction holds
 * @t: the transaction
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_transaction_end(struct svcbind_transaction *t)
{
	svcbind_transaction_clear(t);
	kvfree(t->service);
	kvfree(t->names);
}

static struct hlist_head *
svcbind_transaction_bucket(const struct svcbind_transaction *t,
			   const char *name)
{
	u32 hash = full_name_hash(NULL, name, strlen(name));

	return &t->names[hash_32(hash, SVCBIND_TRANSACTION_BITS)];
}

/**
 * svcbind_transaction_find() - a service by its name
 * @t: the transaction
 * @name: the name
 *
 * Context: holds the netns mutex.
 * Return: the service or NULL.
 */
struct svcbind_service *
svcbind_transaction_find(const struct svcbind_transaction *t, const char *name)
{
	struct svcbind_service *service;
	u32 i;

	if (t->names) {
		hlist_for_each_entry(service,
				     svcbind_transaction_bucket(t, name), named)
			if (!strcmp(service->name, name))
				return service;
		return NULL;
	}
	for (i = 0; i < t->n; i++)
		if (!strcmp(t->service[i]->name, name))
			return t->service[i];
	return NULL;
}

static u32 svcbind_transaction_index(const struct svcbind_transaction *t,
				     const struct svcbind_service *service)
{
	u32 i = 0;

	while (t->service[i] != service)
		i++;
	return i;
}

/* Behind those of the same priority. */
static u32 svcbind_transaction_place(const struct svcbind_transaction *t,
				     u32 priority)
{
	u32 low = 0, high = t->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->service[middle]->priority <= priority)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * svcbind_transaction_add() - put a service in, behind those of its priority
 * @t: the transaction, with room for it
 * @service: the service; its reference is the transaction's now
 *
 * Context: holds the netns mutex.
 */
void svcbind_transaction_add(struct svcbind_transaction *t,
			     struct svcbind_service *service)
{
	u32 i = svcbind_transaction_place(t, service->priority);

	memmove(&t->service[i + 1], &t->service[i],
		(t->n - i) * sizeof(*t->service));
	t->service[i] = service;
	t->n++;
	if (t->names)
		hlist_add_head(&service->named,
			       svcbind_transaction_bucket(t, service->name));
}

/**
 * svcbind_transaction_remove() - leave a service out
 * @t: a transaction without a table of names
 * @service: the service
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_transaction_remove(struct svcbind_transaction *t,
				struct svcbind_service *service)
{
	u32 i = svcbind_transaction_index(t, service);

	t->n--;
	memmove(&t->service[i], &t->service[i + 1],
		(t->n - i) * sizeof(*t->service));
	svcbind_service_put(service);
}

/**
 * svcbind_transaction_replace() - put another version of a service in
 * @t: a transaction without a table of names
 * @old: the service
 * @new: the other, which goes on counting; its reference is the transaction's
 *	now, on errors nobody's
 *
 * It keeps its place while it keeps its priority.
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or -ENOMEM.
 */
int svcbind_transaction_replace(struct svcbind_transaction *t,
				struct svcbind_service *old,
				struct svcbind_service *new)
{
	if (svcbind_service_count(new, old)) {
		svcbind_service_put(new);
		return -ENOMEM;
	}
	if (old->priority == new->priority) {
		t->service[svcbind_transaction_index(t, old)] = new;
		svcbind_service_put(old);
		return 0;
	}
	svcbind_transaction_remove(t, old);
	svcbind_transaction_add(t, new);
	return 0;
}

/* What was there before by the name of one that was added goes on counting. */
static int svcbind_transaction_count(struct svcbind_transaction *t,
				     const struct svcbind_ruleset *before)
{
	struct svcbind_service *service;
	int err = 0;
	u32 i;

	for (i = 0; t->names && !err && i < before->n; i++) {
		service = svcbind_transaction_find(t, before->service[i]->name);
		if (service)
			err = svcbind_service_count(service,
						    before->service[i]);
	}
	for (i = 0; !err && i < t->n; i++)
		err = svcbind_service_count(t->service[i], NULL);
	return err;
}

/**
 * svcbind_transaction_build() - compile a transaction
 * @t: the transaction
 * @sn: the namespace
 *
 * Context: process context, holds the netns mutex.
 * Return: the ruleset, not yet published, or NULL without memory.
 */
struct svcbind_ruleset *
svcbind_transaction_build(struct svcbind_transaction *t, struct svcbind_net *sn)
{
	if (svcbind_transaction_count(t, svcbind_ruleset_own(sn)))
		return NULL;
	return svcbind_ruleset_create(sn, t->service, t->n, &t->policy);
}

/**
 * svcbind_transaction_of() - a socket's transaction
 * @sn: the namespace
 * @portid: the socket
 *
 * Context: holds the netns mutex.
 * Return: the transaction; NULL if it has none.
 */
struct svcbind_transaction *svcbind_transaction_of(struct svcbind_net *sn,
						   u32 portid)
{
	struct svcbind_transaction *t;

	list_for_each_entry(t, &sn->transactions, list)
		if (t->portid == portid)
			return t;
	return NULL;
}

/**
 * svcbind_transaction_open() - begin a socket's transaction
 * @sn: the namespace
 * @portid: the socket; the transaction that it has ends
 *
 * Context: process context, holds the netns mutex.
 * Return: the transaction, without services and with the default policy;
 * -ENOMEM; -ENOSPC if too many are open.
 */
struct svcbind_transaction *svcbind_transaction_open(struct svcbind_net *sn,
						     u32 portid)
{
	struct svcbind_transaction *t = svcbind_transaction_of(sn, portid);

	if (t)
		svcbind_transaction_close(t);
	if (list_count_nodes(&sn->transactions) >= SVCBIND_MAX_TRANSACTIONS)
		return ERR_PTR(-ENOSPC);
	t = kmalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return ERR_PTR(-ENOMEM);
	if (svcbind_transaction_start(t, &svcbind_ruleset_empty,
				      SVCBIND_MAX_SERVICES))
		goto err;
	t->names = kvcalloc(1 << SVCBIND_TRANSACTION_BITS, sizeof(*t->names),
			    GFP_KERNEL_ACCOUNT);
	if (!t->names)
		goto err;
	t->portid = portid;
	list_add(&t->list, &sn->transactions);
	return t;
err:
	svcbind_transaction_close(t);
	return ERR_PTR(-ENOMEM);
}

/**
 * svcbind_transaction_close() - end a socket's transaction
 * @t: the transaction
 *
 * Context: process context, holds the netns mutex.
 */
void svcbind_transaction_close(struct svcbind_transaction *t)
{
	list_del(&t->list);
	svcbind_transaction_end(t);
	kfree(t);
}

/**
 * svcbind_transaction_close_all() - end all transactions of a namespace
 * @sn: the namespace
 *
 * Context: the namespace's end.
 */
void svcbind_transaction_close_all(struct svcbind_net *sn)
{
	struct svcbind_transaction *t, *next;

	mutex_lock(&sn->lock);
	list_for_each_entry_safe(t, next, &sn->transactions, list)
		svcbind_transaction_close(t);
	mutex_unlock(&sn->lock);
}

/* A socket goes, and what it has begun goes with it. The list is looked at
 * without the lock: what this socket has put there was there before it went.
 */
static int svcbind_transaction_event(struct notifier_block *nb,
				     unsigned long event, void *ptr)
{
	const struct netlink_notify *notify = ptr;
	struct svcbind_transaction *t;
	struct svcbind_net *sn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	sn = svcbind_net(notify->net);
	if (list_empty(&sn->transactions))
		return NOTIFY_DONE;
	mutex_lock(&sn->lock);
	t = svcbind_transaction_of(sn, notify->portid);
	if (t)
		svcbind_transaction_close(t);
	mutex_unlock(&sn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block svcbind_transaction_notifier = {
	.notifier_call = svcbind_transaction_event,
};

/**
 * svcbind_transaction_init() - start to follow sockets
 *
 * Context: module init, after the namespaces.
 * Return: 0 or what netlink_register_notifier() said.
 */
int svcbind_transaction_init(void)
{
	return netlink_register_notifier(&svcbind_transaction_notifier);
}

/**
 * svcbind_transaction_exit() - stop to follow sockets
 *
 * Context: module exit, after genetlink and before the namespaces, which end
 * what is still open.
 */
void svcbind_transaction_exit(void)
{
	netlink_unregister_notifier(&svcbind_transaction_notifier);
}
