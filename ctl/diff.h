/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_DIFF_H
#define SVCBINDCTL_DIFF_H

#include <stddef.h>

/**
 * struct diff_side - one of two texts
 * @label: what it is
 * @text: the text
 * @size: of @text
 */
struct diff_side {
	const char *label;
	char *text;
	size_t size;
};

int diff_run(const struct diff_side *old, const struct diff_side *new,
	     char **out);

#endif
