// SPDX-License-Identifier: GPL-2.0
/*
 * Messages nobody sent before: made after the specification, or from others by
 * one change.  The same seed makes the same messages.
 */
#include <string.h>

#include "mutate.h"

#define DEPTH_MAX	12

static const struct op *ops;
static unsigned int n_ops;
static uint64_t state;

void mutate_init(uint64_t seed, const struct op *family, unsigned int n)
{
	state = seed;
	ops = family;
	n_ops = n;
}

static uint64_t random64(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint32_t mutate_below(uint32_t n)
{
	return n ? random64() % n : 0;
}

static bool one_in(uint32_t n)
{
	return !mutate_below(n);
}

static struct item *push(struct draft *draft, uint8_t depth, uint16_t type)
{
	struct item *item;

	if (draft->n == PROGRAM_ITEMS)
		return NULL;
	item = &draft->item[draft->n++];
	memset(item, 0, sizeof(*item));
	item->depth = depth;
	item->type = type;
	return item;
}

static void set_number(struct item *item, const struct attr *attr,
		       unsigned int size)
{
	uint64_t value;

	switch (mutate_below(5)) {
	case 0:
		value = mutate_below(4);
		break;
	case 1:
		value = attr->top ? attr->top + mutate_below(2) : ~0ull;
		break;
	case 2:
		value = mutate_below(200);
		break;
	case 3:
		value = mutate_below(attr->top + 1);
		break;
	default:
		value = random64() >> mutate_below(64);
	}
	memcpy(item->data, &value, size);
	item->len = size;
}

/* Few names, so that messages speak of the same things. */
static void set_string(struct item *item, const struct attr *attr)
{
	static const char * const services[] = {
		"a", "b", "nfs", "dup", "p", "0123456789abcdef0123456789ABCDEF",
		"0123456789abcdef0123456789ABCDEF-", "-a", "", "a b", "\xff",
	}, * const devices[] = {
		"d0", "d1", "d2", "lo", "d0123456789abcd", "d0123456789abcde",
		"", ".", "d/0", "d:0", "d%d",
	};
	const char *value;

	if (attr->len && attr->len < 16)
		value = devices[mutate_below(one_in(4) ? 11 : 3)];
	else
		value = services[mutate_below(one_in(4) ? 11 : 4)];
	item->len = strlen(value) + !one_in(20);
	memcpy(item->data, value, strlen(value) + 1);
}

static void set_binary(struct item *item, const struct attr *attr)
{
	static const uint8_t len[] = { 4, 16, 0, 1, 3, 64, 65, ITEM_DATA };
	static const uint8_t fill[] = { 0, 0xff, 6, 1 };

	item->len = attr->len;
	if (!attr->len || one_in(16))
		item->len = len[mutate_below(one_in(4) ? 8 : 2)];
	memset(item->data, fill[mutate_below(4)], item->len);
	if (item->len && !one_in(3))
		item->data[0] = one_in(2) ? 10 : random64();
	if (item->len && one_in(4))
		item->data[item->len - 1] = random64();
}

static void set_value(struct item *item, const struct attr *attr)
{
	switch (attr->kind) {
	case KIND_U8:
		return set_number(item, attr, 1);
	case KIND_U16:
		return set_number(item, attr, 2);
	case KIND_U32:
		return set_number(item, attr, 4);
	case KIND_U64:
		return set_number(item, attr, 8);
	case KIND_STRING:
		return set_string(item, attr);
	case KIND_BINARY:
		return set_binary(item, attr);
	case KIND_FLAG:
		item->len = one_in(32);
		return;
	case KIND_NEST:
		item->len = 0;
		return;
	}
}

static void generate_set(struct draft *draft, const struct set *set,
			 uint32_t mask, uint8_t depth);

static void generate_attr(struct draft *draft, const struct attr *attr,
			  uint8_t depth)
{
	struct item *item;

	item = push(draft, depth, attr->number |
		    (attr->kind == KIND_NEST && !one_in(64) ? NLA_F_NESTED : 0));
	if (!item)
		return;
	set_value(item, attr);
	if (attr->kind == KIND_NEST && depth < DEPTH_MAX)
		generate_set(draft, attr->nested, ~0u, depth + 1);
}

static uint32_t copies(const struct attr *attr)
{
	static const uint8_t limits[] = { 0, 16, 17, 64, 65 };

	if (!attr->multi)
		return 1;
	return one_in(16) ? limits[mutate_below(5)] : 1 + mutate_below(3);
}

static void generate_set(struct draft *draft, const struct set *set,
			 uint32_t mask, uint8_t depth)
{
	unsigned int i;
	uint32_t n;

	for (i = 0; i < set->n; i++) {
		if (!(mask >> set->attr[i].number & 1 ? !one_in(3) :
							one_in(40)))
			continue;
		for (n = copies(&set->attr[i]); n; n--)
			generate_attr(draft, &set->attr[i], depth);
	}
}

static void generate_message(struct draft *draft)
{
	const struct op *op = &ops[mutate_below(n_ops)];
	struct item *item = push(draft, 0, op->cmd);

	if (!item)
		return;
	if (op->dump && one_in(2))
		item->flags = NLM_F_DUMP;
	generate_set(draft, op->set, op->mask, 1);
}

/**
 * mutate_generate() - make messages after the specification
 * @draft: takes them
 */
void mutate_generate(struct draft *draft)
{
	uint32_t n = 1 + mutate_below(PROGRAM_MESSAGES - 1);

	draft->n = 0;
	while (n--)
		generate_message(draft);
}

/* An item, and all that is in it. */
static size_t tree_end(const struct item *item, size_t n, size_t at)
{
	size_t end = at + 1;

	while (end < n && item[end].depth > item[at].depth)
		end++;
	return end;
}

/* What the specification says of an item's place: the set it is of. */
static const struct set *set_of(const struct draft *draft, size_t at)
{
	const struct item *item = draft->item;
	const struct set *set;
	size_t parent = at;
	unsigned int i;

	while (parent && item[parent].depth >= item[at].depth)
		parent--;
	if (item[parent].depth >= item[at].depth)
		return NULL;
	if (!item[parent].depth) {
		for (i = 0; i < n_ops; i++)
			if (ops[i].cmd == item[parent].type)
				return ops[i].set;
		return NULL;
	}
	set = set_of(draft, parent);
	for (i = 0; set && i < set->n; i++)
		if (set->attr[i].number == (item[parent].type & NLA_TYPE_MASK))
			return set->attr[i].nested;
	return NULL;
}

static void revalue(struct draft *draft, size_t at)
{
	const struct set *set = set_of(draft, at);
	unsigned int i;

	for (i = 0; set && i < set->n; i++)
		if (set->attr[i].number == (draft->item[at].type & NLA_TYPE_MASK))
			set_value(&draft->item[at], &set->attr[i]);
}

static void insert(struct draft *draft, size_t at, const struct item *item,
		   size_t n, int deeper)
{
	size_t i;

	if (draft->n + n > PROGRAM_ITEMS)
		return;
	memmove(&draft->item[at + n], &draft->item[at],
		(draft->n - at) * sizeof(*item));
	memcpy(&draft->item[at], item, n * sizeof(*item));
	draft->n += n;
	for (i = at; deeper && i < at + n; i++)
		draft->item[i].depth += deeper;
}

static void cut(struct draft *draft, size_t at)
{
	size_t end = tree_end(draft->item, draft->n, at);

	memmove(&draft->item[at], &draft->item[end],
		(draft->n - end) * sizeof(*draft->item));
	draft->n -= end - at;
}

static void duplicate(struct draft *draft, size_t at)
{
	static struct item copy[PROGRAM_ITEMS];
	size_t end = tree_end(draft->item, draft->n, at), n = one_in(8) ? 70 : 1;

	memcpy(copy, &draft->item[at], (end - at) * sizeof(*copy));
	while (n--)
		insert(draft, end, copy, end - at, 0);
}

/* Something new in front of an item, of the set that it is of. */
static void grow(struct draft *draft, size_t at)
{
	const struct set *set = set_of(draft, at);
	static struct draft more;

	more.n = 0;
	if (!draft->item[at].depth)
		generate_message(&more);
	else if (set)
		generate_attr(&more, &set->attr[mutate_below(set->n)],
			      draft->item[at].depth);
	insert(draft, at, more.item, more.n, 0);
}

static void corrupt(struct draft *draft, size_t at)
{
	struct item *item = &draft->item[at];

	switch (mutate_below(6)) {
	case 0:
		item->skew = (int)mutate_below(17) - 8;
		break;
	case 1:
		item->skew = random64();
		break;
	case 2:
		item->type = item->depth ? random64() : mutate_below(16);
		break;
	case 3:
		item->type ^= 1u << (one_in(2) ? 15 : mutate_below(4));
		break;
	case 4:
		item->flags ^= 1u << mutate_below(12);
		break;
	case 5:
		if (item->depth > 1)
			item->depth += one_in(2) && item->depth < DEPTH_MAX ?
				       1 : -1;
	}
}

static void scramble(struct draft *draft, size_t at)
{
	struct item *item = &draft->item[at];

	if (!item->depth)
		return;
	if (one_in(4))
		item->len = mutate_below(one_in(4) ? ITEM_DATA : 20);
	if (item->len)
		item->data[mutate_below(item->len)] ^= 1u << mutate_below(8);
}

/* A part of another program, where its kind of thing could stand. */
static void splice(struct draft *draft, size_t at, const struct items *other)
{
	size_t from, end;

	if (!other->n)
		return;
	from = mutate_below(other->n);
	end = tree_end(other->item, other->n, from);
	if (!other->item[from].depth)
		while (at < draft->n && draft->item[at].depth)
			at++;
	else if (!draft->item[at].depth)
		at++;
	insert(draft, at, &other->item[from], end - from,
	       at < draft->n && other->item[from].depth ?
	       draft->item[at].depth - other->item[from].depth : 0);
}

/**
 * mutate() - change something
 * @draft: the program that is changed; never left empty
 * @other: another one, to take parts of
 */
void mutate(struct draft *draft, const struct items *other)
{
	size_t at = mutate_below(draft->n);

	switch (mutate_below(10)) {
	case 0:
	case 1:
	case 2:
		revalue(draft, at);
		break;
	case 3:
		duplicate(draft, at);
		break;
	case 4:
		cut(draft, at);
		break;
	case 5:
		grow(draft, at);
		break;
	case 6:
		corrupt(draft, at);
		break;
	case 7:
		scramble(draft, at);
		break;
	default:
		splice(draft, at, other);
	}
	if (!draft->n)
		mutate_generate(draft);
	/* What stands first is a header, whatever was cut or moved. */
	draft->item[0].depth = 0;
}
