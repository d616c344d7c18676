// SPDX-License-Identifier: GPL-2.0
/* All that is configured, as one whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "ctl.h"
#include "nl.h"

/**
 * config_path() - which file it is
 * @path: the one that was named, NULL: none; takes the default one then
 *
 * That is the file of the caller's own network namespace: no other one is to
 * get its configuration, or to take its place, by oversight.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int config_path(const char **path)
{
	if (*path)
		return CTL_OK;
	if (ctl_nl_is_elsewhere())
		return ctl_fail(CTL_USAGE,
				CONFIG_FILE " is of another network namespace: --file is needed");
	*path = CONFIG_FILE;
	return CTL_OK;
}

/**
 * config_get() - read what the kernel has
 * @config: where it goes; config_free() ends it
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int config_get(struct config *config)
{
	int err;

	memset(config, 0, sizeof(*config));
	err = model_get_all(&config->policy, &config->services);
	return err ? ctl_nl_fail(err) : CTL_OK;
}

/* Those of the same priority match in the order in which they were added. */
static int by_priority(const void *a, const void *b)
{
	const struct service *one = *(const struct service *const *)a;
	const struct service *two = *(const struct service *const *)b;

	if (one->priority != two->priority)
		return one->priority < two->priority ? -1 : 1;
	return one < two ? -1 : one > two;
}

static int by_name(const void *a, const void *b)
{
	const struct service *one = *(const struct service *const *)a;
	const struct service *two = *(const struct service *const *)b;
	int order = strcmp(one->name, two->name);

	return order ? order : one < two ? -1 : one > two;
}

/* A service is too large to be moved about in sorting. */
static const struct service **sorted(const struct services *list,
				     int (*order)(const void *, const void *))
{
	const struct service **svc = calloc(list->n + 1, sizeof(*svc));
	unsigned int i;

	for (i = 0; svc && i < list->n; i++)
		svc[i] = &list->service[i];
	if (svc)
		qsort(svc, list->n, sizeof(*svc), order);
	return svc;
}

static bool is_sorted(const struct services *list)
{
	unsigned int i;

	for (i = 1; i < list->n; i++)
		if (list->service[i - 1].priority > list->service[i].priority)
			return false;
	return true;
}

/**
 * config_sort() - put the services into the order in which they match
 * @config: the configuration
 *
 * Return: 0 or -ENOMEM.
 */
int config_sort(struct config *config)
{
	struct services *list = &config->services;
	const struct service **order;
	struct service *service;
	unsigned int i;

	/* As nearly all are, and a copy of 4,096 takes 26 MiB. */
	if (is_sorted(list))
		return 0;
	order = sorted(list, by_priority);
	service = calloc(list->n + 1, sizeof(*service));
	if (!order || !service) {
		free(order);
		free(service);
		return -ENOMEM;
	}
	for (i = 0; i < list->n; i++)
		service[i] = *order[i];
	free(order);
	free(list->service);
	list->service = service;
	list->room = list->n + 1;
	return 0;
}

/**
 * config_find_twice() - find a name that two services have
 * @config: the configuration, in the order in which services were added
 * @twice: takes the latter of the two; NULL: there is none
 *
 * Return: 0 or -ENOMEM.
 */
int config_find_twice(const struct config *config,
		      const struct service **twice)
{
	const struct services *list = &config->services;
	const struct service **order = sorted(list, by_name);
	unsigned int i;

	*twice = NULL;
	if (!order)
		return -ENOMEM;
	for (i = 1; i < list->n; i++)
		if (!strcmp(order[i - 1]->name, order[i]->name) &&
		    (!*twice || order[i] < *twice))
			*twice = order[i];
	free(order);
	return 0;
}

/**
 * config_free() - free what it holds
 * @config: the configuration, which is empty afterwards
 */
void config_free(struct config *config)
{
	model_free_services(&config->services);
	memset(config, 0, sizeof(*config));
}
