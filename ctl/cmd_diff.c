// SPDX-License-Identifier: GPL-2.0
/* svcbindctl diff */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "color.h"
#include "config.h"
#include "ctl.h"
#include "diff.h"
#include "nl.h"
#include "parse.h"
#include "print.h"
#include "words.h"

static void show_line(const char *line)
{
	enum print_color color = *line == '-' ? PRINT_BAD :
				 *line == '+' ? PRINT_GOOD :
				 *line == '@' ? PRINT_NOTABLE : PRINT_PLAIN;

	print_color_text(color, line);
	print_text("\n");
}

static int show(bool differs, char *text)
{
	char *line;

	print_begin();
	print_bool("differs", "", "", differs);
	print_str("diff", NULL, text ? text : "");
	while (!ctl_options.json && text && *text) {
		line = strsep(&text, "\n");
		show_line(line);
	}
	return print_end();
}

static int compare(const struct config *running, const struct config *file)
{
	struct diff_side old = { .label = "running" };
	struct diff_side new = { .label = file->file };
	char *out = NULL;
	int status, shown;

	status = config_text(running, &old.text, &old.size);
	if (!status)
		status = config_text(file, &new.text, &new.size);
	if (!status)
		status = diff_run(&old, &new, &out);
	if (status == CTL_OK || status == CTL_DIFFERS) {
		shown = show(status == CTL_DIFFERS, out);
		status = shown ? shown : status;
	}
	free(out);
	free(old.text);
	free(new.text);
	return status;
}

static int run(int argc, char **argv)
{
	struct config running = { }, file;
	const char *path = NULL;
	int status;

	status = parse_verb_options(argc, argv, diff_words, &path);
	if (!status)
		status = config_path(&path);
	if (status)
		return status;
	status = config_load(&file, "diff", path);
	if (!status)
		status = ctl_nl_open();
	if (!status)
		status = config_get(&running);
	if (!status)
		status = compare(&running, &file);
	config_free(&running);
	config_free(&file);
	return status;
}

const struct ctl_command cmd_diff = {
	.name = "diff",
	.args = "",
	.words = diff_words,
	.notes = "FILE is " CONFIG_FILE " by default; with -n it must be named",
	.help = "shows what apply would change; exit status 4 if there is any",
	.examples = "diff\n"
		    "-j diff --file svcbind.yaml",
	.run = run,
};
