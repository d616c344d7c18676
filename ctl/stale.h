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
 * @source: its address on the wire, which NAT may have made another one
 * @dev: the device that has it, empty: none has
 * @pid: who has it open, 0: the kernel alone, or nobody who can be seen
 * @process: its name
 */
struct stale_flow {
	const struct session *session;
	char service[SVCBIND_NAME_MAX + 1];
	uint8_t source[16];
	char dev[IFNAMSIZ];
	pid_t pid;
	char process[PROCESS_NAME];
};

/**
 * struct stale - what stale_find() finds
 * @n: how many
 * @flow: the flows
 * @sessions: what they are of
 * @asked: who was asked last, for errors; NULL: svcbind
 */
struct stale {
	unsigned int n;
	struct stale_flow *flow;
	struct sessions sessions;
	const char *asked;
};

int stale_find(struct stale *stale, const char *name);
void stale_free(struct stale *stale);

int stale_list(const char *name);
int stale_close(const char *name);

#endif
