// SPDX-License-Identifier: GPL-2.0
/* The command line, a word a line; a kernel without services. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "kernel.h"

#define WORDS	100

int fuzz_one(const uint8_t *data, size_t size)
{
	char *argv[WORDS + 2] = { "svcbindctl" }, *words[WORDS + 2], *text, *at;
	int i, argc = 1;

	text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (at = text; at && argc <= WORDS; ) {
		/* Each in memory of its own, with nothing behind it. */
		words[argc] = strdup(strsep(&at, "\n"));
		argv[argc] = words[argc];
		argc++;
	}
	memset(&ctl_options, 0, sizeof(ctl_options));
	kernel_says(NULL, 0);
	ctl_main(argc, argv);
	/* It may move them about. */
	for (i = 1; i < argc; i++)
		free(words[i]);
	free(text);
	return 0;
}
