/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_PARSE_H
#define SVCBINDCTL_PARSE_H

#include <stdint.h>

#include "model.h"

struct ctl_command;
struct ctl_keyword;

int parse_word(const char *what, const char *arg, const char *const *words);
int parse_keyword(const char *arg, const struct ctl_keyword *words);
int parse_choice(const char *what, const char *arg, const char *const *words,
		 unsigned int *value);
int parse_exactly(const char *what, const char *arg, const char *const *words,
		  unsigned int *value);
int parse_verb_options(int argc, char **argv,
		       const struct ctl_keyword *words, const char **values);
const struct ctl_command *parse_verb(const char *what, const char *arg,
				     const struct ctl_command *verbs);
int parse_end(int argc, char **argv);
int parse_name(const char *arg);
int parse_device(const char *arg, char *name);
int parse_number(const char *what, const char *arg, uint32_t *value);
int parse_match_more(struct match *match, int word, const char *arg);
int parse_match_word(struct match *match, int word, const char *arg);

/* parse_list.c */
extern const char *const proto_words[];

int parse_protos(struct match *match, const char *arg);
int parse_ports(const char *word, const char *arg, struct ranges *ranges);
int parse_prefixes(const char *word, const char *arg, struct prefixes *list);

int parse_uids(const char *arg, struct uids *uids);

const char *proto_name(uint8_t proto, char *buf, size_t size);
const char *range_text(const struct range *range, char *buf, size_t size);
const char *uid_text(const struct uid_range *range, char *buf, size_t size);
const char *prefix_text(const struct prefix *prefix, char *buf, size_t size);

/* parse_device.c */
int parse_via(struct device *dev, const char *arg);
int parse_bound(struct binding *binding, const struct device *dev);

/* parse_owner.c */
int parse_cgroup(const char *arg, char *path);
int parse_mark(const char *arg, struct mark *mark);
const char *mark_text(const struct mark *mark, char *buf, size_t size);

#endif
