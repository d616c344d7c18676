// SPDX-License-Identifier: GPL-2.0
/* svcbindctl preset show */
#include "ctl.h"
#include "model.h"
#include "parse.h"
#include "preset.h"
#include "print.h"
#include "show.h"

static int run_show(int argc, char **argv)
{
	const struct preset *preset;
	struct match match;
	int status;

	status = parse_end(argc, argv);
	if (status)
		return status;
	print_begin();
	print_list("presets");
	for (preset = presets; preset->name; preset++) {
		status = preset_expand(preset, &match);
		if (status)
			return status;
		print_object(NULL);
		print_str("name", "%s\n    match", preset->name);
		show_match(&match);
		print_str("description", "\n    %s\n", preset->description);
		print_str("source", "    ports: %s\n", preset->source);
		print_object_end();
	}
	print_list_end();
	return print_end();
}

static const struct ctl_command verbs[] = {
	{
		.name = "show",
		.args = "",
		.help = "shows the built-in matches and where their ports come from",
		.examples = "preset show",
		.run = run_show,
	},
	{ }
};

const struct ctl_command cmd_preset = {
	.name = "preset",
	.args = "",
	.help = "built-in matches",
	.sub = verbs,
};
