/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_EXPLAIN_H
#define SVCBINDCTL_EXPLAIN_H

#include "model.h"

/* The kernel's own limit of what it lists. */
#define EXPLAIN_MISSED	64

/**
 * struct address - an address, or that there is none
 * @family: AF_INET or AF_INET6; 0: there is none
 * @addr: network byte order; IPv4 takes the first four bytes
 */
struct address {
	uint8_t family;
	uint8_t addr[16];
};

/**
 * struct question - a flow, as it is described
 * @given: bits of SVCBIND_A_FLOW_*
 * @proto: IP protocol
 * @dst: the peer
 * @src: what the application binds itself to
 * @dport: 0: it isn't said
 * @sport: 0: it isn't said
 * @in: device on which the peer's question comes in
 * @uid: who owns the socket
 * @cgroup: where it is made
 * @mark: the packet's
 */
struct question {
	unsigned int given;
	uint8_t proto;
	struct address dst;
	struct address src;
	uint16_t dport;
	uint16_t sport;
	char in[IFNAMSIZ];
	uint32_t uid;
	char cgroup[SVCBIND_CGROUP_MAX + 1];
	uint32_t mark;
};

/**
 * struct path - how a packet leaves
 * @dev: the device, empty: it doesn't leave
 * @source: the source on the wire
 * @next_hop: the neighbour; none: whoever delivered the question
 * @mtu: in bytes
 */
struct path {
	char dev[IFNAMSIZ];
	struct address source;
	struct address next_hop;
	uint32_t mtu;
};

/**
 * struct outcome - what becomes of a packet
 * @service: the first that matches, empty: none does
 * @bound: @mode is that of its binding
 * @mode: see there
 * @exempt: SVCBIND_EXEMPT_*
 * @unenforced: SVCBIND_UNENFORCED_*
 * @verdict: SVCBIND_A_COUNTERS_*; 0: nothing would count
 * @cause: the same, of a fallback: what strict would count
 * @error: an errno of the routing table, or 0
 * @tier: SVCBIND_TIER_*
 * @path: how it leaves
 */
struct outcome {
	char service[SVCBIND_NAME_MAX + 1];
	bool bound;
	unsigned int mode;
	unsigned int exempt;
	unsigned int unenforced;
	unsigned int verdict;
	unsigned int cause;
	int error;
	unsigned int tier;
	struct path path;
};

/**
 * struct candidate - a device of the binding
 * @device: its name, state and master
 * @chosen: it is taken
 * @alone: SVCBIND_A_COUNTERS_* of the verdict were it the only one; 0: unknown
 */
struct candidate {
	struct device device;
	bool chosen;
	unsigned int alone;
};

/**
 * struct missed - a service that doesn't match
 * @name: its name
 * @word: SVCBIND_A_MATCH_* of the first word that doesn't
 */
struct missed {
	char name[SVCBIND_NAME_MAX + 1];
	unsigned int word;
};

/**
 * struct explanation - the answer to a question
 * @flow: what becomes of the packet that opens the flow
 * @table: how it would leave by the routing table alone
 * @n_candidates: how many @candidates
 * @candidates: the devices of the binding, in order
 * @n_missed: how many @missed
 * @missed: services that were asked and don't match, in order
 * @more: how many further ones
 * @answered: @answer was asked for
 * @answer: what becomes of the answer to what came in
 */
struct explanation {
	struct outcome flow;
	struct path table;
	unsigned int n_candidates;
	struct candidate candidates[SVCBIND_MAX_DEVICES];
	unsigned int n_missed;
	struct missed missed[EXPLAIN_MISSED];
	uint32_t more;
	bool answered;
	struct outcome answer;
};

/* parse_flow.c */
int parse_flow(int argc, char **argv, struct question *question);
const char *address_text(const struct address *address, char *buf, size_t size);

/* explain.c */
int explain_ask(const struct question *question, struct explanation *answer);

/* explain_show.c */
void explain_show(const struct question *question,
		  const struct explanation *answer);

#endif
