/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_COLOR_H
#define SVCBINDCTL_COLOR_H

#include <stdint.h>

enum print_color {
	PRINT_PLAIN,
	PRINT_GOOD,
	PRINT_WARNING,
	PRINT_BAD,
	PRINT_NOTABLE,
};

int color_choose(const char *when);
void print_color_str(enum print_color color, const char *key, const char *fmt,
		     const char *value);
void print_color_num(enum print_color color, const char *key, const char *fmt,
		     uint64_t value);
void print_color_text(enum print_color color, const char *text);

#endif
