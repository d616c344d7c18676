/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_FUZZ_MUTATE_H
#define SVCBIND_FUZZ_MUTATE_H

#include "message.h"

#define PROGRAM_ITEMS	1024
#define PROGRAM_MESSAGES 8

/* Messages, one after another. */
struct draft {
	struct item item[PROGRAM_ITEMS];
	size_t n;
};

void mutate_init(uint64_t seed, const struct op *ops, unsigned int n);
uint32_t mutate_below(uint32_t n);
void mutate_generate(struct draft *draft);
void mutate(struct draft *draft, const struct items *other);

#endif
