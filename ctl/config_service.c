// SPDX-License-Identifier: GPL-2.0
/* A service in the file, with its binding. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_service.h"
#include "ctl.h"
#include "document.h"
#include "parse.h"
#include "preset.h"
#include "words.h"

/**
 * struct draft - a service that is being read
 * @svc: the service
 * @preset: its preset, NULL if it has none
 * @words: those of the match, which come on top of the preset's
 * @has_priority: whether it was told
 * @below: what is read stands below "match"
 * @list: the list that is being read, an enum match_word
 * @n: how many elements of it there were
 */
struct draft {
	struct service *svc;
	const struct preset *preset;
	struct match words;
	bool has_priority;
	bool below;
	int list;
	unsigned int n;
};

static int read_via(struct document *doc, void *arg)
{
	const char *text = document_text(doc, "via");

	return text ? parse_via(arg, text) : CTL_USAGE;
}

static int read_vias(struct document *doc, const struct document_key *key,
		     void *arg)
{
	return document_sequence(doc, key->name, read_via, arg);
}

static int read_dev(struct document *doc, const struct document_key *key,
		    void *arg)
{
	const char *text = document_text(doc, key->name);
	struct device *dev = arg;

	return text ? parse_device(text, dev->name) : CTL_USAGE;
}

static const struct document_key device_keys[] = {
	{ .name = "dev", .read = read_dev },
	{ .name = "via", .read = read_vias },
	{ .name = "state", .read = document_ignore },
	{ .name = "active", .read = document_ignore },
	{ .name = "ifindex", .read = document_ignore },
	{ .name = "packets", .read = document_ignore },
	{ .name = "bytes", .read = document_ignore },
	{ }
};

static int read_device(struct document *doc, void *arg)
{
	yaml_mark_t mark = doc->event.start_mark;
	struct device dev = { };
	int status;

	if (doc->event.type == YAML_SCALAR_EVENT)
		status = read_dev(doc, device_keys, &dev);
	else
		status = document_mapping(doc, "device", device_keys, &dev);
	if (status)
		return status;
	document_point(mark);
	if (!*dev.name)
		return ctl_fail(CTL_USAGE, "device: dev is missing");
	return parse_bound(arg, &dev);
}

static int read_devices(struct document *doc, const struct document_key *key,
			void *arg)
{
	return document_sequence(doc, key->name, read_device, arg);
}

static int read_binding_word(struct document *doc,
			     const struct document_key *key, void *arg)
{
	struct binding *binding = arg;

	binding->given |= 1u << key->id;
	return document_choice(doc, key->name,
			   key->id == SVCBIND_A_BINDING_MODE ? mode_words :
			   key->id == SVCBIND_A_BINDING_SELECT ? select_words :
			   source_words,
			   key->id == SVCBIND_A_BINDING_MODE ? &binding->mode :
			   key->id == SVCBIND_A_BINDING_SELECT ?
			   &binding->select : &binding->source);
}

static const struct document_key binding_keys[] = {
	{ .name = "devices", .read = read_devices },
	{ .name = "mode", .read = read_binding_word, .id = SVCBIND_A_BINDING_MODE },
	{ .name = "select", .read = read_binding_word, .id = SVCBIND_A_BINDING_SELECT },
	{ .name = "source", .read = read_binding_word, .id = SVCBIND_A_BINDING_SOURCE },
	{ }
};

static int read_binding(struct document *doc, const struct document_key *key,
			void *arg)
{
	yaml_mark_t mark = doc->event.start_mark;
	struct service *svc = ((struct draft *)arg)->svc;
	int status;

	if (document_is_null(doc))
		return CTL_OK;
	svc->bound = true;
	status = document_mapping(doc, key->name, binding_keys, &svc->binding);
	if (status)
		return status;
	document_point(mark);
	if (!svc->binding.n_devices)
		return ctl_fail(CTL_USAGE, "%s: devices are missing",
				key->name);
	return CTL_OK;
}

static int read_element(struct document *doc, void *arg)
{
	struct draft *draft = arg;
	const char *what = match_name(draft->list);
	const char *text = document_word(doc, what);
	unsigned int proto;

	if (!text)
		return CTL_USAGE;
	draft->n++;
	if (strchr(text, ','))
		return ctl_fail(CTL_USAGE, "%s: '%.80s' is more than one",
				what, text);
	if (draft->list == MATCH_PROTO &&
	    parse_exactly(what, text, proto_words, &proto))
		return CTL_USAGE;
	return parse_match_more(&draft->words, draft->list, text);
}

static int read_single(struct document *doc, const struct document_key *key,
		       struct draft *draft)
{
	const char *text = key->id == MATCH_CGROUP ?
		document_text(doc, key->name) : document_word(doc, key->name);

	return text ? parse_match_word(&draft->words, key->id, text) :
		      CTL_USAGE;
}

/*
 * Empty lists match everything, which JSON has below "match" for each word that
 * isn't given; where people write, that is a list whose elements were forgotten.
 */
static int read_list(struct document *doc, const struct document_key *key,
		     struct draft *draft)
{
	yaml_mark_t mark = doc->event.start_mark;
	int status;

	draft->list = key->id;
	draft->n = 0;
	status = document_sequence(doc, key->name, read_element, draft);
	if (status || draft->n || draft->below)
		return status;
	document_point(mark);
	return ctl_fail(CTL_USAGE,
			"%s: the list is empty (%s: any matches everything)",
			key->name, key->name);
}

/* With its length: there may be a NUL behind it. */
static bool is_any(const struct document *doc)
{
	static const char any[] = "any";

	return doc->event.type == YAML_SCALAR_EVENT &&
	       doc->event.data.scalar.length == sizeof(any) - 1 &&
	       !memcmp(doc->event.data.scalar.value, any, sizeof(any) - 1);
}

/* It may stand below "match" and beside it, but not in both places. */
static int read_match_word(struct document *doc,
			   const struct document_key *key, void *arg)
{
	struct draft *draft = arg;

	document_point(doc->event.start_mark);
	if (draft->words.given & 1u << key->id)
		return ctl_fail(CTL_USAGE, "service: %s twice", key->name);
	draft->words.given |= 1u << key->id;
	if (key->id == MATCH_CGROUP || key->id == MATCH_MARK)
		return document_is_null(doc) ? CTL_OK :
					       read_single(doc, key, draft);
	if (is_any(doc))
		return CTL_OK;
	return read_list(doc, key, draft);
}

static int read_elsewhere(struct document *doc, const struct document_key *key,
			  void *arg)
{
	const char *text = document_word(doc, key->name);

	(void)arg;
	if (!text)
		return CTL_USAGE;
	if (!strcmp(text, "false"))
		return CTL_OK;
	return ctl_fail(CTL_USAGE, "the cgroup is one of another namespace");
}

static const struct document_key match_words[] = {
	{ .name = "proto", .read = read_match_word, .id = MATCH_PROTO },
	{ .name = "port", .read = read_match_word, .id = MATCH_PORT },
	{ .name = "dport", .read = read_match_word, .id = MATCH_DPORT },
	{ .name = "sport", .read = read_match_word, .id = MATCH_SPORT },
	{ .name = "to", .read = read_match_word, .id = MATCH_TO },
	{ .name = "from", .read = read_match_word, .id = MATCH_FROM },
	{ .name = "uid", .read = read_match_word, .id = MATCH_UID },
	{ .name = "cgroup", .read = read_match_word, .id = MATCH_CGROUP },
	{ .name = "mark", .read = read_match_word, .id = MATCH_MARK },
	{ }
};

static const struct document_key match_keys[] = {
	{ .name = "cgroup_pending", .read = document_ignore },
	{ .name = "cgroup_elsewhere", .read = read_elsewhere },
	{ .more = match_words }
};

static int read_match(struct document *doc, const struct document_key *key,
		      void *arg)
{
	struct draft *draft = arg;
	int status;

	draft->below = true;
	status = document_mapping(doc, key->name, match_keys, draft);
	draft->below = false;
	return status;
}

static int read_name(struct document *doc, const struct document_key *key,
		     void *arg)
{
	struct service *svc = ((struct draft *)arg)->svc;
	const char *text = document_text(doc, key->name);

	if (!text || parse_name(text))
		return CTL_USAGE;
	memcpy(svc->name, text, strlen(text) + 1);
	return CTL_OK;
}

static int read_preset(struct document *doc, const struct document_key *key,
		       void *arg)
{
	struct draft *draft = arg;
	const char *text;

	if (document_is_null(doc))
		return CTL_OK;
	text = document_text(doc, key->name);
	draft->preset = text ? preset_find(text) : NULL;
	if (!draft->preset)
		return CTL_USAGE;
	memcpy(draft->svc->preset, text, strlen(text) + 1);
	return CTL_OK;
}

static int read_priority(struct document *doc, const struct document_key *key,
			 void *arg)
{
	const char *text = document_word(doc, key->name);
	struct draft *draft = arg;

	if (!text)
		return CTL_USAGE;
	if (!document_is_plain(doc))
		return ctl_fail(CTL_USAGE, "priority '%.200s' is a text", text);
	draft->has_priority = true;
	return parse_number(key->name, text, &draft->svc->priority);
}

static const struct document_key service_keys[] = {
	{ .name = "name", .read = read_name },
	{ .name = "preset", .read = read_preset },
	{ .name = "priority", .read = read_priority },
	{ .name = "match", .read = read_match },
	{ .name = "bind", .json = "binding", .read = read_binding },
	{ .name = "counters", .read = document_ignore_mapping },
	{ .more = match_words }
};

/* The kernel keeps a set of them, and tells it in this order. */
static int by_number(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

static int finish_match(struct draft *draft)
{
	struct match *match = &draft->svc->match;
	int status;

	status = draft->preset ? preset_expand(draft->preset, match) : CTL_OK;
	if (status)
		return status;
	model_merge_match(match, &draft->words);
	qsort(match->protos, match->n_protos, 1, by_number);
	match->all = model_match_is_open(match);
	match->given = MATCH_ALL_WORDS;
	if (match->all && !(draft->words.given & 1u << MATCH_PROTO))
		return ctl_fail(CTL_USAGE,
				"service %s: nothing to match (proto: any matches everything)",
				draft->svc->name);
	return CTL_OK;
}

/**
 * config_service() - read a service
 * @doc: the document, at the service
 * @svc: takes it; all of it zero before
 * @has_priority: whether its priority was told
 *
 * Return: an enum ctl_status; errors are about the service from now on.
 */
int config_service(struct document *doc, struct service *svc,
		   bool *has_priority)
{
	yaml_mark_t mark = doc->event.start_mark;
	struct draft draft = { .svc = svc };
	int status;

	status = document_mapping(doc, "service", service_keys, &draft);
	if (status)
		return status;
	document_point(mark);
	svc->line = mark.line + 1;
	svc->column = mark.column + 1;
	*has_priority = draft.has_priority;
	if (!*svc->name)
		return ctl_fail(CTL_USAGE, "service: name is missing");
	if (svc->bound &&
	    !(svc->binding.given & 1u << SVCBIND_A_BINDING_MODE))
		svc->binding.mode = preset_mode(svc->preset);
	svc->binding.given = ~0u;
	return finish_match(&draft);
}
