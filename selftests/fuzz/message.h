/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_FUZZ_MESSAGE_H
#define SVCBIND_FUZZ_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#define ITEM_DATA	96

/* Of a numbered attribute tree, as family.py prints it from the specification. */
enum kind {
	KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_STRING, KIND_BINARY,
	KIND_FLAG, KIND_NEST,
};

struct set;

/**
 * struct attr - an attribute of the specification
 * @name: its name there
 * @number: its type on the wire
 * @kind: what it holds
 * @multi: may be repeated
 * @len: longest string, or exact length of binary; 0: any
 * @top: greatest value; 0: any
 * @nested: what is in it
 */
struct attr {
	const char *name;
	uint16_t number;
	enum kind kind;
	bool multi;
	uint32_t len;
	uint32_t top;
	const struct set *nested;
};

struct set {
	const struct attr *attr;
	unsigned int n;
};

/**
 * struct op - an operation of the specification
 * @cmd: its number
 * @dump: it can be a dump
 * @mask: which attributes it takes, by number
 * @set: what these are numbers of
 */
struct op {
	uint8_t cmd;
	bool dump;
	uint32_t mask;
	const struct set *set;
};

/**
 * struct item - a message's header, or an attribute; a tree is a list of them
 * @depth: 0: header; 1: attribute of the message; n: of the last one of n - 1
 * @len: bytes of @data
 * @type: command, or type with NLA_F_NESTED
 * @flags: NLM_F_*, of a header
 * @skew: added to the length that is said
 * @data: of an attribute that isn't nested
 */
struct item {
	uint8_t depth;
	uint8_t len;
	uint16_t type;
	uint16_t flags;
	int16_t skew;
	uint8_t data[ITEM_DATA];
};

struct items {
	const struct item *item;
	size_t n;
};

/* Of seeds, only "run" is set. */
struct program {
	const char *name;
	struct items before;
	struct items run;
};

/**
 * struct answer - what came back
 * @err: 0 or a negative errno: of the kernel, or of a system call
 * @complete: the kernel said so, and there is nothing more to come
 * @hash: of all that a reply told, but for generations; where asked for
 * @generation: the last that was told
 */
struct answer {
	int err;
	bool complete;
	uint64_t hash;
	uint32_t generation;
};

int family_open(void);
size_t message_items(const struct item *item, size_t n);
size_t message_write(const struct item *item, size_t n, void *buffer,
		     size_t size);
void message_run(const struct item *item, size_t n, struct answer *answer);
void message_send(const void *buffer, size_t len, struct answer *answer);
int family_state(struct answer *answer);

#endif
