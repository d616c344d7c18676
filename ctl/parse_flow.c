// SPDX-License-Identifier: GPL-2.0
/* A flow that is asked about, from text and to text. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "diag.h"
#include "explain.h"
#include "parse.h"
#include "words.h"

/**
 * address_text() - write an address
 * @address: the address
 * @buf: takes the text
 * @size: of @buf
 *
 * Return: @buf; NULL if there is none.
 */
const char *address_text(const struct address *address, char *buf, size_t size)
{
	return address->family ? inet_ntop(address->family, address->addr, buf,
					   size) : NULL;
}

static int fail_address(const char *word, const char *arg)
{
	return ctl_fail(CTL_USAGE,
			"%s '%.200s' isn't an address, as 10.0.0.1:2049 or [fd00::1]:2049",
			word, arg);
}

static bool parse_address(const char *text, struct address *address)
{
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(address->family, text, address->addr) != 1)
		return false;
	/* It leaves as IPv4. */
	if (address->family == AF_INET6 && diag_is_mapped(address->addr)) {
		address->family = AF_INET;
		memmove(address->addr, address->addr + 12, 4);
		memset(address->addr + 4, 0, 12);
	}
	return true;
}

/* The port, NULL where there is none; cuts what is before it out of @text. */
static char *split_port(char **text)
{
	char *colon = strchr(*text, ':'), *bracket;

	if (**text == '[') {
		bracket = strchr(*text, ']');
		if (!bracket || (bracket[1] && bracket[1] != ':'))
			return NULL;
		++*text;
		*bracket++ = '\0';
		return *bracket ? bracket + 1 : NULL;
	}
	/* more than one: an IPv6 address without a port */
	if (!colon || strchr(colon + 1, ':'))
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static int parse_port(const char *word, const char *text, uint16_t *port)
{
	struct ranges ranges = { };
	int err;

	err = parse_ports(word, text, &ranges);
	if (err)
		return err;
	if (ranges.n != 1 || ranges.range[0].first != ranges.range[0].last)
		return ctl_fail(CTL_USAGE, "%s: '%s' is more than one port",
				word, text);
	*port = ranges.range[0].first;
	return CTL_OK;
}

/* An address, and perhaps a port; one of IPv6 is in brackets then. */
static int parse_end_of(const char *word, const char *arg,
			struct address *address, uint16_t *port)
{
	char copy[200], *text = copy, *port_text;

	if (strlen(arg) >= sizeof(copy))
		return fail_address(word, arg);
	snprintf(copy, sizeof(copy), "%s", arg);
	port_text = split_port(&text);
	if (!parse_address(text, address))
		return fail_address(word, arg);
	return port_text ? parse_port(word, port_text, port) : CTL_OK;
}

static int parse_peer(struct question *question, const char *proto,
		      const char *dst)
{
	struct match match = { };
	int err;

	if (!strcmp(proto, "any"))
		return ctl_fail(CTL_USAGE,
				"proto: any isn't one, and a flow is of one");
	err = parse_protos(&match, proto);
	if (err)
		return err;
	if (match.n_protos != 1)
		return ctl_fail(CTL_USAGE, "proto: '%.200s' is more than one",
				proto);
	question->proto = match.protos[0];
	if (!dst)
		return ctl_fail(CTL_USAGE, "the peer's address is missing");
	return parse_end_of("to", dst, &question->dst, &question->dport);
}

static int parse_from(struct question *question, const char *arg)
{
	int err;

	err = parse_end_of("from", arg, &question->src, &question->sport);
	if (!err && question->src.family != question->dst.family)
		return ctl_fail(CTL_USAGE,
				"from '%.200s' is of another family than the peer",
				arg);
	return err;
}

static int parse_plain_mark(struct question *question, const char *arg)
{
	struct mark mark;
	int err;

	err = parse_mark(arg, &mark);
	if (!err && mark.mask != UINT32_MAX)
		return ctl_fail(CTL_USAGE,
				"mark '%.200s': that of a packet has no mask",
				arg);
	question->mark = err ? 0 : mark.value;
	return err;
}

static int parse_pair(struct question *question, int word, const char *value)
{
	const char *name = explain_words[word].name;

	if (question->given & 1u << word)
		return ctl_fail(CTL_USAGE, "%s twice", name);
	question->given |= 1u << word;
	if (!value)
		return ctl_fail(CTL_USAGE, "%s needs a value: %s", name,
				explain_words[word].value);
	switch (word) {
	case EXPLAIN_FROM:
		return parse_from(question, value);
	case EXPLAIN_IN:
		return parse_device(value, question->in);
	case EXPLAIN_UID:
		return parse_number(name, value, &question->uid);
	case EXPLAIN_CGROUP:
		return parse_cgroup(value, question->cgroup);
	default:
		return parse_plain_mark(question, value);
	}
}

static int judge_ports(const struct question *question)
{
	if (question->proto != IPPROTO_ICMP ||
	    (!question->dport && !question->sport))
		return CTL_OK;
	return ctl_fail(CTL_USAGE, "icmp has no ports");
}

/**
 * parse_flow() - read the description of a flow
 * @argc: how many arguments: protocol, peer, words with values
 * @argv: they
 * @question: where it goes
 *
 * Return: an enum ctl_status.
 */
int parse_flow(int argc, char **argv, struct question *question)
{
	int i, word, err;

	memset(question, 0, sizeof(*question));
	if (!argc)
		return ctl_fail(CTL_USAGE, "protocol and peer are missing");
	err = parse_peer(question, argv[0], argc > 1 ? argv[1] : NULL);
	for (i = 2; !err && i < argc; i += 2) {
		/* the first one is not written */
		word = parse_keyword(argv[i], explain_words + EXPLAIN_FROM);
		if (word < 0)
			return CTL_USAGE;
		err = parse_pair(question, word + EXPLAIN_FROM,
				 i + 1 < argc ? argv[i + 1] : NULL);
	}
	return err ? err : judge_ports(question);
}
