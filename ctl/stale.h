/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_STALE_H
#define SVCBINDCTL_STALE_H

#include "model.h"
#include "process.h"
#include "session.h"

/**
 * struct stale_flow - a connection that is older than its service's binding
 * @session: the connection
 * @service: what it belongs to
 * @dev: the device that has its address, empty: none has it
 * @pid: who has it open, 0: the kernel alone, or nobody who can be seen
 * @process: its name
 */
struct stale_flow {
	const struct session *session;
	char service[SVCBIND_NAME_MAX + 1];
	char dev[IFNAMSIZ];
	pid_t pid;
	char process[PROCESS_NAME];
};

/**
 * struct stale - what stale_find() finds
 * @n: how many
 * @flow: the flows
 * @sessions: what they are of
 */
struct stale {
	unsigned int n;
	struct stale_flow *flow;
	struct sessions sessions;
};

int stale_find(struct stale *stale, const char *name);
int stale_show(const struct stale *stale, const char *key, const char *none);
int stale_close(const char *name);
void stale_free(struct stale *stale);

#endif
