/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_HELP_H
#define SVCBINDCTL_HELP_H

#include <stdbool.h>

struct ctl_command;

bool help_asked(const char *arg, bool verb);
int help_show(const struct ctl_command *verbs, const char *path,
	      const struct ctl_command *verb, int argc, char **argv);
int help_missing(const struct ctl_command *verbs, const char *path);
int help_version(void);

#endif
