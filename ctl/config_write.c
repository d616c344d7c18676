// SPDX-License-Identifier: GPL-2.0
/* The file: to YAML, always the same for the same configuration. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "config.h"
#include "ctl.h"
#include "parse.h"
#include "preset.h"
#include "words.h"

/**
 * struct writer - YAML that is being written
 * @emitter: libyaml's
 * @failed: something couldn't be written; all that follows is left out
 */
struct writer {
	yaml_emitter_t emitter;
	bool failed;
};

/* Takes the event whatever becomes of it; @made: whether there is one. */
static void emit(struct writer *w, yaml_event_t *event, int made)
{
	if (!made)
		w->failed = true;
	else if (w->failed)
		yaml_event_delete(event);
	else if (!yaml_emitter_emit(&w->emitter, event))
		w->failed = true;
}

/*
 * Would every reader of YAML, of version 1.1 too, take it for a text?  There
 * "on" is a truth value and 1:30 a number.
 */
static bool is_plain_text(const char *text)
{
	static const char *const values[] = {
		"true", "false", "yes", "no", "on", "off", "y", "n", "null",
		NULL
	};
	const char *p;
	int i;

	for (i = 0; values[i]; i++)
		if (!strcasecmp(text, values[i]))
			return false;
	for (p = text; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("._/-", *p)))
			return false;
	return isalpha(*text) || *text == '/';
}

static void put_scalar(struct writer *w, const char *text, bool plain)
{
	yaml_event_t event;

	emit(w, &event,
	     yaml_scalar_event_initialize(&event, NULL, NULL,
					  (const yaml_char_t *)text, -1, 1, 1,
					  plain ? YAML_PLAIN_SCALAR_STYLE :
						  YAML_DOUBLE_QUOTED_SCALAR_STYLE));
}

static void put_text(struct writer *w, const char *text)
{
	put_scalar(w, text, is_plain_text(text));
}

static void put_key(struct writer *w, const char *key)
{
	put_scalar(w, key, true);
}

static void put_pair(struct writer *w, const char *key, const char *text)
{
	put_key(w, key);
	put_text(w, text);
}

static void put_number(struct writer *w, const char *key, uint32_t value)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", value);
	put_key(w, key);
	put_scalar(w, digits, true);
}

static void begin_mapping(struct writer *w, bool line)
{
	yaml_mapping_style_t style = line ? YAML_FLOW_MAPPING_STYLE :
					    YAML_BLOCK_MAPPING_STYLE;
	yaml_event_t event;

	emit(w, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL,
							    1, style));
}

static void end_mapping(struct writer *w)
{
	yaml_event_t event;

	emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static void begin_list(struct writer *w, bool line)
{
	yaml_sequence_style_t style = line ? YAML_FLOW_SEQUENCE_STYLE :
					     YAML_BLOCK_SEQUENCE_STYLE;
	yaml_event_t event;

	emit(w, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL,
							     1, style));
}

static void end_list(struct writer *w)
{
	yaml_event_t event;

	emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static unsigned int count(const struct match *match, int word)
{
	switch (word) {
	case MATCH_PROTO:
		return match->n_protos;
	case MATCH_TO:
	case MATCH_FROM:
		return match_prefixes(match, word)->n;
	case MATCH_UID:
		return match->uids.n;
	case MATCH_CGROUP:
		return !!*match->cgroup;
	case MATCH_MARK:
		return !!match->mark.mask;
	default:
		return match_ports(match, word)->n;
	}
}

static const char *element(const struct match *match, int word, unsigned int i,
			   char *buf, size_t size)
{
	switch (word) {
	case MATCH_PROTO:
		return proto_name(match->protos[i], buf, size);
	case MATCH_TO:
	case MATCH_FROM:
		return prefix_text(&match_prefixes(match, word)->prefix[i], buf,
				   size);
	case MATCH_UID:
		return uid_text(&match->uids.range[i], buf, size);
	case MATCH_CGROUP:
		return match->cgroup;
	case MATCH_MARK:
		return mark_text(&match->mark, buf, size);
	default:
		return range_text(&match_ports(match, word)->range[i], buf,
				  size);
	}
}

static void put_match_word(struct writer *w, const struct match *match,
			   int word)
{
	unsigned int i, n = count(match, word);
	char buf[64];

	put_key(w, match_name(word));
	if (!n) {
		put_text(w, "any");
		return;
	}
	if (word == MATCH_CGROUP || word == MATCH_MARK) {
		put_text(w, element(match, word, 0, buf, sizeof(buf)));
		return;
	}
	begin_list(w, true);
	/* numbers and addresses: libyaml puts quotes where it needs them */
	for (i = 0; i < n; i++)
		put_scalar(w, element(match, word, i, buf, sizeof(buf)), true);
	end_list(w);
}

static bool is_same(const struct match *a, const struct match *b, int word)
{
	unsigned int i, n = count(a, word);
	char one[64], two[64];

	if (n != count(b, word))
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(element(a, word, i, one, sizeof(one)),
			   element(b, word, i, two, sizeof(two))))
			return false;
	return true;
}

/* The words that the preset hasn't, or has otherwise. */
static void put_match(struct writer *w, const struct match *match,
		      const struct preset *preset)
{
	struct match base = { };
	int word;

	if (preset)
		preset_expand(preset, &base);
	for (word = 0; word < MATCH_WORDS; word++)
		if (!is_same(match, &base, word))
			put_match_word(w, match, word);
	if (!preset && model_match_is_open(match))
		put_match_word(w, match, MATCH_PROTO);
}

static void put_vias(struct writer *w, const struct device *dev)
{
	char addr[INET6_ADDRSTRLEN];

	put_key(w, "via");
	begin_list(w, true);
	if (dev->has_via4)
		put_scalar(w, inet_ntop(AF_INET, &dev->via4, addr,
					sizeof(addr)), true);
	if (dev->has_via6)
		put_scalar(w, inet_ntop(AF_INET6, &dev->via6, addr,
					sizeof(addr)), true);
	end_list(w);
}

static void put_devices(struct writer *w, const struct binding *binding)
{
	const struct device *dev = binding->devices;
	const struct device *end = dev + binding->n_devices;
	bool line = true;

	for (; dev < end; dev++)
		if (dev->has_via4 || dev->has_via6)
			line = false;
	put_key(w, "devices");
	begin_list(w, line);
	for (dev = binding->devices; dev < end; dev++) {
		if (!dev->has_via4 && !dev->has_via6) {
			put_text(w, dev->name);
			continue;
		}
		begin_mapping(w, true);
		put_pair(w, "dev", dev->name);
		put_vias(w, dev);
		end_mapping(w);
	}
	end_list(w);
}

/* The mode always: whether something fails closed can be read in the file. */
static void put_binding(struct writer *w, const struct binding *binding)
{
	put_key(w, "bind");
	begin_mapping(w, false);
	put_devices(w, binding);
	put_pair(w, "mode", model_word(mode_words, binding->mode));
	if (binding->select)
		put_pair(w, "select",
			 model_word(select_words, binding->select));
	if (binding->source)
		put_pair(w, "source",
			 model_word(source_words, binding->source));
	end_mapping(w);
}

/* A preset that isn't known here, as a newer tool's, is written in its words. */
static void put_service(struct writer *w, const struct service *svc,
			uint32_t priority)
{
	const struct preset *preset = preset_known(svc->preset);

	begin_mapping(w, false);
	put_pair(w, "name", svc->name);
	if (preset)
		put_pair(w, "preset", preset->name);
	if (svc->priority != priority)
		put_number(w, "priority", svc->priority);
	put_match(w, &svc->match, preset);
	if (svc->bound)
		put_binding(w, &svc->binding);
	end_mapping(w);
}

static void put_switch(struct writer *w, const char *key,
		       const char *const *words, unsigned int value)
{
	if (value)
		put_pair(w, key, model_word(words, value));
}

static void put_policy(struct writer *w, const struct policy *policy)
{
	if (!policy->enforce && !policy->connect && !policy->icmp_reply &&
	    !policy->arp)
		return;
	put_key(w, "policy");
	begin_mapping(w, false);
	put_switch(w, policy_words[POLICY_ENFORCE].name, enforce_words,
		   policy->enforce);
	put_switch(w, policy_words[POLICY_CONNECT].name, connect_words,
		   policy->connect);
	put_switch(w, policy_words[POLICY_ICMP_REPLY].name, icmp_reply_words,
		   policy->icmp_reply);
	put_switch(w, policy_words[POLICY_ARP].name, arp_words, policy->arp);
	end_mapping(w);
}

/* The kernel takes any bytes for the name of a device, YAML doesn't. */
static int put_services(struct writer *w, const struct services *list)
{
	const struct service *svc;
	uint32_t priority = 100;
	unsigned int i;

	put_key(w, "services");
	begin_list(w, !list->n);
	for (i = 0; i < list->n; i++) {
		svc = &list->service[i];
		if (svc->match.cgroup_elsewhere)
			return ctl_fail(CTL_REFUSED,
					"service %s: its cgroup is one of another namespace, and has to be saved there",
					svc->name);
		put_service(w, svc, priority);
		if (w->failed)
			return ctl_fail(CTL_REFUSED,
					"service %s: what isn't UTF-8 can't be written",
					svc->name);
		priority = svc->priority + 10;
	}
	end_list(w);
	return CTL_OK;
}

static int put_config(struct writer *w, const struct config *config)
{
	yaml_event_t event;
	int status;

	emit(w, &event, yaml_stream_start_event_initialize(&event,
							   YAML_UTF8_ENCODING));
	emit(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL,
							     NULL, 1));
	begin_mapping(w, false);
	put_number(w, "version", 1);
	put_policy(w, &config->policy);
	status = put_services(w, &config->services);
	end_mapping(w);
	emit(w, &event, yaml_document_end_event_initialize(&event, 1));
	emit(w, &event, yaml_stream_end_event_initialize(&event));
	return status;
}

/**
 * config_text() - write a configuration
 * @config: the configuration, in matching order
 * @text: takes it as YAML; freed by the caller, on errors too
 * @size: of @text
 *
 * What has its default is left out, but for the mode of a binding.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int config_text(const struct config *config, char **text, size_t *size)
{
	struct writer w = { };
	FILE *out;
	int status;

	*text = NULL;
	out = open_memstream(text, size);
	if (!out || !yaml_emitter_initialize(&w.emitter)) {
		if (out)
			fclose(out);
		return ctl_fail(CTL_REFUSED, "out of memory");
	}
	yaml_emitter_set_output_file(&w.emitter, out);
	yaml_emitter_set_unicode(&w.emitter, 1);
	status = put_config(&w, config);
	yaml_emitter_delete(&w.emitter);
	if ((fclose(out) || w.failed) && !status)
		status = ctl_fail(CTL_REFUSED, "out of memory");
	return status;
}
