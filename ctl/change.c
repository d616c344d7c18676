// SPDX-License-Identifier: GPL-2.0
/* What a change would make of the services, as the kernel goes about it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "model.h"

static struct service *find(struct services *list, const char *name)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (!strcmp(list->service[i].name, name))
			return &list->service[i];
	return NULL;
}

/*
 * Moves the service at @i to where its new priority puts it: behind those of
 * the same priority, as svcbind_ruleset_with() in the kernel does.
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

	svc = realloc(list->service, (list->n + 1) * sizeof(*svc));
	if (!svc)
		return -ENOMEM;
	list->service = svc;
	list->room = list->n + 1;
	svc = &list->service[list->n++];
	memset(svc, 0, sizeof(*svc));
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

/**
 * change_apply() - do to a copy what the kernel would do
 * @change: the change
 * @list: the services
 * @policy: the switches
 *
 * What the kernel is going to refuse, such as a service that isn't there,
 * changes nothing.
 *
 * Return: 0 or -ENOMEM.
 */
int change_apply(const struct change *change, struct services *list,
		 struct policy *policy)
{
	struct service *svc = change->name ? find(list, change->name) : NULL;

	switch (change->kind) {
	case CHANGE_ADD:
		return svc ? 0 : add(change, list);
	case CHANGE_SET:
		if (svc)
			set(change, list, svc);
		return 0;
	case CHANGE_BIND:
		if (svc && !svc->bound)
			memset(&svc->binding, 0, sizeof(svc->binding));
		if (svc)
			merge_binding(&svc->binding, change->binding);
		if (svc)
			svc->bound = true;
		return 0;
	case CHANGE_UNBIND:
		if (svc)
			svc->bound = false;
		return 0;
	case CHANGE_POLICY:
		if (change->policy->given & 1u << SVCBIND_A_POLICY_ENFORCE)
			policy->enforce = change->policy->enforce;
		return 0;
	case CHANGE_FLUSH:
		list->n = 0;
		return 0;
	}
	return 0;
}
