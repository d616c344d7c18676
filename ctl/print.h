/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_PRINT_H
#define SVCBINDCTL_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * One call prints a thing in either form.  @key is its JSON name (NULL within
 * a list); @fmt is its text form, with one conversion for the value, or NULL
 * where the text leaves it out.
 */
void print_begin(void);
int print_end(void);
void print_object(const char *key);
void print_object_end(void);
void print_list(const char *key);
void print_list_end(void);
void print_str(const char *key, const char *fmt, const char *value);
void print_num(const char *key, const char *fmt, uint64_t value);
void print_bool(const char *key, const char *yes, const char *no, bool value);
const char *print_spelling(const char *word, char *buf, size_t size);
void print_null(const char *key);
void print_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void print_json_string(FILE *f, const char *s);

#endif
