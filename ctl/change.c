// SPDX-License-Identifier: GPL-2.0
/* What a change would make of the services, as the kernel goes about it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "config.h"
#include "model.h"

/*
 * Moves the service at @i to where its new priority puts it: behind those of
 * the same priority, as svcbind_transaction_add() in the kernel does.
 */
static void reorder(struct services *list, unsigned int i, uint32_t priority)
{
	struct service moved = list->service[i];
	unsigned int to = 0;

	moved.priority = priority;
	memmove(&list->service[i], &list->service[i + 1],
		(list->n - i - 1) * sizeof(moved));
	while (to < list->n - 1 && list->service[to].priority <= priority)
		to++;
	memmove(&list->service[to + 1], &list->service[to],
		(list->n - to - 1) * sizeof(moved));
	list->service[to] = moved;
}

static void merge_binding(struct binding *binding, const struct binding *words)
{
	if (words->given & 1u << SVCBIND_A_BINDING_MODE)
		binding->mode = words->mode;
	if (words->given & 1u << SVCBIND_A_BINDING_SELECT)
		binding->select = words->select;
	if (words->given & 1u << SVCBIND_A_BINDING_SOURCE)
		binding->source = words->source;
	if (words->given & 1u << SVCBIND_A_BINDING_DEVICES) {
		binding->n_devices = words->n_devices;
		memcpy(binding->devices, words->devices,
		       sizeof(binding->devices));
	}
}

static int add(const struct change *change, struct services *list)
{
	struct service *svc;
	uint32_t priority = list->n ?
		list->service[list->n - 1].priority + 10 : 100;

	if (!change->has_priority && priority < 10)
		return 0;	/* none is left after the last one's */
	svc = model_add_service(list);
	if (!svc)
		return -ENOMEM;
	snprintf(svc->name, sizeof(svc->name), "%s", change->name);
	model_merge_match(&svc->match, change->match);
	reorder(list, list->n - 1,
		change->has_priority ? change->priority : priority);
	return 0;
}

static void set(const struct change *change, struct services *list,
		struct service *svc)
{
	model_merge_match(&svc->match, change->match);
	if (change->has_priority && change->priority != svc->priority)
		reorder(list, svc - list->service, change->priority);
}

static void del(struct services *list, struct service *svc)
{
	unsigned int i = svc - list->service;

	if (svc->bound)
		return;
	list->n--;
	memmove(svc, svc + 1, (list->n - i) * sizeof(*svc));
}

static void bind_to(const struct change *change, struct service *svc)
{
	if (!svc->bound) {
		if (!(change->binding->given & 1u << SVCBIND_A_BINDING_DEVICES))
			return;
		memset(&svc->binding, 0, sizeof(svc->binding));
	}
	merge_binding(&svc->binding, change->binding);
	svc->bound = true;
}

static int replace(const struct config *config, struct services *list,
		   struct policy *policy)
{
	const struct services *new = &config->services;
	struct service *svc = calloc(new->n + 1, sizeof(*svc));

	if (!svc)
		return -ENOMEM;
	if (new->n)	/* it may be NULL else */
		memcpy(svc, new->service, new->n * sizeof(*svc));
	free(list->service);
	list->service = svc;
	list->n = new->n;
	list->room = new->n + 1;
	policy->enforce = config->policy.enforce;
	return 0;
}

/**
 * change_apply() - do to a copy what the kernel would do
 * @change: the change
 * @list: the services
 * @policy: the switches
 *
 * What the kernel is going to refuse, such as a service that isn't there,
 * changes nothing: its words on that are better than the lock-out guard's.
 *
 * Return: 0 or -ENOMEM.
 */
int change_apply(const struct change *change, struct services *list,
		 struct policy *policy)
{
	struct service *svc = change->name ?
		model_find_service(list, change->name) : NULL;

	if (change->kind == CHANGE_ADD)
		return svc ? 0 : add(change, list);
	if (change->name && !svc)
		return 0;
	switch (change->kind) {
	case CHANGE_ADD:
		break;
	case CHANGE_SET:
		set(change, list, svc);
		break;
	case CHANGE_DEL:
		del(list, svc);
		break;
	case CHANGE_BIND:
		bind_to(change, svc);
		break;
	case CHANGE_UNBIND:
		svc->bound = false;
		break;
	case CHANGE_POLICY:
		if (change->policy->given & 1u << POLICY_ENFORCE)
			policy->enforce = change->policy->enforce;
		break;
	case CHANGE_FLUSH:
		list->n = 0;
		break;
	case CHANGE_REPLACE:
		return replace(change->config, list, policy);
	}
	return 0;
}
