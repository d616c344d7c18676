// SPDX-License-Identifier: GPL-2.0
/* Lists of a match: protocols, ports, users and prefixes, from text and to text. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"

const char *const proto_words[] = {
	"tcp", "udp", "sctp", "udplite", "icmp", NULL
};

static const uint8_t proto_numbers[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_ICMP
};

/* The longest element: an IPv6 address with an IPv4 tail, and its length. */
#define ELEMENT_SIZE	(INET6_ADDRSTRLEN + 4)

/*
 * Copies the next element of the list at *@list to @element and moves *@list
 * behind it, NULL at the end of the list.
 */
static int next_element(const char *word, const char **list, char *element)
{
	size_t len = strcspn(*list, ",");

	if (!len)
		return ctl_fail(CTL_USAGE, "%s: an element is empty", word);
	if (len >= ELEMENT_SIZE)
		return ctl_fail(CTL_USAGE, "%s: '%.*s' is too long", word,
				(int)(len > 80 ? 80 : len), *list);
	memcpy(element, *list, len);
	element[len] = '\0';
	*list = (*list)[len] ? *list + len + 1 : NULL;
	return CTL_OK;
}

static int fail_full(const char *word)
{
	return ctl_fail(CTL_USAGE, "%s: more than %d elements", word,
			SVCBIND_MAX_ELEMENTS);
}

static int fail_twice(const char *word, const char *element)
{
	return ctl_fail(CTL_USAGE, "%s: %s twice", word, element);
}

/**
 * parse_protos() - read a list of protocols
 * @match: where it goes
 * @arg: names, separated by commas
 *
 * Return: an enum ctl_status.
 */
int parse_protos(struct match *match, const char *arg)
{
	char element[ELEMENT_SIZE];
	int i, err;

	while (arg) {
		err = next_element("proto", &arg, element);
		if (err)
			return err;
		if (!strcmp(element, "any"))
			return ctl_fail(CTL_USAGE,
					"proto: any stands alone");
		i = parse_word("proto", element, proto_words);
		if (i < 0)
			return CTL_USAGE;
		if (memchr(match->protos, proto_numbers[i], match->n_protos))
			return fail_twice("proto", proto_words[i]);
		match->protos[match->n_protos++] = proto_numbers[i];
	}
	return CTL_OK;
}

static bool parse_port(const char *s, const char **end, uint16_t *port)
{
	unsigned long n;
	char *stop;

	if (!isdigit((unsigned char)*s))
		return false;
	n = strtoul(s, &stop, 10);
	*end = stop;
	*port = n;
	return n && n <= UINT16_MAX;
}

static bool parse_range(const char *s, struct range *range)
{
	const char *end;

	if (!parse_port(s, &end, &range->first))
		return false;
	range->last = range->first;
	if (*end == '-' && !parse_port(end + 1, &end, &range->last))
		return false;
	return !*end;
}

/* A name is all of the element: "microsoft-ds" is no range. */
static bool parse_service(const char *name, struct range *range)
{
	const struct servent *found = getservbyname(name, NULL);

	if (!found || !found->s_port)
		return false;
	range->first = ntohs(found->s_port);
	range->last = range->first;
	return true;
}

/**
 * parse_ports() - read a list of ports, ranges and names of services
 * @word: word before it, for errors
 * @arg: the list
 * @ranges: where it goes
 *
 * Return: an enum ctl_status.
 */
int parse_ports(const char *word, const char *arg, struct ranges *ranges)
{
	char element[ELEMENT_SIZE];
	struct range *range;
	unsigned int i;
	int err;

	while (arg) {
		err = next_element(word, &arg, element);
		if (err)
			return err;
		if (ranges->n == SVCBIND_MAX_ELEMENTS)
			return fail_full(word);
		range = &ranges->range[ranges->n];
		if (!parse_range(element, range) &&
		    !parse_service(element, range))
			return ctl_fail(CTL_USAGE,
					"%s: '%s' isn't a port, range (1 to 65535) or service of services(5)",
					word, element);
		if (range->last < range->first)
			return ctl_fail(CTL_USAGE,
					"%s: range '%s' is reversed", word,
					element);
		for (i = 0; i < ranges->n; i++)
			if (!memcmp(&ranges->range[i], range, sizeof(*range)))
				return fail_twice(word, element);
		ranges->n++;
	}
	return CTL_OK;
}

static bool parse_uid(const char *s, const char **end, uint32_t *uid)
{
	unsigned long long n;
	char *stop;

	if (!isdigit((unsigned char)*s))
		return false;
	n = strtoull(s, &stop, 10);
	*end = stop;
	*uid = n;
	/* the last one is nobody's: uid_valid() */
	return n < UINT32_MAX;
}

static bool parse_uid_range(const char *s, struct uid_range *range)
{
	const char *end;

	if (!parse_uid(s, &end, &range->first))
		return false;
	range->last = range->first;
	if (*end == '-' && !parse_uid(end + 1, &end, &range->last))
		return false;
	return !*end;
}

/**
 * parse_uids() - read a list of users and ranges of them
 * @arg: the list
 * @uids: where it goes
 *
 * Names are no part of it: those of the network namespace's owner aren't known.
 *
 * Return: an enum ctl_status.
 */
int parse_uids(const char *arg, struct uids *uids)
{
	char element[ELEMENT_SIZE];
	struct uid_range *range;
	unsigned int i;
	int err;

	while (arg) {
		err = next_element("uid", &arg, element);
		if (err)
			return err;
		if (uids->n == SVCBIND_MAX_ELEMENTS)
			return fail_full("uid");
		range = &uids->range[uids->n];
		if (!parse_uid_range(element, range))
			return ctl_fail(CTL_USAGE,
					"uid: '%s' isn't a number or range (0 to %u)",
					element, UINT32_MAX - 1);
		if (range->last < range->first)
			return ctl_fail(CTL_USAGE,
					"uid: range '%s' is reversed", element);
		for (i = 0; i < uids->n; i++)
			if (!memcmp(&uids->range[i], range, sizeof(*range)))
				return fail_twice("uid", element);
		uids->n++;
	}
	return CTL_OK;
}

/* Clears the bits behind the prefix; whether there were any. */
static bool mask_prefix(struct prefix *prefix)
{
	unsigned int i, bits = prefix->family == AF_INET ? 32 : 128;
	bool masked = false;

	for (i = prefix->len; i < bits; i++) {
		uint8_t bit = 0x80 >> i % 8;

		if (prefix->addr[i / 8] & bit)
			masked = true;
		prefix->addr[i / 8] &= ~bit;
	}
	return masked;
}

/*
 * An IPv4 address in an IPv6 socket leaves as IPv4: a prefix of such ones would
 * match no packet.
 */
static void unmap_prefix(struct prefix *prefix)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (prefix->family != AF_INET6 || prefix->len < 96 ||
	    memcmp(prefix->addr, mapped, sizeof(mapped)))
		return;
	prefix->family = AF_INET;
	prefix->len -= 96;
	memmove(prefix->addr, prefix->addr + 12, 4);
	memset(prefix->addr + 4, 0, 12);
}

static int parse_prefix(const char *word, char *element, struct prefix *prefix)
{
	char *slash = strchr(element, '/');
	unsigned int bits;
	char right[64];
	unsigned long len;
	char *end;

	if (slash)
		*slash++ = '\0';
	memset(prefix, 0, sizeof(*prefix));
	prefix->family = strchr(element, ':') ? AF_INET6 : AF_INET;
	bits = prefix->family == AF_INET ? 32 : 128;
	if (inet_pton(prefix->family, element, prefix->addr) != 1)
		return ctl_fail(CTL_USAGE,
				"%s: '%s' isn't an IPv4 or IPv6 address",
				word, element);
	prefix->len = bits;
	if (!slash)
		return CTL_OK;
	len = strtoul(slash, &end, 10);
	if (!isdigit((unsigned char)*slash) || *end || len > bits)
		return ctl_fail(CTL_USAGE,
				"%s: '%s/%s': the prefix length must be 0 to %u",
				word, element, slash, bits);
	prefix->len = len;
	if (mask_prefix(prefix))
		return ctl_fail(CTL_USAGE,
				"%s: %s/%s: host bits set, did you mean %s",
				word, element, slash,
				prefix_text(prefix, right, sizeof(right)));
	return CTL_OK;
}

/**
 * parse_prefixes() - read a list of addresses and prefixes
 * @word: word before it, for errors
 * @arg: the list
 * @list: where it goes
 *
 * Return: an enum ctl_status.
 */
int parse_prefixes(const char *word, const char *arg, struct prefixes *list)
{
	char element[ELEMENT_SIZE], text[64];
	struct prefix *prefix;
	unsigned int i;
	int err;

	while (arg) {
		err = next_element(word, &arg, element);
		if (err)
			return err;
		if (list->n == SVCBIND_MAX_ELEMENTS)
			return fail_full(word);
		prefix = &list->prefix[list->n];
		err = parse_prefix(word, element, prefix);
		if (err)
			return err;
		unmap_prefix(prefix);
		for (i = 0; i < list->n; i++)
			if (!memcmp(&list->prefix[i], prefix, sizeof(*prefix)))
				return fail_twice(word,
						  prefix_text(prefix, text,
							      sizeof(text)));
		list->n++;
	}
	return CTL_OK;
}

/**
 * proto_name() - name a protocol
 * @proto: IP protocol number
 * @buf: used if it has none here
 * @size: of @buf
 *
 * Return: its name, or its number as text.
 */
const char *proto_name(uint8_t proto, char *buf, size_t size)
{
	int i;

	for (i = 0; proto_words[i]; i++)
		if (proto_numbers[i] == proto)
			return proto_words[i];
	snprintf(buf, size, "%u", proto);
	return buf;
}

/**
 * range_text() - write a range of ports
 * @range: the range
 * @buf: takes the text
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *range_text(const struct range *range, char *buf, size_t size)
{
	if (range->first == range->last)
		snprintf(buf, size, "%u", range->first);
	else
		snprintf(buf, size, "%u-%u", range->first, range->last);
	return buf;
}

/**
 * uid_text() - write a range of users
 * @range: the range
 * @buf: takes the text
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *uid_text(const struct uid_range *range, char *buf, size_t size)
{
	if (range->first == range->last)
		snprintf(buf, size, "%u", range->first);
	else
		snprintf(buf, size, "%u-%u", range->first, range->last);
	return buf;
}

/**
 * prefix_text() - write a prefix, with its length always
 * @prefix: the prefix
 * @buf: takes the text
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *prefix_text(const struct prefix *prefix, char *buf, size_t size)
{
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(prefix->family, prefix->addr, addr, sizeof(addr));
	snprintf(buf, size, "%s/%u", addr, prefix->len);
	return buf;
}
