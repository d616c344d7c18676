/* SPDX-License-Identifier: GPL-2.0 */
/* What egress_test.c tries: included by it alone. */
#ifndef _SVCBIND_EGRESS_CASES_H
#define _SVCBIND_EGRESS_CASES_H

#define DEVICES		3

/**
 * struct egress_case - a packet, a binding, and what is chosen
 * @desc: what it shows
 * @devs: the binding's devices
 * @to: the peer
 * @route: the device that the packet's present route leads through
 * @expect: the verdict
 * @dev: the device that is chosen
 * @gateway: by which gateway it is steered, or NULL
 * @via: the binding's gateway, for all of its devices, or NULL
 * @from: the packet's source; by default the present device's
 * @want_dev: the device that comes first, or NULL
 * @want_source: the address whose device comes first, or NULL
 * @only: no other will do
 * @opens: the packet opens a flow
 * @inside: the device that the packet has come through already, or NULL
 */
struct egress_case {
	const char *desc;
	const char *devs[DEVICES];
	const char *to;
	const char *route;
	enum svcbind_verdict expect;
	const char *dev;
	const char *gateway;
	const char *via;
	const char *from;
	const char *want_dev;
	const char *want_source;
	bool only;
	bool opens;
	const char *inside;
};

/* The devices, by what they are good for; kunit.sh makes them. */
#define FIRST		"kunit0"	/* the routing table's choice */
#define SECOND		"kunit1"	/* in the same subnet */
#define UNROUTED	"kunit2"	/* the same, noprefixroute */
#define DOWN		"kunit3"
#define BARE		"kunit4"	/* without an address */
#define ABSENT		"kunit5"

/* Peers: in the subnet, and beyond the gateway that FIRST has a route by. */
#define NEAR4		"10.99.0.100"
#define NEAR6		"fd99::100"
#define FAR4		"192.0.2.1"
#define FAR6		"2001:db8::1"
#define GATEWAY4	"10.99.0.1"
#define GATEWAY6	"fd99::1"
#define FIRST4		"10.99.0.11"
#define FIRST6		"fd99::11"
#define SECOND4		"10.99.0.12"
#define SECOND6		"fd99::12"
#define NOBODY4		"203.0.113.9"
#define NOBODY6		"2001:db8::9"

#define PASS		SVCBIND_PASS
#define STEER		SVCBIND_STEER
#define NO_DEVICE	SVCBIND_DROP_NO_DEVICE
#define NO_ROUTE	SVCBIND_DROP_NO_ROUTE
#define CONFLICT	SVCBIND_DROP_CONFLICT

/* All that holds for both families. */
#define CASES(v) \
	{ #v " right already", { FIRST }, NEAR##v, FIRST, PASS, FIRST }, \
	{ #v " right, by a gateway", { FIRST }, FAR##v, FIRST, PASS, FIRST }, \
	{ #v " the first of two", { FIRST, SECOND }, NEAR##v, FIRST, PASS, \
	  FIRST }, \
	{ #v " the order is the binding's", { SECOND, FIRST }, NEAR##v, FIRST, \
	  STEER, SECOND }, \
	{ #v " the second is right already", { FIRST, SECOND }, NEAR##v, SECOND, \
	  STEER, FIRST }, \
	{ #v " the only one", { SECOND }, NEAR##v, FIRST, STEER, SECOND }, \
	{ #v " a pending one", { ABSENT, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " one that is down", { DOWN, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " one without address", { BARE, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND }, \
	{ #v " none is usable", { ABSENT, DOWN, BARE }, NEAR##v, FIRST, \
	  NO_DEVICE }, \
	{ #v " no binding's device", { }, NEAR##v, FIRST, NO_DEVICE }, \
	/* where the routing table has no way through the device */ \
	{ #v " no way", { SECOND }, FAR##v, FIRST, NO_ROUTE }, \
	{ #v " no way, none usable", { SECOND, DOWN }, FAR##v, FIRST, NO_ROUTE }, \
	{ #v " none usable, no way", { ABSENT, SECOND }, FAR##v, FIRST, \
	  NO_ROUTE }, \
	{ #v " no way, then one", { SECOND, FIRST }, FAR##v, FIRST, PASS, \
	  FIRST }, \
	{ #v " via", { SECOND }, FAR##v, FIRST, STEER, SECOND, GATEWAY##v, \
	  .via = GATEWAY##v }, \
	{ #v " via isn't for the subnet", { SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .via = GATEWAY##v }, \
	{ #v " on-link without a route", { UNROUTED }, NEAR##v, FIRST, STEER, \
	  UNROUTED }, \
	{ #v " on-link before via", { UNROUTED }, NEAR##v, FIRST, STEER, \
	  UNROUTED, .via = GATEWAY##v }, \
	{ #v " via without a route", { UNROUTED }, FAR##v, FIRST, STEER, \
	  UNROUTED, GATEWAY##v, .via = GATEWAY##v }, \
	/* the device that the socket is bound to */ \
	{ #v " wants a device", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_dev = SECOND }, \
	{ #v " wants a device, only", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_dev = SECOND, .only = true }, \
	{ #v " wants another device", { FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .want_dev = SECOND }, \
	{ #v " wants another, only", { FIRST }, NEAR##v, FIRST, CONFLICT, \
	  .want_dev = SECOND, .only = true }, \
	{ #v " wants one that is down", { FIRST, DOWN }, NEAR##v, FIRST, PASS, \
	  FIRST, .want_dev = DOWN }, \
	{ #v " wants one that is down, only", { FIRST, DOWN }, NEAR##v, FIRST, \
	  NO_DEVICE, .want_dev = DOWN, .only = true }, \
	{ #v " wants one without a way, only", { FIRST, SECOND }, FAR##v, FIRST, \
	  NO_ROUTE, .want_dev = SECOND, .only = true }, \
	/* the device that has the flow's source */ \
	{ #v " wants a source", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_source = SECOND##v }, \
	{ #v " wants a source, only", { FIRST, SECOND }, NEAR##v, FIRST, STEER, \
	  SECOND, .want_source = SECOND##v, .only = true }, \
	{ #v " wants another's source", { FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .want_source = SECOND##v }, \
	{ #v " wants another's source, only", { FIRST }, NEAR##v, FIRST, \
	  CONFLICT, .want_source = SECOND##v, .only = true }, \
	{ #v " wants nobody's source, only", { FIRST, SECOND }, NEAR##v, FIRST, \
	  CONFLICT, .want_source = NOBODY##v, .only = true }, \
	{ #v " wants nobody's source", { FIRST, SECOND }, NEAR##v, FIRST, PASS, \
	  FIRST, .want_source = NOBODY##v }, \
	{ #v " a device before a source", { FIRST, SECOND }, NEAR##v, FIRST, \
	  PASS, FIRST, .want_dev = FIRST, .want_source = SECOND##v }, \
	/* the source that it will have */ \
	{ #v " opens with its source", { SECOND }, NEAR##v, SECOND, PASS, \
	  SECOND, .from = SECOND##v, .opens = true }, \
	{ #v " opens with another's", { SECOND }, NEAR##v, SECOND, STEER, \
	  SECOND, .from = FIRST##v, .opens = true }, \
	{ #v " open with another's", { SECOND }, NEAR##v, SECOND, PASS, SECOND, \
	  .from = FIRST##v }, \
	/* what a tunnel has wrapped doesn't go through it again */ \
	{ #v " inside a tunnel", { SECOND, FIRST }, NEAR##v, FIRST, PASS, FIRST, \
	  .inside = SECOND }, \
	{ #v " inside the only one", { SECOND }, NEAR##v, FIRST, NO_DEVICE, \
	  .inside = SECOND }, \
	{ #v " inside, but routed there", { SECOND }, NEAR##v, SECOND, PASS, \
	  SECOND, .inside = SECOND }, \
	{ #v " inside, routed there, opens", { SECOND }, NEAR##v, SECOND, STEER, \
	  SECOND, .from = FIRST##v, .opens = true, .inside = SECOND }

static const struct egress_case egress_cases[] = {
	CASES(4),
	CASES(6),
	/* The kernel takes the peer for on-link where a device is given. */
	{ "4 assumed on link", { SECOND }, FAR4, SECOND, NO_ROUTE },
	{ "4 assumed on link, via", { SECOND }, FAR4, SECOND, STEER, SECOND,
	  GATEWAY4, .via = GATEWAY4 },
	{ "4 assumed on link, is", { UNROUTED }, NEAR4, UNROUTED, PASS,
	  UNROUTED },
	/* A link-local peer is another host on another link. */
	{ "6 link-local", { FIRST }, "fe80::100", FIRST, PASS, FIRST },
	{ "6 link-local elsewhere", { SECOND }, "fe80::100", FIRST, CONFLICT },
	{ "6 link-local, second", { SECOND, FIRST }, "fe80::100", FIRST, PASS,
	  FIRST },
};

#endif /* _SVCBIND_EGRESS_CASES_H */
