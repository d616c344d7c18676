/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_MODEL_H
#define SVCBINDCTL_MODEL_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/svcbind.h>

struct event;
struct nlattr;
struct nl_msg;

/* The words of a match; also bits of struct match.given. */
enum match_word {
	MATCH_PROTO,
	MATCH_PORT,
	MATCH_DPORT,
	MATCH_SPORT,
	MATCH_TO,
	MATCH_FROM,
	MATCH_UID,
	MATCH_CGROUP,
	MATCH_MARK,
	MATCH_WORDS,
};

#define MATCH_ALL_WORDS	((1u << MATCH_WORDS) - 1)

/* The switches, in the order in which they are told; also bits of struct policy.given. */
enum policy_word {
	POLICY_ENFORCE,
	POLICY_CONNECT,
	POLICY_ICMP_REPLY,
	POLICY_ARP,
};

struct range {
	uint16_t first;
	uint16_t last;
};

/**
 * struct prefix - an address prefix
 * @family: AF_INET or AF_INET6
 * @len: prefix length in bits
 * @addr: network byte order; IPv4 takes the first four bytes
 */
struct prefix {
	uint8_t family;
	uint8_t len;
	uint8_t addr[16];
};

struct ranges {
	unsigned int n;
	struct range range[SVCBIND_MAX_ELEMENTS];
};

struct prefixes {
	unsigned int n;
	struct prefix prefix[SVCBIND_MAX_ELEMENTS];
};

struct uid_range {
	uint32_t first;
	uint32_t last;
};

struct uids {
	unsigned int n;
	struct uid_range range[SVCBIND_MAX_ELEMENTS];
};

/**
 * struct mark - a packet's mark
 * @value: what it is
 * @mask: the bits that are compared; 0: it isn't looked at
 */
struct mark {
	uint32_t value;
	uint32_t mask;
};

/**
 * struct match - what a service matches; an empty list matches all
 * @given: bits of enum match_word that a command names, empty ones included
 * @all: "proto any" was said, and no other word has an element
 * @n_protos: how many @protos
 * @protos: IP protocol numbers; ICMP means ICMPv6 too
 * @ports: by MATCH_PORT - 1 and so on: either end, destination, source
 * @prefixes: destination, source
 * @uids: who owns the socket
 * @cgroup: where the socket was made, empty: anywhere
 * @cgroup_pending: there is no such cgroup; only where it was read
 * @cgroup_elsewhere: @cgroup is a path in another cgroup namespace, of a place
 *                    that isn't in ours; only where it was read
 * @mark: of the packet
 */
struct match {
	unsigned int given;
	bool all;
	unsigned int n_protos;
	uint8_t protos[SVCBIND_MAX_ELEMENTS];
	struct ranges ports[3];
	struct prefixes prefixes[2];
	struct uids uids;
	char cgroup[SVCBIND_CGROUP_MAX + 1];
	bool cgroup_pending;
	bool cgroup_elsewhere;
	struct mark mark;
};

#define match_ports(m, word)	(&(m)->ports[(word) - MATCH_PORT])
#define match_prefixes(m, word)	(&(m)->prefixes[(word) - MATCH_TO])

struct device {
	char name[IFNAMSIZ];
	bool has_via4;
	bool has_via6;
	struct in_addr via4;
	struct in6_addr via6;
	unsigned int state;
	bool active;
	uint32_t ifindex;
	char master[IFNAMSIZ];
	uint64_t packets;
	uint64_t bytes;
};

/**
 * struct binding - where a service goes
 * @given: bits of SVCBIND_A_BINDING_* that a command names
 */
struct binding {
	unsigned int given;
	unsigned int mode;
	unsigned int select;
	unsigned int source;
	unsigned int n_devices;
	struct device devices[SVCBIND_MAX_DEVICES];
};

/**
 * struct service - a service
 * @name: its name
 * @preset: that its match came from, or ""
 * @priority: lower ones match first
 * @match: what it matches
 * @bound: whether it has a binding
 * @binding: the binding
 * @counters: by SVCBIND_A_COUNTERS_*
 * @line: of the file that it was read from, from 1
 * @column: of that line, from 1
 */
struct service {
	char name[SVCBIND_NAME_MAX + 1];
	char preset[SVCBIND_NAME_MAX + 1];
	uint32_t priority;
	struct match match;
	bool bound;
	struct binding binding;
	uint64_t counters[SVCBIND_A_COUNTERS_MAX + 1];
	unsigned int line;
	unsigned int column;
};

/**
 * struct policy - the switches of a network namespace
 * @given: bits of enum policy_word that a command names
 * @connect_unavailable: sockets should be bound when they connect, and can't be
 * @connect_counters: by SVCBIND_A_CONNECT_COUNTERS_*
 * @conntrack: connection tracking, where svcbind has it on
 * @confirm: seconds for which a change still waits to be confirmed, 0: none does
 */
struct policy {
	unsigned int given;
	unsigned int enforce;
	unsigned int connect;
	unsigned int icmp_reply;
	unsigned int arp;
	uint64_t icmp_counters[SVCBIND_A_ICMP_COUNTERS_MAX + 1];
	bool connect_unavailable;
	uint64_t connect_counters[SVCBIND_A_CONNECT_COUNTERS_MAX + 1];
	struct {
		bool on;
		uint32_t count;
		uint32_t max;
		uint64_t drop;
	} conntrack;
	uint32_t generation;
	uint32_t confirm;
};

/**
 * struct services - services in the order in which they match
 * @generation: of the ruleset that they were read from
 */
struct services {
	unsigned int n;
	unsigned int room;
	uint32_t generation;
	struct service *service;
};

/* Words of the enumerations, by value, each list ended by NULL. */
extern const char *const mode_words[], *const select_words[],
	*const source_words[], *const enforce_words[], *const connect_words[],
	*const icmp_reply_words[], *const arp_words[], *const state_words[];

const char *model_word(const char *const *words, unsigned int value);
void model_merge_match(struct match *match, const struct match *words);
bool model_match_is_open(const struct match *match);
unsigned int *model_switch(struct policy *policy, int word);
struct service *model_add_service(struct services *list);
struct service *model_find_service(struct services *list, const char *name);
int model_put_match(struct nl_msg *msg, const struct match *match);
int model_put_binding(struct nl_msg *msg, const struct binding *binding);
int model_put_policy(struct nl_msg *msg, const struct policy *policy);

int model_get_service(const char *name, struct services *list);
int model_get_services(struct services *list);
int model_get_policy(struct policy *policy);
int model_get_all(struct policy *policy, struct services *list);
int model_read_event(struct nlattr **attrs, struct event *event);
bool model_is_overridden(void);
bool model_is_enforced(const struct policy *policy);
void model_free_services(struct services *list);

#endif
