/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_WARN_H
#define SVCBINDCTL_WARN_H

#include <stdbool.h>

void warn_of_binding(const char *name, bool closing);

#endif
