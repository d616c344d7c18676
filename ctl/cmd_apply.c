// SPDX-License-Identifier: GPL-2.0
/* svcbindctl apply */
#include "change.h"
#include "config.h"
#include "ctl.h"
#include "parse.h"
#include "words.h"

static int run(int argc, char **argv)
{
	const char *values[APPLY_WORDS] = { [APPLY_FILE] = NULL };
	struct change change = { .kind = CHANGE_REPLACE };
	struct config config;
	int status;

	status = parse_verb_options(argc, argv, apply_words, values);
	if (!status)
		status = config_path(&values[APPLY_FILE]);
	if (status)
		return status;
	status = config_load(&config, "apply", values[APPLY_FILE]);
	change.config = &config;
	change.dry_run = values[APPLY_DRY_RUN];
	if (!status)
		status = change_commit(&change);
	config_free(&config);
	return status;
}

const struct ctl_command cmd_apply = {
	.name = "apply",
	.changes = true,
	.args = "",
	.words = apply_words,
	.notes = "FILE is " CONFIG_FILE " by default; with -n it must be named",
	.help = "makes all be as a file has it: what it doesn't name gets its default",
	.examples = "apply\n"
		    "apply --file svcbind.yaml --dry-run",
	.run = run,
};
