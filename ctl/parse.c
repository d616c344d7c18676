// SPDX-License-Identifier: GPL-2.0
/* Words, names and numbers of the command line. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"
#include "words.h"

/*
 * No service may be called like a word of the grammar: "show dev" would mean
 * two things.  Words that are still to come are kept free, too.
 */
static const char *const reserved[] = {
	"add", "all", "any", "apply", "arp", "audit", "auto", "bind", "bound",
	"cgroup", "check", "close-stale", "confirm", "connect", "del", "dev",
	"diff", "dport", "enforce", "explain", "failover", "flush", "from",
	"help", "icmp", "icmp-reply", "in", "ingress", "keep", "load", "mark",
	"metrics", "mode", "monitor", "neigh", "none", "off", "on", "ping",
	"policy", "port", "prefer", "preset", "priority", "proto", "reply",
	"rollback", "route", "save", "sctp", "select", "service", "set", "show",
	"source", "sport", "spread", "strict", "tcp", "to", "trace", "udp",
	"udplite", "uid", "unbind", "unload", "via", "weight", NULL
};

/* Who writes options last is told so, whatever was expected there. */
static const char *hint(const char *arg)
{
	return *arg == '-' ? " (options come before the verb)" : "";
}

/* One entry of either kind of table: a word and whether it can be cut short. */
typedef const char *(*word_fn)(const void *table, int i, bool *in_full);

static const char *plain_word(const void *table, int i, bool *in_full)
{
	*in_full = false;
	return ((const char *const *)table)[i];
}

static const char *verb_word(const void *table, int i, bool *in_full)
{
	const struct ctl_command *verb = (const struct ctl_command *)table + i;

	*in_full = verb->in_full;
	return verb->name;
}

static const char *keyword(const void *table, int i, bool *in_full)
{
	*in_full = false;
	return ((const struct ctl_keyword *)table)[i].name;
}

/* A word given in full is itself, even if others begin with it. */
static int find_word(const char *what, const char *arg, const void *table,
		     word_fn get)
{
	char candidates[200] = "";
	int i, found = -1, n = 0;
	size_t len = strlen(arg), used = 0;
	bool in_full, destroys = false;
	const char *word;

	for (i = 0; (word = get(table, i, &in_full)); i++) {
		if (!strcmp(word, arg))
			return i;
		if (!len || strncmp(word, arg, len))
			continue;
		found = i;
		destroys = in_full;
		n++;
		if (used < sizeof(candidates))
			used += snprintf(candidates + used,
					 sizeof(candidates) - used, "%s%s",
					 n > 1 ? ", " : "", word);
	}
	if (n == 1 && !destroys)
		return found;
	if (n == 1)
		ctl_fail(CTL_USAGE, "write '%s' in full", candidates);
	else if (n)
		ctl_fail(CTL_USAGE, "%s '%s' is ambiguous: %s", what, arg,
			 candidates);
	else
		ctl_fail(CTL_USAGE, "unknown %s '%.200s'%s", what, arg,
			 hint(arg));
	return -1;
}

/**
 * parse_word() - find a word, or an unambiguous prefix of one
 * @what: what it is, for the error
 * @arg: the argument
 * @words: the words, ended by NULL
 *
 * Return: its index; -1 after an error was printed.
 */
int parse_word(const char *what, const char *arg, const char *const *words)
{
	return find_word(what, arg, words, plain_word);
}

/**
 * parse_keyword() - find a word that has a value, or an unambiguous prefix
 * @arg: the argument
 * @words: the words, ended by a NULL name
 *
 * Return: its index; -1 after an error was printed.
 */
int parse_keyword(const char *arg, const struct ctl_keyword *words)
{
	return find_word("word", arg, words, keyword);
}

/**
 * parse_verb() - find a verb, or an unambiguous prefix of one
 * @what: what it is, for the error
 * @arg: the argument
 * @verbs: the verbs, ended by a NULL name
 *
 * Return: the verb; NULL after an error was printed.
 */
const struct ctl_command *parse_verb(const char *what, const char *arg,
				     const struct ctl_command *verbs)
{
	int i = find_word(what, arg, verbs, verb_word);

	return i < 0 ? NULL : &verbs[i];
}

static int fail_choice(const char *what, const char *arg,
		       const char *const *words)
{
	char list[100] = "";
	size_t used = 0;
	int i;

	for (i = 0; words[i] && used < sizeof(list); i++)
		used += snprintf(list + used, sizeof(list) - used, "%s%s",
				 i ? ", " : "", words[i]);
	if (!arg)
		return ctl_fail(CTL_USAGE, "%s needs one of: %s", what, list);
	return ctl_fail(CTL_USAGE, "%s '%.200s' isn't one of: %s", what, arg,
			list);
}

/**
 * parse_choice() - read the value of an enumeration
 * @what: the word before it, for errors
 * @arg: the argument, NULL if the command line ended
 * @words: the values' words, ended by NULL
 * @value: the value
 *
 * Return: an enum ctl_status.
 */
int parse_choice(const char *what, const char *arg, const char *const *words,
		 unsigned int *value)
{
	int i;

	for (i = 0; arg && *arg && words[i]; i++)
		if (!strncmp(words[i], arg, strlen(arg)))
			break;
	if (!arg || !*arg || !words[i])
		return fail_choice(what, arg, words);
	i = parse_word(what, arg, words);
	if (i < 0)
		return CTL_USAGE;
	*value = i;
	return CTL_OK;
}

/**
 * parse_exactly() - parse_choice(), of words that aren't cut short
 * @what: the word before it, for errors
 * @arg: the argument
 * @words: the values' words, ended by NULL
 * @value: the value
 *
 * Return: an enum ctl_status.
 */
int parse_exactly(const char *what, const char *arg, const char *const *words,
		  unsigned int *value)
{
	unsigned int i;

	for (i = 0; words[i]; i++) {
		if (strcmp(words[i], arg))
			continue;
		*value = i;
		return CTL_OK;
	}
	return fail_choice(what, arg, words);
}

/* "--file=FILE" is "--file FILE"; no other word begins so. */
static int find_option(const char *arg, const struct ctl_keyword *words,
		       const char **value)
{
	bool option = !strncmp(arg, "--", 2);
	size_t len = option ? strcspn(arg, "=") : strlen(arg);
	char name[32];
	int i;

	*value = arg[len] ? arg + len + 1 : NULL;
	for (i = 0; words[i].name; i++)
		if (!strncmp(words[i].name, arg, len))
			break;
	if (option && !words[i].name) {
		ctl_fail(CTL_USAGE, "unknown option '%.200s'", arg);
		return -1;
	}
	/* it is no longer than the word it was found in */
	snprintf(name, sizeof(name), "%.*s", (int)len, arg);
	return parse_keyword(words[i].name ? name : arg, words);
}

/**
 * parse_verb_options() - read words of which each may be given once
 * @argc: how many arguments
 * @argv: they
 * @words: the words, ended by a NULL name; one without a value stands alone
 * @values: takes the value of each, or the word itself where it stands alone;
 *          NULL before
 *
 * Return: an enum ctl_status.
 */
int parse_verb_options(int argc, char **argv,
		       const struct ctl_keyword *words, const char **values)
{
	const char *value;
	int i, word;

	for (i = 0; i < argc; i++) {
		word = find_option(argv[i], words, &value);
		if (word < 0)
			return CTL_USAGE;
		if (values[word])
			return ctl_fail(CTL_USAGE, "%s twice",
					words[word].name);
		if (value && !words[word].value)
			return ctl_fail(CTL_USAGE, "%s takes no value",
					words[word].name);
		if (!words[word].value)
			value = argv[i];
		else if (!value && i + 1 < argc)
			value = argv[++i];
		if (!value || !*value)
			return ctl_fail(CTL_USAGE, "%s needs a value",
					words[word].name);
		values[word] = value;
	}
	return CTL_OK;
}

/**
 * parse_end() - nothing may follow
 * @argc: how many arguments follow; none if negative
 * @argv: they
 *
 * Return: an enum ctl_status.
 */
int parse_end(int argc, char **argv)
{
	if (argc <= 0)
		return CTL_OK;
	return ctl_fail(CTL_USAGE, "'%.200s' is too much%s", argv[0],
			hint(argv[0]));
}

/**
 * parse_name() - judge the name of a service
 * @arg: the name, NULL if the command line ended
 *
 * Return: an enum ctl_status.
 */
int parse_name(const char *arg)
{
	const char *p;
	int i;

	if (!arg)
		return ctl_fail(CTL_USAGE, "the name of a service is missing");
	if (strlen(arg) > SVCBIND_NAME_MAX)
		return ctl_fail(CTL_USAGE, "name '%.200s' is longer than %d",
				arg, SVCBIND_NAME_MAX);
	for (p = arg; *p; p++)
		if (!(isascii(*p) && isalnum(*p)) &&
		    (p == arg || !strchr("._-", *p)))
			break;
	if (!*arg || *p)
		return ctl_fail(CTL_USAGE,
				"name '%s' must be of letters, digits and ._- and begin with a letter or digit%s",
				arg, hint(arg));
	for (i = 0; reserved[i]; i++)
		if (!strcmp(arg, reserved[i]))
			return ctl_fail(CTL_USAGE,
					"name '%s' is a word of the command line",
					arg);
	return CTL_OK;
}

/**
 * parse_device() - judge the name of a network device
 * @arg: the name
 * @name: takes it, IFNAMSIZ bytes
 *
 * Return: an enum ctl_status.
 */
int parse_device(const char *arg, char *name)
{
	const char *p;

	if (strlen(arg) >= IFNAMSIZ)
		return ctl_fail(CTL_USAGE, "dev '%.200s' is longer than %d",
				arg, IFNAMSIZ - 1);
	/* what dev_valid_name() of the kernel refuses */
	for (p = arg; *p; p++)
		if (*p == '/' || *p == ':' || isspace((unsigned char)*p))
			break;
	if (!*arg || *p || !strcmp(arg, ".") || !strcmp(arg, ".."))
		return ctl_fail(CTL_USAGE, "dev '%s' isn't a device name",
				arg);
	snprintf(name, IFNAMSIZ, "%s", arg);
	return CTL_OK;
}

/**
 * parse_number() - read a whole number of 32 bits
 * @what: the word before it, for errors
 * @arg: the argument, NULL if the command line ended
 * @value: the value
 *
 * Return: an enum ctl_status.
 */
int parse_number(const char *what, const char *arg, uint32_t *value)
{
	unsigned long long n;
	char *end;

	if (!arg)
		return ctl_fail(CTL_USAGE, "%s needs a number", what);
	errno = 0;
	n = strtoull(arg, &end, 10);
	/* strtoull() would take signs and leading space */
	if (!isdigit((unsigned char)*arg) || *end || errno || n > UINT32_MAX)
		return ctl_fail(CTL_USAGE, "%s '%.200s' isn't a number up to %u",
				what, arg, UINT32_MAX);
	*value = n;
	return CTL_OK;
}

static void clear_match_word(struct match *match, int word)
{
	switch (word) {
	case MATCH_PROTO:
		match->n_protos = 0;
		break;
	case MATCH_TO:
	case MATCH_FROM:
		match_prefixes(match, word)->n = 0;
		break;
	case MATCH_UID:
		match->uids.n = 0;
		break;
	case MATCH_CGROUP:
		memset(match->cgroup, 0, sizeof(match->cgroup));
		break;
	case MATCH_MARK:
		memset(&match->mark, 0, sizeof(match->mark));
		break;
	default:
		match_ports(match, word)->n = 0;
	}
}

/**
 * parse_match_more() - read a value of a match's word, behind those it has
 * @match: where it goes
 * @word: enum match_word
 * @arg: list, path or value
 *
 * Return: an enum ctl_status.
 */
int parse_match_more(struct match *match, int word, const char *arg)
{
	const char *name = match_name(word);

	switch (word) {
	case MATCH_PROTO:
		return parse_protos(match, arg);
	case MATCH_TO:
	case MATCH_FROM:
		return parse_prefixes(name, arg, match_prefixes(match, word));
	case MATCH_UID:
		return parse_uids(arg, &match->uids);
	case MATCH_CGROUP:
		return parse_cgroup(arg, match->cgroup);
	case MATCH_MARK:
		return parse_mark(arg, &match->mark);
	default:
		return parse_ports(name, arg, match_ports(match, word));
	}
}

/**
 * parse_match_word() - read what follows a word of a match
 * @match: where it goes; what the word held before is forgotten
 * @word: enum match_word
 * @arg: list, path or value, "any" to clear; NULL if the command line ended
 *
 * Return: an enum ctl_status.
 */
int parse_match_word(struct match *match, int word, const char *arg)
{
	if (!arg)
		return ctl_fail(CTL_USAGE, "%s needs a %s, or any",
				match_name(word),
				word == MATCH_CGROUP ? "path" :
				word == MATCH_MARK ? "value" : "list");
	match->given |= 1u << word;
	clear_match_word(match, word);
	return strcmp(arg, "any") ? parse_match_more(match, word, arg) : CTL_OK;
}
