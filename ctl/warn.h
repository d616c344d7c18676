/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_WARN_H
#define SVCBINDCTL_WARN_H

void warn_of_binding(const char *name);

#endif
