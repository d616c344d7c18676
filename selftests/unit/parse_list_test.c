// SPDX-License-Identifier: GPL-2.0
/* ctl/parse_list.c: lists of protocols, ports and prefixes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "unit.h"

static void assert_error(const char *expected)
{
	char line[600] = "";

	if (expected)
		snprintf(line, sizeof(line), "svcbindctl: unit: %s\n", expected);
	assert_string_equal(unit_err, line);
	assert_string_equal(unit_out, "");
}

/* A case of a list: how it reads when it is written again, or the error. */
struct list_case {
	const char *arg;
	const char *text;
	const char *error;
};

#define LONG	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901"

static const struct list_case proto_cases[] = {
	{ "tcp", "tcp", NULL },
	{ "tcp,udp,sctp,udplite,icmp", "tcp,udp,sctp,udplite,icmp", NULL },
	{ "icmp,tcp", "icmp,tcp", NULL },
	{ "t,udp,i", "tcp,udp,icmp", NULL },
	{ "udpl", "udplite", NULL },
	{ "u", NULL, "proto 'u' is ambiguous: udp, udplite" },
	{ "x", NULL, "unknown proto 'x'" },
	{ "6", NULL, "unknown proto '6'" },
	{ "TCP", NULL, "unknown proto 'TCP'" },
	{ "tcp,any", NULL, "proto: any stands alone" },
	{ "any,tcp", NULL, "proto: any stands alone" },
	{ "tcp,tcp", NULL, "proto: tcp twice" },
	{ "tcp,udp,t", NULL, "proto: tcp twice" },
	{ "", NULL, "proto: an element is empty" },
	{ ",", NULL, "proto: an element is empty" },
	{ "tcp,", NULL, "proto: an element is empty" },
	{ ",tcp", NULL, "proto: an element is empty" },
	{ "tcp,,udp", NULL, "proto: an element is empty" },
	{ "tcp, udp", NULL, "unknown proto ' udp'" },
	{ "tcp," LONG, NULL, "proto: '0123456789012345678901234567890123456789"
			     "0123456789012345678901234567890123456789' is too long" },
};

#define PORT(s)	"dport: '" s \
	"' isn't a port, range (1 to 65535) or service of services(5)"

static const struct list_case port_cases[] = {
	{ "1", "1", NULL },
	{ "65535", "65535", NULL },
	{ "00022", "22", NULL },
	{ "1-65535", "1-65535", NULL },
	{ "7-7", "7", NULL },
	{ "3,1,2", "3,1,2", NULL },
	{ "10-20,15-30", "10-20,15-30", NULL },
	{ "nfs", "2049", NULL },
	{ "ssh,microsoft-ds,22000", "22,445,22000", NULL },
	{ "0", NULL, PORT("0") },
	{ "0-5", NULL, PORT("0-5") },
	{ "65536", NULL, PORT("65536") },
	{ "65536-65537", NULL, PORT("65536-65537") },
	{ "1-65536", NULL, PORT("1-65536") },
	{ "4294967297", NULL, PORT("4294967297") },
	{ "18446744073709551617", NULL, PORT("18446744073709551617") },
	{ "-22", NULL, PORT("-22") },
	{ "22-", NULL, PORT("22-") },
	{ "+22", NULL, PORT("+22") },
	{ "1--2", NULL, PORT("1--2") },
	{ "1-2-3", NULL, PORT("1-2-3") },
	{ "1:2", NULL, PORT("1:2") },
	{ "22x", NULL, PORT("22x") },
	{ "0x16", NULL, PORT("0x16") },
	{ " 22", NULL, PORT(" 22") },
	{ "ssh-nfs", NULL, PORT("ssh-nfs") },
	{ "no-such-service", NULL, PORT("no-such-service") },
	{ "any", NULL, PORT("any") },
	{ "5-4", NULL, "dport: range '5-4' is reversed" },
	{ "22,22", NULL, "dport: 22 twice" },
	{ "22,ssh", NULL, "dport: ssh twice" },
	{ "7,8,7-7", NULL, "dport: 7-7 twice" },
	{ "", NULL, "dport: an element is empty" },
	{ "22,", NULL, "dport: an element is empty" },
	{ LONG, NULL, "dport: '0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789' is too long" },
};

#define ADDR(s)		"to: '" s "' isn't an IPv4 or IPv6 address"
#define LEN4(s)		"to: '" s "': the prefix length must be 0 to 32"
#define LEN6(s)		"to: '" s "': the prefix length must be 0 to 128"

static const struct list_case prefix_cases[] = {
	{ "10.0.0.1", "10.0.0.1/32", NULL },
	{ "10.0.0.0/8", "10.0.0.0/8", NULL },
	{ "0.0.0.0/0", "0.0.0.0/0", NULL },
	{ "10.0.0.1/032", "10.0.0.1/32", NULL },
	{ "::1", "::1/128", NULL },
	{ "::/0", "::/0", NULL },
	{ "fd00::/8,10.0.0.0/8", "fd00::/8,10.0.0.0/8", NULL },
	{ "FD00:0::1", "fd00::1/128", NULL },
	{ "10.0.0.0/8,10.0.0.0/16", "10.0.0.0/8,10.0.0.0/16", NULL },
	{ "0.0.0.0/0,::/0", "0.0.0.0/0,::/0", NULL },
	/* what leaves as IPv4 */
	{ "::ffff:10.0.0.1", "10.0.0.1/32", NULL },
	{ "::ffff:10.0.0.0/104", "10.0.0.0/8", NULL },
	{ "::ffff:0:0/96", "0.0.0.0/0", NULL },
	{ "::ffff:10.0.0.1/128", "10.0.0.1/32", NULL },
	/* and what doesn't */
	{ "::fffe:10.0.0.1", "::fffe:a00:1/128", NULL },
	{ "1::ffff:10.0.0.1", "1::ffff:a00:1/128", NULL },
	{ "::/95", "::/95", NULL },
	{ "::ffff:0:0/95", NULL,
	  "to: ::ffff:0:0/95: host bits set, did you mean ::fffe:0:0/95" },
	{ "10.0.0.1/8", NULL,
	  "to: 10.0.0.1/8: host bits set, did you mean 10.0.0.0/8" },
	{ "10.0.0.1/0", NULL,
	  "to: 10.0.0.1/0: host bits set, did you mean 0.0.0.0/0" },
	{ "fd00::1/64", NULL,
	  "to: fd00::1/64: host bits set, did you mean fd00::/64" },
	{ "::1/127", NULL, "to: ::1/127: host bits set, did you mean ::/127" },
	{ "10.0.0.0/33", NULL, LEN4("10.0.0.0/33") },
	{ "::/129", NULL, LEN6("::/129") },
	{ "10.0.0.0/-8", NULL, LEN4("10.0.0.0/-8") },
	{ "10.0.0.0/ 8", NULL, LEN4("10.0.0.0/ 8") },
	{ "10.0.0.0/", NULL, LEN4("10.0.0.0/") },
	{ "10.0.0.0/8/8", NULL, LEN4("10.0.0.0/8/8") },
	{ "10.0.0.0/4294967304", NULL, LEN4("10.0.0.0/4294967304") },
	{ "10.0.0.0/255.0.0.0", NULL, LEN4("10.0.0.0/255.0.0.0") },
	{ "/8", NULL, ADDR("") },
	{ "10.0.0/8", NULL, ADDR("10.0.0") },
	{ "10", NULL, ADDR("10") },
	{ "10.0.0.256", NULL, ADDR("10.0.0.256") },
	{ "fe80::1%lo", NULL, ADDR("fe80::1%lo") },
	{ "[::1]", NULL, ADDR("[::1]") },
	{ "filer.example", NULL, ADDR("filer.example") },
	{ "any", NULL, ADDR("any") },
	{ "10.0.0.1,10.0.0.1/32", NULL, "to: 10.0.0.1/32 twice" },
	{ "fd00::,fd00:0::", NULL, "to: fd00::/128 twice" },
	{ "10.0.0.1,::ffff:10.0.0.1", NULL, "to: 10.0.0.1/32 twice" },
	{ "", NULL, "to: an element is empty" },
	{ "::,", NULL, "to: an element is empty" },
	{ "::,,::1", NULL, "to: an element is empty" },
	{ LONG, NULL, "to: '0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789' is too long" },
};

static void append(char *text, size_t size, unsigned int i, const char *element)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", i ? "," : "", element);
}

/* Reads the list and writes what was read. */
static int run(int word, const char *arg, char *text, size_t size)
{
	struct match match = { };
	unsigned int i;
	char buf[64];
	int status;

	unit_capture();
	if (word == MATCH_PROTO)
		status = parse_protos(&match, arg);
	else if (word == MATCH_DPORT)
		status = parse_ports("dport", arg, match_ports(&match, word));
	else
		status = parse_prefixes("to", arg,
					match_prefixes(&match, word));
	unit_release();
	*text = '\0';
	for (i = 0; i < match.n_protos; i++)
		append(text, size, i, proto_name(match.protos[i], buf,
						 sizeof(buf)));
	for (i = 0; i < match_ports(&match, MATCH_DPORT)->n; i++)
		append(text, size, i,
		       range_text(&match_ports(&match, MATCH_DPORT)->range[i],
				  buf, sizeof(buf)));
	for (i = 0; i < match_prefixes(&match, MATCH_TO)->n; i++)
		append(text, size, i,
		       prefix_text(&match_prefixes(&match, MATCH_TO)->prefix[i],
				   buf, sizeof(buf)));
	return status;
}

static void run_cases(int word, const struct list_case *c, unsigned int n)
{
	char text[1000];
	unsigned int i;
	int status;

	for (i = 0; i < n; i++, c++) {
		status = run(word, c->arg, text, sizeof(text));
		assert_error(c->error);
		assert_int_equal(status, c->error ? CTL_USAGE : CTL_OK);
		if (c->text)
			assert_string_equal(text, c->text);
	}
}

static void test_protos(void **state)
{
	(void)state;
	run_cases(MATCH_PROTO, proto_cases,
		  sizeof(proto_cases) / sizeof(*proto_cases));
}

static void test_ports(void **state)
{
	(void)state;
	run_cases(MATCH_DPORT, port_cases,
		  sizeof(port_cases) / sizeof(*port_cases));
}

static void test_prefixes(void **state)
{
	(void)state;
	run_cases(MATCH_TO, prefix_cases,
		  sizeof(prefix_cases) / sizeof(*prefix_cases));
}

/* As many elements as there is room for, and one more. */
static void test_full(void **state)
{
	char ports[2000] = "", prefixes[2000] = "", text[2000];
	char element[40];
	unsigned int i;

	(void)state;
	for (i = 0; i < SVCBIND_MAX_ELEMENTS; i++) {
		snprintf(element, sizeof(element), "%u", 1000 + i);
		append(ports, sizeof(ports), i, element);
		snprintf(element, sizeof(element), "10.0.0.%u/32", i);
		append(prefixes, sizeof(prefixes), i, element);
	}
	assert_int_equal(run(MATCH_DPORT, ports, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, ports);
	assert_int_equal(run(MATCH_TO, prefixes, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, prefixes);
	append(ports, sizeof(ports), i, "7");
	append(prefixes, sizeof(prefixes), i, "::1");
	assert_int_equal(run(MATCH_DPORT, ports, text, sizeof(text)),
			 CTL_USAGE);
	assert_error("dport: more than 64 elements");
	assert_int_equal(run(MATCH_TO, prefixes, text, sizeof(text)),
			 CTL_USAGE);
	assert_error("to: more than 64 elements");
}

static void ones(uint8_t *addr, unsigned int n)
{
	unsigned int i;

	memset(addr, 0, 16);
	for (i = 0; i < n; i++)
		addr[i / 8] |= 0x80 >> i % 8;
}

/*
 * Every length: an address of so many ones is taken as it is; a bit behind
 * them isn't, and the prefix that is proposed is the one without.
 */
static void check_length(int family, unsigned int len, unsigned int bits)
{
	char plain[INET6_ADDRSTRLEN], odd[INET6_ADDRSTRLEN];
	char right[64], wrong[64], text[100], error[200];
	uint8_t addr[16];
	unsigned int bit;

	ones(addr, len);
	inet_ntop(family, addr, plain, sizeof(plain));
	snprintf(right, sizeof(right), "%s/%u", plain, len);
	assert_int_equal(run(MATCH_TO, right, text, sizeof(text)), CTL_OK);
	assert_string_equal(text, right);
	for (bit = len; bit < bits; bit++) {
		ones(addr, len);
		addr[bit / 8] |= 0x80 >> bit % 8;
		inet_ntop(family, addr, odd, sizeof(odd));
		snprintf(wrong, sizeof(wrong), "%s/%u", odd, len);
		assert_int_equal(run(MATCH_TO, wrong, text, sizeof(text)),
				 CTL_USAGE);
		snprintf(error, sizeof(error),
			 "to: %s: host bits set, did you mean %s", wrong,
			 right);
		assert_error(error);
	}
}

static void test_lengths(void **state)
{
	unsigned int len;

	(void)state;
	for (len = 0; len <= 32; len++)
		check_length(AF_INET, len, 32);
	for (len = 0; len <= 128; len++)
		check_length(AF_INET6, len, 128);
}

static void test_proto_name(void **state)
{
	char buf[8];

	(void)state;
	assert_string_equal(proto_name(IPPROTO_ICMP, buf, sizeof(buf)), "icmp");
	assert_string_equal(proto_name(255, buf, sizeof(buf)), "255");
	assert_string_equal(proto_name(0, buf, sizeof(buf)), "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_protos),
		unit_case(test_ports),
		unit_case(test_prefixes),
		unit_case(test_full),
		unit_case(test_lengths),
		unit_case(test_proto_name),
	};

	return cmocka_run_group_tests_name("parse_list", tests, NULL, NULL);
}
