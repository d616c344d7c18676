/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_LEAVE_H
#define SVCBINDCTL_LEAVE_H

#include <stdbool.h>

int leave_listen(void);
bool leave_told(void);

#endif
