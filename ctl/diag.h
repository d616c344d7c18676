/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_DIAG_H
#define SVCBINDCTL_DIAG_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct sessions;

/* Address of a session; one of IPv4 in an IPv6 socket becomes plain IPv4. */
bool diag_is_mapped(const uint8_t *addr);
int diag_established(struct sessions *list, bool idle);
int diag_listening(bool *listening);
int diag_destroy(const struct session *session);

#endif
