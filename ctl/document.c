// SPDX-License-Identifier: GPL-2.0
/*
 * Documents: libyaml's events, with all that no configuration needs refused,
 * and errors that say where.  JSON is read as the YAML that it is.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl.h"
#include "document.h"
#include "parse.h"

/* What "show" prints in JSON is seven deep. */
#define DEPTH_MAX	16

/**
 * document_point() - let errors be about a place in the document
 * @mark: the place, in the file that ctl_context() named
 */
void document_point(yaml_mark_t mark)
{
	ctl_context_at(mark.line + 1, mark.column + 1);
}

/* libyaml tells no line where it can't read, but a number of bytes. */
static yaml_mark_t find_byte(const struct document *doc, size_t offset)
{
	yaml_mark_t mark = { };
	size_t i;

	for (i = 0; i < offset && i < doc->size; i++) {
		if (doc->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if ((doc->text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static int fail_parser(const struct document *doc)
{
	const yaml_parser_t *p = &doc->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return ctl_fail(CTL_REFUSED, "out of memory");
	document_point(p->error == YAML_READER_ERROR ?
		       find_byte(doc, p->problem_offset) : p->problem_mark);
	return ctl_fail(CTL_USAGE, "%s%s%s", p->context ? p->context : "",
			p->context ? ": " : "", p->problem);
}

static int fail_unwanted(const struct document *doc, const char *what)
{
	document_point(doc->event.start_mark);
	return ctl_fail(CTL_USAGE, "%s", what);
}

/*
 * A few aliases of aliases would make a document of gigabytes; a tag would make
 * something else of a value than it says.
 */
static int judge(struct document *doc)
{
	const yaml_event_t *event = &doc->event;
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		anchor = event->data.alias.anchor;
		break;
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		doc->depth++;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		doc->depth++;
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		doc->depth--;
		break;
	default:
		break;
	}
	if (anchor)
		return fail_unwanted(doc, "anchors and aliases aren't taken");
	if (tag)
		return fail_unwanted(doc, "tags aren't taken");
	if (doc->depth > DEPTH_MAX)
		return fail_unwanted(doc, "it is nested too deep");
	return CTL_OK;
}

static int next(struct document *doc)
{
	yaml_event_delete(&doc->event);
	if (!yaml_parser_parse(&doc->parser, &doc->event))
		return fail_parser(doc);
	return judge(doc);
}

/**
 * document_open() - begin to read a document
 * @doc: the document, all zero; document_close() ends it, on errors too
 * @text: the document
 * @size: of @text
 *
 * Return: an enum ctl_status; the document is at its first value.
 */
int document_open(struct document *doc, const char *text, size_t size)
{
	int status;

	doc->text = text;
	doc->size = size;
	if (!yaml_parser_initialize(&doc->parser))
		return ctl_fail(CTL_REFUSED, "out of memory");
	/* JSON has no other encoding; the places of errors are those of UTF-8 */
	yaml_parser_set_encoding(&doc->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&doc->parser, (const yaml_char_t *)text,
				     size);
	do {
		status = next(doc);
	} while (!status && (doc->event.type == YAML_STREAM_START_EVENT ||
			     doc->event.type == YAML_DOCUMENT_START_EVENT));
	if (!status && doc->event.type == YAML_STREAM_END_EVENT)
		return fail_unwanted(doc, "there is nothing in it");
	return status;
}

/**
 * document_end() - nothing may follow the value that was read
 * @doc: the document
 *
 * Return: an enum ctl_status.
 */
int document_end(struct document *doc)
{
	int status;

	do {
		status = next(doc);
	} while (!status && doc->event.type == YAML_DOCUMENT_END_EVENT);
	if (!status && doc->event.type != YAML_STREAM_END_EVENT)
		return fail_unwanted(doc, "a second document follows");
	return status;
}

/**
 * document_close() - free what document_open() made
 * @doc: the document
 */
void document_close(struct document *doc)
{
	yaml_event_delete(&doc->event);
	yaml_parser_delete(&doc->parser);
}

/* @i tells how many keys there are before it. */
static const struct document_key *find_key(const struct document_key *key,
					   const char *name, unsigned int *i)
{
	for (*i = 0; key->name || key->more; key++, (*i)++) {
		if (!key->name)
			key = key->more;
		if (!strcmp(key->name, name) ||
		    (key->json && !strcmp(key->json, name)))
			return key;
	}
	return NULL;
}

static int read_pair(struct document *doc, const char *what,
		     const struct document_key *keys, unsigned int *seen,
		     void *arg)
{
	const char *name = document_word(doc, what);
	const struct document_key *key;
	unsigned int i;
	int status;

	if (!name)
		return CTL_USAGE;
	key = find_key(keys, name, &i);
	if (!key)
		return ctl_fail(CTL_USAGE, "%s: unknown key '%.200s'", what,
				name);
	if (*seen & 1u << i)
		return ctl_fail(CTL_USAGE, "%s: %s twice", what, key->name);
	*seen |= 1u << i;
	status = next(doc);
	return status ? status : key->read(doc, key, arg);
}

/**
 * document_mapping() - read a mapping
 * @doc: the document, at the mapping
 * @what: what it is, for errors
 * @keys: those that it may have, up to 32
 * @arg: for what reads their values
 *
 * Return: an enum ctl_status.
 */
int document_mapping(struct document *doc, const char *what,
		     const struct document_key *keys, void *arg)
{
	unsigned int seen = 0;
	int status;

	document_point(doc->event.start_mark);
	if (doc->event.type != YAML_MAPPING_START_EVENT)
		return ctl_fail(CTL_USAGE, "%s must be keys with values", what);
	for (;;) {
		status = next(doc);
		if (status || doc->event.type == YAML_MAPPING_END_EVENT)
			return status;
		status = read_pair(doc, what, keys, &seen, arg);
		if (status)
			return status;
	}
}

/**
 * document_sequence() - read a list
 * @doc: the document, at the list
 * @what: what it is, for errors
 * @fn: takes an item, as what reads the value of a key does
 * @arg: for @fn
 *
 * Return: an enum ctl_status.
 */
int document_sequence(struct document *doc, const char *what,
		      document_item_fn fn, void *arg)
{
	int status;

	document_point(doc->event.start_mark);
	if (doc->event.type != YAML_SEQUENCE_START_EVENT)
		return ctl_fail(CTL_USAGE, "%s must be a list", what);
	for (;;) {
		status = next(doc);
		if (status || doc->event.type == YAML_SEQUENCE_END_EVENT)
			return status;
		status = fn(doc, arg);
		if (status)
			return status;
	}
}

/**
 * document_ignore() - read over what is only told, never set
 * @doc: the document, at the value
 * @key: its key
 * @arg: not used
 *
 * Return: an enum ctl_status.
 */
int document_ignore(struct document *doc, const struct document_key *key,
		    void *arg)
{
	unsigned int depth = doc->depth;
	int status = CTL_OK;

	(void)key;
	(void)arg;
	if (doc->event.type == YAML_SCALAR_EVENT)
		return CTL_OK;
	while (!status && doc->depth >= depth)
		status = next(doc);
	return status;
}

/**
 * document_ignore_mapping() - read over counters
 * @doc: the document, at the value
 * @key: its key
 * @arg: not used
 *
 * Return: an enum ctl_status; CTL_USAGE for what can't be counters.
 */
int document_ignore_mapping(struct document *doc,
			    const struct document_key *key, void *arg)
{
	document_point(doc->event.start_mark);
	if (doc->event.type != YAML_MAPPING_START_EVENT)
		return ctl_fail(CTL_USAGE, "%s can't be set here", key->name);
	return document_ignore(doc, key, arg);
}

static const char *scalar(const struct document *doc)
{
	return (const char *)doc->event.data.scalar.value;
}

/**
 * document_is_plain() - is it a scalar without quotes?
 * @doc: the document
 *
 * Return: whether it is; one with quotes is always a text.
 */
bool document_is_plain(const struct document *doc)
{
	return doc->event.type == YAML_SCALAR_EVENT &&
	       doc->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/**
 * document_is_null() - does it say that there is none?
 * @doc: the document
 *
 * Return: whether the value is null or empty.
 */
bool document_is_null(const struct document *doc)
{
	return document_is_plain(doc) &&
	       (!*scalar(doc) || !strcmp(scalar(doc), "~") ||
		!strcasecmp(scalar(doc), "null"));
}

/**
 * document_word() - the scalar that the document is at
 * @doc: the document; errors are about this place from now on
 * @what: what it is, for errors
 *
 * Return: the scalar, whatever YAML would take it for: "on" is no truth value;
 * NULL after an error was printed. It is good until the document is read on.
 */
const char *document_word(struct document *doc, const char *what)
{
	document_point(doc->event.start_mark);
	if (doc->event.type != YAML_SCALAR_EVENT)
		ctl_fail(CTL_USAGE, "%s: a single value is expected here",
			 what);
	else if (document_is_null(doc))
		ctl_fail(CTL_USAGE, "%s: a value is missing", what);
	else if (strlen(scalar(doc)) != doc->event.data.scalar.length)
		ctl_fail(CTL_USAGE, "%s: a NUL is in it", what);
	else
		return scalar(doc);
	return NULL;
}

/* As YAML and JSON have them: a digit, a sign or a dot comes first. */
static bool is_number(const char *text)
{
	const char *digits = text + (*text == '-' || *text == '+');
	char *end;

	if (!isdigit((unsigned char)*digits) && *digits != '.')
		return false;
	strtod(text, &end);
	return end != text && !*end;
}

/**
 * document_text() - the text that the document is at
 * @doc: the document; errors are about this place from now on
 * @what: what it is, for errors
 *
 * Return: as document_word(), but numbers and truth values are an error.
 */
const char *document_text(struct document *doc, const char *what)
{
	const char *text = document_word(doc, what);

	if (!text || !document_is_plain(doc))
		return text;
	if (!is_number(text) && strcmp(text, "true") && strcmp(text, "false"))
		return text;
	ctl_fail(CTL_USAGE,
		 "%s: %s is no text (in quotes it would be)", what, text);
	return NULL;
}

/**
 * document_choice() - the value of an enumeration that the document is at
 * @doc: the document; errors are about this place from now on
 * @what: what it is, for errors
 * @words: the values' words, ended by NULL; none may be cut short
 * @value: the value
 *
 * Return: an enum ctl_status.
 */
int document_choice(struct document *doc, const char *what,
		    const char *const *words, unsigned int *value)
{
	const char *text = document_word(doc, what);

	return text ? parse_exactly(what, text, words, value) : CTL_USAGE;
}
