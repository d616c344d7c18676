// SPDX-License-Identifier: GPL-2.0
/* Colour in the text; JSON has none. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"
#include "ctl.h"
#include "parse.h"
#include "print.h"

enum {
	COLOR_ALWAYS,
	COLOR_AUTO,
	COLOR_NEVER,
};

static const char *const color_words[] = { "always", "auto", "never", NULL };

/* A terminal that knows colours, whose owner wants them: see no-color.org. */
static bool is_welcome(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       term && strcmp(term, "dumb");
}

/**
 * color_choose() - decide whether to use colour
 * @when: value of --color, which wins over NO_COLOR unless it is auto
 *
 * Return: an enum ctl_status.
 */
int color_choose(const char *when)
{
	unsigned int choice;
	int status;

	status = parse_choice("--color", when, color_words, &choice);
	if (!status)
		ctl_options.color = choice == COLOR_ALWAYS ||
				    (choice == COLOR_AUTO && is_welcome());
	return status;
}

/* Outside of what put_text() cleans: no text from outside may have these. */
static void set_color(enum print_color color)
{
	static const char *const codes[] = {
		[PRINT_PLAIN] = "0",
		[PRINT_GOOD] = "32",	/* green */
		[PRINT_WARNING] = "33",	/* yellow */
		[PRINT_BAD] = "31",	/* red */
		[PRINT_NOTABLE] = "36",	/* cyan */
	};

	if (ctl_options.color && !ctl_options.json)
		printf("\033[%sm", codes[color]);
}

/**
 * print_color_str() - print_str(), coloured in the text
 * @color: the colour
 * @key: JSON key, NULL within a list
 * @fmt: text form with a %s
 * @value: the string
 */
void print_color_str(enum print_color color, const char *key, const char *fmt,
		     const char *value)
{
	if (color)
		set_color(color);
	print_str(key, fmt, value);
	if (color)
		set_color(PRINT_PLAIN);
}

/**
 * print_color_num() - print_num(), coloured in the text
 * @color: the colour
 * @key: JSON key, NULL within a list
 * @fmt: text form with a %s
 * @value: the number
 */
void print_color_num(enum print_color color, const char *key, const char *fmt,
		     uint64_t value)
{
	if (color)
		set_color(color);
	print_num(key, fmt, value);
	if (color)
		set_color(PRINT_PLAIN);
}

/**
 * print_color_text() - print what only people need, in a colour
 * @color: the colour
 * @text: the text
 */
void print_color_text(enum print_color color, const char *text)
{
	if (ctl_options.json)
		return;
	set_color(color);
	print_text("%s", text);
	set_color(PRINT_PLAIN);
}
