/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CONFIG_H
#define SVCBINDCTL_CONFIG_H

#include <stddef.h>

#include "model.h"

#define CONFIG_DIRECTORY	"/etc/svcbind"
#define CONFIG_FILE		CONFIG_DIRECTORY "/svcbind.yaml"

/**
 * struct config - all that is configured in a network namespace
 * @policy: the switches
 * @services: the services, in the order in which they match
 * @file: name of the file that it was read from
 */
struct config {
	struct policy policy;
	struct services services;
	const char *file;
};

/* config.c */
int config_path(const char **path);
int config_get(struct config *config);
int config_sort(struct config *config);
int config_find_twice(const struct config *config,
		      const struct service **twice);
void config_free(struct config *config);

/* config_read.c */
int config_read(struct config *config, const char *verb, const char *name,
		const char *text, size_t size);
int config_load(struct config *config, const char *verb, const char *path);

/* config_write.c */
int config_text(const struct config *config, char **text, size_t *size);

#endif
