// SPDX-License-Identifier: GPL-2.0
/* svcbindctl save */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "ctl.h"
#include "file.h"
#include "nl.h"
#include "parse.h"
#include "words.h"

static const char header[] =
	"# By svcbindctl save, for svcbindctl apply: see svcbind.yaml(5).\n";

/* A file lasts: what is still to come undone by itself isn't to be in it. */
static int judge(const struct config *config)
{
	if (!config->policy.confirm || ctl_options.force)
		return CTL_OK;
	return ctl_fail(CTL_REFUSED,
			"a change waits to be confirmed: confirm it or roll it back (-f to save it all the same)");
}

/* Names that come from other tools may be none that apply takes. */
static int check(const char *text, size_t size)
{
	struct config again;
	int status;

	status = config_read(&again, "save", "what it would write", text, size);
	config_free(&again);
	return status;
}

static int write_file(const char *path, const char *text, size_t size)
{
	size_t skip = strlen(header);
	char *whole = malloc(skip + size);
	int status;

	if (!whole)
		return ctl_fail(CTL_REFUSED, "out of memory");
	memcpy(whole, header, skip);
	memcpy(whole + skip, text, size);
	status = file_write(path, whole, skip + size);
	free(whole);
	return status;
}

static int save(const char *path)
{
	struct config config;
	char *text = NULL;
	size_t size;
	int status;

	status = config_get(&config);
	if (!status)
		status = judge(&config);
	if (!status)
		status = config_text(&config, &text, &size);
	if (!status)
		status = check(text, size);
	if (!status)
		status = write_file(path, text, size);
	free(text);
	config_free(&config);
	return status;
}

static int run(int argc, char **argv)
{
	const char *path = NULL;
	bool named;
	int status;

	status = parse_verb_options(argc, argv, save_words, &path);
	named = path;
	if (!status)
		status = config_path(&path);
	if (!status)
		status = ctl_nl_open();
	if (status)
		return status;
	/* that it is missing is told when the file can't be made */
	if (!named)
		mkdir(CONFIG_DIRECTORY, 0755);
	return save(path);
}

const struct ctl_command cmd_save = {
	.name = "save",
	.args = "",
	.words = save_words,
	.notes = "FILE is " CONFIG_FILE " by default; with -n it must be named",
	.help = "writes all that is configured to a file, for apply",
	.examples = "save\n"
		    "save --file -",
	.run = run,
};
