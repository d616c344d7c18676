/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_FUZZ_KERNEL_H
#define SVCBIND_FUZZ_KERNEL_H

#include <stddef.h>
#include <stdint.h>

void kernel_says(const uint8_t *data, size_t size);
/* The compiler is told the names by which libFuzzer and svcbindctl call them. */
int ctl_main(int argc, char **argv);
int fuzz_one(const uint8_t *data, size_t size);

#endif
