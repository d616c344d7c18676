/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_TRANSACTION_H
#define _SVCBIND_TRANSACTION_H

#include <linux/list.h>
#include <linux/types.h>

#include "ruleset.h"

struct svcbind_net;

/**
 * struct svcbind_transaction - a configuration in the making
 * @policy: its switches
 * @room: how many services there can be
 * @n: how many there are
 * @service: they, in the order in which they will be asked, each with a
 *	reference
 * @names: those that svcbind_transaction_add() has put in, by name; NULL where
 *	that isn't worth a table
 * @list: in the namespace's transactions, if it is a socket's
 * @portid: that socket
 * @checked: whether it has to be based on @generation
 * @generation: what it was based on when it was opened
 * @failed: a service was refused: nothing will come of it
 *
 * Under the namespace's mutex. A single change is one on the stack, which
 * starts from what there is; one that is a socket's starts from nothing.
 */
struct svcbind_transaction {
	struct svcbind_policy policy;
	u32 room;
	u32 n;
	struct svcbind_service **service;
	struct hlist_head *names;
	struct list_head list;
	u32 portid;
	bool checked;
	u32 generation;
	bool failed;
};

int svcbind_transaction_start(struct svcbind_transaction *t,
			      const struct svcbind_ruleset *base, u32 room);
void svcbind_transaction_clear(struct svcbind_transaction *t);
void svcbind_transaction_end(struct svcbind_transaction *t);
struct svcbind_service *
svcbind_transaction_find(const struct svcbind_transaction *t, const char *name);
void svcbind_transaction_add(struct svcbind_transaction *t,
			     struct svcbind_service *service);
void svcbind_transaction_remove(struct svcbind_transaction *t,
				struct svcbind_service *service);
int svcbind_transaction_replace(struct svcbind_transaction *t,
				struct svcbind_service *old,
				struct svcbind_service *new);
struct svcbind_ruleset *
svcbind_transaction_build(struct svcbind_transaction *t,
			  struct svcbind_net *sn);

struct svcbind_transaction *svcbind_transaction_open(struct svcbind_net *sn,
						     u32 portid);
struct svcbind_transaction *svcbind_transaction_of(struct svcbind_net *sn,
						   u32 portid);
void svcbind_transaction_close(struct svcbind_transaction *t);
void svcbind_transaction_close_all(struct svcbind_net *sn);

int svcbind_transaction_init(void);
void svcbind_transaction_exit(void);

#endif /* _SVCBIND_TRANSACTION_H */
