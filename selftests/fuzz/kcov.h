/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_FUZZ_KCOV_H
#define SVCBIND_FUZZ_KCOV_H

#include <stdbool.h>
#include <stddef.h>

bool kcov_open(void);
void kcov_begin(void);
bool kcov_end(void);
size_t kcov_points(void);
size_t kcov_edges(void);

#endif
