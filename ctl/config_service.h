/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CONFIG_SERVICE_H
#define SVCBINDCTL_CONFIG_SERVICE_H

#include <stdbool.h>

struct document;
struct service;

int config_service(struct document *doc, struct service *svc,
		   bool *has_priority);

#endif
