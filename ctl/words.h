/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_WORDS_H
#define SVCBINDCTL_WORDS_H

#include <stdbool.h>

#include "model.h"

/**
 * struct ctl_keyword - a word of a verb, with a value behind it
 * @name: the word
 * @value: how help writes the value; NULL: as @choices, none where there are none
 * @choices: the words that the value can be, ended by NULL; or NULL
 * @form: how help writes both, NULL: "[NAME VALUE]", empty: within another's
 * @help: one line on what it means
 * @list: the value is a list of such words
 * @match: it belongs to a match, and "any" clears it
 *
 * Parser, help and, by way of help, completion use the same tables.
 */
struct ctl_keyword {
	const char *name;
	const char *value;
	const char *const *choices;
	const char *form;
	const char *help;
	bool list;
	bool match;
};

/* Indices of service_words; enum match_word from SERVICE_MATCH on. */
enum {
	SERVICE_PRESET,
	SERVICE_MATCH,
	SERVICE_PRIORITY = SERVICE_MATCH + MATCH_WORDS,
};

#define match_name(word)	(service_words[SERVICE_MATCH + (word)].name)

/* Indices of bind_words. */
enum {
	BIND_DEV,
	BIND_VIA,
	BIND_MODE,
	BIND_SELECT,
	BIND_SOURCE,
	BIND_CLOSE_STALE,
};

/* Indices of show_words. */
enum {
	SHOW_DEV,
	SHOW_STALE,
};

/* Indices of explain_words; the first one stands before the peer, unwritten. */
enum {
	EXPLAIN_PROTO,
	EXPLAIN_FROM,
	EXPLAIN_IN,
	EXPLAIN_UID,
	EXPLAIN_CGROUP,
	EXPLAIN_MARK,
};

/* Indices of apply_words; save_words and diff_words begin like them. */
enum {
	APPLY_FILE,
	APPLY_DRY_RUN,
	APPLY_WORDS,
};

/* Each ended by a NULL name; enum policy_word are indices of policy_words. */
extern const struct ctl_keyword service_words[], bind_words[], show_words[],
	policy_words[], explain_words[], apply_words[], save_words[],
	diff_words[];

#endif
