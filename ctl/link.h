/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_LINK_H
#define SVCBINDCTL_LINK_H

#include <stdbool.h>

bool link_is_port(const char *dev);

#endif
