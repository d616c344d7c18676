/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_CLASSIFY_H
#define SVCBINDCTL_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

struct match;
struct prefix;
struct session;

/* In this order: of several words, the least counts. */
enum hit {
	HIT_NO,
	HIT_MAYBE,
	HIT_YES,
};

bool prefix_covers(const struct prefix *prefix, int family,
		   const uint8_t *addr);
enum hit match_hit(const struct match *match, const struct session *s);
bool match_accepts(const struct match *match, const struct session *s);
bool match_asks_same(const struct match *a, const struct match *b);

#endif
