/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_MODULE_H
#define SVCBINDCTL_MODULE_H

int module_open(void);
int module_insert(const char *name);
int module_remove(const char *name);

#endif
