/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CHANGE_H
#define SVCBINDCTL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct binding;
struct config;
struct match;
struct policy;
struct services;

enum change_kind {
	CHANGE_ADD,
	CHANGE_SET,
	CHANGE_DEL,
	CHANGE_BIND,
	CHANGE_UNBIND,
	CHANGE_POLICY,
	CHANGE_FLUSH,
	CHANGE_REPLACE,
};

/**
 * struct change - what a command is about to do
 * @kind: which command
 * @name: the service, where there is one
 * @preset: CHANGE_ADD, CHANGE_SET: the name of the preset, or NULL
 * @match: CHANGE_ADD, CHANGE_SET: the words given
 * @has_priority: CHANGE_ADD, CHANGE_SET: whether @priority was given
 * @priority: the priority
 * @binding: CHANGE_BIND: the words given
 * @policy: CHANGE_POLICY: the switches given
 * @config: CHANGE_REPLACE: all that will be
 * @dry_run: CHANGE_REPLACE: it is judged, and nothing changed
 */
struct change {
	enum change_kind kind;
	const char *name;
	const char *preset;
	struct match *match;
	bool has_priority;
	uint32_t priority;
	struct binding *binding;
	const struct policy *policy;
	const struct config *config;
	bool dry_run;
};

/* change.c */
int change_apply(const struct change *change, struct services *list,
		 struct policy *policy);

/* commit.c */
int change_commit(struct change *change);
int change_named(enum change_kind kind, const char *verb, int argc, char **argv);

#endif
