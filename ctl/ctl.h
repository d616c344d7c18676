/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CTL_H
#define SVCBINDCTL_CTL_H

#include <stdbool.h>
#include <stddef.h>

#define CTL_VERSION	"0.1"

/* The exit statuses that scripts rely on; see EXIT STATUS in the man page. */
enum ctl_status {
	CTL_OK,
	CTL_USAGE,
	CTL_REFUSED,
	CTL_NOT_LOADED,
	CTL_DIFFERS,
};

/**
 * struct ctl_options - the global options
 * @json: print JSON, errors included
 * @pretty: indent the JSON
 * @stats: print counters, interface indices and the generation
 * @force: skip the questions that protect from accidents
 * @color: colour in the text
 * @confirm: seconds after which a change comes undone unless it is confirmed,
 *	     0: never
 * @netns: network namespace to work in, NULL: the caller's own
 */
struct ctl_options {
	bool json;
	bool pretty;
	bool stats;
	bool force;
	bool color;
	unsigned int confirm;
	const char *netns;
};

struct ctl_keyword;

extern struct ctl_options ctl_options;

/**
 * struct ctl_command - a verb; help and parser use the same table
 * @name: the verb
 * @in_full: an abbreviation isn't taken: the verb destroys something
 * @changes: --confirm is taken: the configuration is changed
 * @args: what follows the verb, for help
 * @words: words with values, which follow that; NULL: none
 * @notes: lines on what the values are, NULL: none
 * @help: one line on what it does
 * @examples: lines, without the tool's name
 * @run: does it; arguments are those after the verb; an enum ctl_status
 * @sub: verbs of the next level, ended by a NULL name; instead of @run
 */
struct ctl_command {
	const char *name;
	bool in_full;
	bool changes;
	const char *args;
	const struct ctl_keyword *words;
	const char *notes;
	const char *help;
	const char *examples;
	int (*run)(int argc, char **argv);
	const struct ctl_command *sub;
};

extern const struct ctl_command cmd_load, cmd_unload, cmd_service, cmd_preset,
	cmd_bind, cmd_unbind, cmd_close_stale, cmd_policy, cmd_show,
	cmd_explain, cmd_monitor, cmd_apply, cmd_diff, cmd_save, cmd_confirm,
	cmd_rollback, cmd_flush;

/**
 * ctl_context() - say what is being done, for the error messages
 * @fmt: as of printf; replaces what was said before
 */
void ctl_context(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * ctl_context_at() - say where in the file that ctl_context() named
 * @line: from 1
 * @column: from 1
 */
void ctl_context_at(size_t line, size_t column);

/**
 * ctl_fail() - print "svcbindctl: WHAT: WHY", or the same as JSON
 * @status: the exit status
 * @fmt: WHY, as of printf; WHAT is the context
 *
 * Return: @status.
 */
int ctl_fail(int status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * ctl_warn() - print "svcbindctl: WHAT: warning: WHY", or the same as JSON
 * @fmt: WHY, as of printf; WHAT is the context
 */
void ctl_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
