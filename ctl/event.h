/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_EVENT_H
#define SVCBINDCTL_EVENT_H

#include "model.h"

/**
 * struct event - what the kernel tells of a change
 * @kind: SVCBIND_EVENT_*
 * @generation: of the configuration
 * @service: "" if there is none, as with the other two
 * @device: that changed, or is used now
 * @device_before: that was used
 * @state: of the device
 * @known: there is a @state_before
 * @state_before: of the device
 * @reason: of drops, SVCBIND_REASON_*
 * @count: of drops until now
 */
struct event {
	unsigned int kind;
	uint32_t generation;
	char service[SVCBIND_NAME_MAX + 1];
	char device[IFNAMSIZ];
	char device_before[IFNAMSIZ];
	unsigned int state;
	bool known;
	unsigned int state_before;
	unsigned int reason;
	uint64_t count;
};

int event_show(const struct event *event, const char *time);
int event_show_overrun(const char *time);

#endif
