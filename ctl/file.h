/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_FILE_H
#define SVCBINDCTL_FILE_H

#include <stddef.h>

int file_read(const char *path, char **text, size_t *size);
int file_write(const char *path, const char *text, size_t size);

#endif
