/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_TRANSACTION_H
#define SVCBINDCTL_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

struct config;

int transaction_run(const struct config *config, uint32_t generation,
		    bool dry_run);

#endif
