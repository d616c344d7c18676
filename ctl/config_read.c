// SPDX-License-Identifier: GPL-2.0
/* The file: from YAML, and from what "show" prints in JSON. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_service.h"
#include "ctl.h"
#include "document.h"
#include "file.h"
#include "parse.h"
#include "words.h"

/**
 * struct reading - a file that is being read
 * @config: what was read of it
 * @versioned: its version was told, and is ours
 * @priority: of the last service in matching order
 */
struct reading {
	struct config *config;
	bool versioned;
	uint32_t priority;
};

/* As "service add" gives it. */
static int default_priority(struct reading *reading, struct service *svc,
			    bool first)
{
	svc->priority = first ? 100 : reading->priority + 10;
	if (svc->priority < 10)
		return ctl_fail(CTL_USAGE,
				"service %s: no priority is left after the last one's",
				svc->name);
	return CTL_OK;
}

static int read_service(struct document *doc, void *arg)
{
	struct reading *reading = arg;
	bool first = !reading->config->services.n;
	bool has_priority;
	struct service *svc;
	int status;

	if (reading->config->services.n == SVCBIND_MAX_SERVICES) {
		document_point(doc->event.start_mark);
		return ctl_fail(CTL_USAGE, "more than %d services",
				SVCBIND_MAX_SERVICES);
	}
	svc = model_add_service(&reading->config->services);
	if (!svc)
		return ctl_fail(CTL_REFUSED, "out of memory");
	status = config_service(doc, svc, &has_priority);
	if (!status && !has_priority)
		status = default_priority(reading, svc, first);
	if (first || svc->priority > reading->priority)
		reading->priority = svc->priority;
	return status;
}

static int read_services(struct document *doc, const struct document_key *key,
			 void *arg)
{
	return document_sequence(doc, key->name, read_service, arg);
}

static int read_switch(struct document *doc, const struct document_key *key,
		       void *arg)
{
	return document_choice(doc, key->name, policy_words[key->id].choices,
			       model_switch(arg, key->id));
}

static const struct document_key policy_keys[] = {
	{ .name = "enforce", .read = read_switch, .id = POLICY_ENFORCE },
	{ .name = "connect", .read = read_switch, .id = POLICY_CONNECT },
	{ .name = "icmp-reply", .json = "icmp_reply", .read = read_switch,
	  .id = POLICY_ICMP_REPLY },
	{ .name = "arp", .read = read_switch, .id = POLICY_ARP },
	{ }
};

static int read_policy(struct document *doc, const struct document_key *key,
		       void *arg)
{
	struct reading *reading = arg;

	return document_mapping(doc, key->name, policy_keys,
				&reading->config->policy);
}

static int read_version(struct document *doc, const struct document_key *key,
			void *arg)
{
	const char *text = document_word(doc, key->name);
	struct reading *reading = arg;

	if (!text)
		return CTL_USAGE;
	if (!document_is_plain(doc) || strcmp(text, "1"))
		return ctl_fail(CTL_USAGE, "version '%.80s' isn't 1", text);
	reading->versioned = true;
	return CTL_OK;
}

/* The icmp_reply and connect up here are counters; the switches are the policy's. */
static const struct document_key top_keys[] = {
	{ .name = "version", .read = read_version },
	{ .name = "policy", .read = read_policy },
	{ .name = "services", .read = read_services },
	{ .name = "generation", .read = document_ignore },
	{ .name = "confirm", .read = document_ignore_mapping },
	{ .name = "icmp_reply", .read = document_ignore_mapping },
	{ .name = "connect", .read = document_ignore_mapping },
	{ .name = "conntrack", .read = document_ignore },
	{ }
};

static int read_all(struct document *doc, struct reading *reading)
{
	yaml_mark_t mark = doc->event.start_mark;
	const struct service *twice;
	int status;

	status = document_mapping(doc, "configuration", top_keys, reading);
	if (!status)
		status = document_end(doc);
	if (status)
		return status;
	document_point(mark);
	if (!reading->versioned)
		return ctl_fail(CTL_USAGE, "version is missing (version: 1)");
	if (config_find_twice(reading->config, &twice))
		return ctl_fail(CTL_REFUSED, "out of memory");
	if (!twice)
		return CTL_OK;
	mark.line = twice->line - 1;
	mark.column = twice->column - 1;
	document_point(mark);
	return ctl_fail(CTL_USAGE, "service %s twice", twice->name);
}

/**
 * config_read() - read a configuration
 * @config: takes it; config_free() ends it, on errors too
 * @verb: what it is read for, for errors
 * @name: of the file, for errors
 * @text: YAML or JSON
 * @size: of @text
 *
 * What it doesn't name has its default.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int config_read(struct config *config, const char *verb, const char *name,
		const char *text, size_t size)
{
	struct reading reading = { .config = config };
	struct document doc = { };
	int status;

	memset(config, 0, sizeof(*config));
	config->policy.given = ~0u;
	config->file = name;
	ctl_context("%s: %s", verb, name);
	status = document_open(&doc, text, size);
	if (!status)
		status = read_all(&doc, &reading);
	document_close(&doc);
	if (status)
		return status;
	ctl_context("%s", verb);
	return config_sort(config) ? ctl_fail(CTL_REFUSED, "out of memory") :
				     CTL_OK;
}

/**
 * config_load() - read a configuration from a file
 * @config: takes it; config_free() ends it, on errors too
 * @verb: what it is read for, for errors
 * @path: the file, "-" for standard input
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int config_load(struct config *config, const char *verb, const char *path)
{
	size_t size;
	char *text;
	int status;

	memset(config, 0, sizeof(*config));
	status = file_read(path, &text, &size);
	if (!status)
		status = config_read(config, verb, path, text, size);
	free(text);
	return status;
}
