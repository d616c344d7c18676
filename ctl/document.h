/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_DOCUMENT_H
#define SVCBINDCTL_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/**
 * struct document - a YAML or JSON document that is read from front to end
 * @text: all of it
 * @size: of @text
 * @parser: libyaml's
 * @event: where the reading is: a scalar, or the begin or end of a collection
 * @depth: collections that it is in
 */
struct document {
	const char *text;
	size_t size;
	yaml_parser_t parser;
	yaml_event_t event;
	unsigned int depth;
};

/**
 * struct document_key - a key that a mapping may have
 * @name: the key; NULL ends the table
 * @json: as JSON has it, where that is another word
 * @read: takes the value, which the document is at, and leaves the document at
 *        the value's end; an enum ctl_status
 * @id: for @read
 * @more: where a table ends: another one, whose keys there are, too; or NULL
 */
struct document_key {
	const char *name;
	const char *json;
	int (*read)(struct document *doc, const struct document_key *key,
		    void *arg);
	int id;
	const struct document_key *more;
};

typedef int (*document_item_fn)(struct document *doc, void *arg);

int document_open(struct document *doc, const char *text, size_t size);
int document_end(struct document *doc);
void document_close(struct document *doc);

void document_point(yaml_mark_t mark);
int document_mapping(struct document *doc, const char *what,
		     const struct document_key *keys, void *arg);
int document_sequence(struct document *doc, const char *what,
		      document_item_fn fn, void *arg);
int document_ignore(struct document *doc, const struct document_key *key,
		    void *arg);
int document_ignore_mapping(struct document *doc,
			    const struct document_key *key, void *arg);

bool document_is_null(const struct document *doc);
bool document_is_plain(const struct document *doc);
const char *document_word(struct document *doc, const char *what);
const char *document_text(struct document *doc, const char *what);
int document_choice(struct document *doc, const char *what,
		    const char *const *words, unsigned int *value);

#endif
