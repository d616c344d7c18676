// SPDX-License-Identifier: GPL-2.0
/* What a kernel may answer: the first byte chooses the question. */
#include <string.h>

#include "ctl.h"
#include "kernel.h"

#define WORDS	8

static const char *const questions[][WORDS] = {
	{ "-s", "show" },
	{ "-j", "-s", "show" },
	{ "-p", "show", "a" },
	{ "policy", "show" },
	{ "service", "show" },
	{ "bind", "a", "dev", "d0" },
	{ "bind", "a", "mode", "audit" },
	{ "unbind", "a" },
	{ "service", "set", "a", "priority", "1" },
	{ "-f", "service", "del", "a" },
	{ "policy", "set", "enforce", "on" },
	{ "show", "dev", "d0" },
	{ "-s", "monitor" },
	{ "-j", "monitor", "-t" },
	{ "save" },
	{ "diff" },
	{ "apply" },
	{ "explain", "icmp", "fd00::1", "in", "lo" },
	{ "-j", "explain", "tcp", "10.0.0.1:1" },
};

int fuzz_one(const uint8_t *data, size_t size)
{
	size_t n = sizeof(questions) / sizeof(*questions);
	const char *const *question;
	char *argv[WORDS + 2] = { "svcbindctl" };
	int argc = 1;

	if (!size)
		return 0;
	question = questions[*data % n];
	for (; argc <= WORDS && question[argc - 1]; argc++)
		argv[argc] = (char *)question[argc - 1];
	memset(&ctl_options, 0, sizeof(ctl_options));
	kernel_says(data + 1, size - 1);
	ctl_main(argc, argv);
	return 0;
}
