// SPDX-License-Identifier: GPL-2.0
/* The words that follow verbs, for parser, help and completion. */
#include <stddef.h>

#include "parse.h"
#include "words.h"

const struct ctl_keyword service_words[] = {
	[SERVICE_PRESET] = {
		.name = "preset",
		.value = "PRESET",
		.help = "a built-in match, see preset show",
	},
	[SERVICE_MATCH + MATCH_PROTO] = {
		.name = "proto",
		.value = "P[,P]",
		.choices = proto_words,
		.help = "protocols; icmp means ICMPv6 too",
		.list = true,
		.match = true,
	},
	[SERVICE_MATCH + MATCH_PORT] = {
		.name = "port",
		.value = "LIST",
		.help = "ports at either end",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_DPORT] = {
		.name = "dport",
		.value = "LIST",
		.help = "destination ports: this host is the client",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_SPORT] = {
		.name = "sport",
		.value = "LIST",
		.help = "source ports: this host is the server",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_TO] = {
		.name = "to",
		.value = "PREFIX[,PREFIX]",
		.help = "destination addresses, IPv4 and IPv6",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_FROM] = {
		.name = "from",
		.value = "PREFIX[,PREFIX]",
		.help = "source addresses",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_UID] = {
		.name = "uid",
		.value = "N[-M][,...]",
		.help = "owners of the socket, by number",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_CGROUP] = {
		.name = "cgroup",
		.value = "PATH",
		.help = "cgroup2 that the socket was made in, or one above",
		.match = true,
	},
	[SERVICE_MATCH + MATCH_MARK] = {
		.name = "mark",
		.value = "V[/M]",
		.help = "the packet's mark, or those bits of it",
		.match = true,
	},
	[SERVICE_PRIORITY] = {
		.name = "priority",
		.value = "N",
		.help = "lower ones match first; 10 after the last by default",
	},
	{ }
};

const struct ctl_keyword bind_words[] = {
	[BIND_DEV] = {
		.name = "dev",
		.value = "DEV[,DEV]",
		.form = "dev DEV [via ADDR]... [dev DEV ...]",
		.help = "devices in order of preference, in place of the former",
	},
	[BIND_VIA] = {
		.name = "via",
		.value = "ADDR",
		.form = "",
		.help = "gateway of the device before it, one IPv4 and one IPv6",
	},
	[BIND_MODE] = {
		.name = "mode",
		.choices = mode_words,
		.help = "never elsewhere; elsewhere while none is usable; only count",
	},
	[BIND_SELECT] = {
		.name = "select",
		.choices = select_words,
		.help = "the first device that is usable",
	},
	[BIND_SOURCE] = {
		.name = "source",
		.choices = source_words,
		.help = "an address of the device for what is opened here; none touched",
	},
	[BIND_CLOSE_STALE] = {
		.name = "--close-stale",
		.help = "then end TCP connections that are older, see close-stale",
	},
	{ }
};

const struct ctl_keyword show_words[] = {
	[SHOW_DEV] = {
		.name = "dev",
		.value = "DEV",
		.form = "",
		.help = "what is bound to that device",
	},
	[SHOW_STALE] = {
		.name = "--stale",
		.form = "",
		.help = "TCP connections that are older than the binding",
	},
	{ }
};

const struct ctl_keyword explain_words[] = {
	[EXPLAIN_PROTO] = {
		.name = "PROTO",
		.choices = proto_words,
		.form = "",
		.help = "protocol; icmp is a ping, and means ICMPv6 too",
	},
	[EXPLAIN_FROM] = {
		.name = "from",
		.value = "SRC[:PORT]",
		.help = "the application binds itself to that",
	},
	[EXPLAIN_IN] = {
		.name = "in",
		.value = "DEV",
		.help = "answers to what the peer sends in there, too",
	},
	[EXPLAIN_UID] = {
		.name = "uid",
		.value = "N",
		.help = "owner of the socket; that of svcbindctl by default",
	},
	[EXPLAIN_CGROUP] = {
		.name = "cgroup",
		.value = "PATH",
		.help = "where the socket is made; as svcbindctl by default",
	},
	[EXPLAIN_MARK] = {
		.name = "mark",
		.value = "N",
		.help = "the packet's mark",
	},
	{ }
};

const struct ctl_keyword policy_words[] = {
	[POLICY_ENFORCE] = {
		.name = "enforce",
		.choices = enforce_words,
		.help = "bindings are obeyed; only counted; without effect",
	},
	[POLICY_CONNECT] = {
		.name = "connect",
		.choices = connect_words,
		.help = "sockets are bound when they connect; their sources get NAT",
	},
	[POLICY_ICMP_REPLY] = {
		.name = "icmp-reply",
		.choices = icmp_reply_words,
		.help = "pings are answered where routes say; where they came in",
	},
	[POLICY_ARP] = {
		.name = "arp",
		.choices = arp_words,
		.help = "bound devices answer for themselves alone; all; as Linux does",
	},
	{ }
};

#define FILE_WORD(what) {			\
		.name = "--file",		\
		.value = "FILE",		\
		.help = what,			\
	}

const struct ctl_keyword apply_words[] = {
	[APPLY_FILE] = FILE_WORD("read that, - for standard input"),
	[APPLY_DRY_RUN] = {
		.name = "--dry-run",
		.help = "let the kernel judge it, and change nothing",
	},
	{ }
};

const struct ctl_keyword save_words[] = {
	[APPLY_FILE] = FILE_WORD("write that, - for standard output"),
	{ }
};

const struct ctl_keyword diff_words[] = {
	[APPLY_FILE] = FILE_WORD("compare with that, - for standard input"),
	{ }
};
