/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_UNIT_H
#define SVCBIND_UNIT_H

/* cmocka.h takes these for granted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ctl.h"

struct nl_msg;

/*
 * What is printed between these two goes into unit_out and unit_err, which are
 * good until the next capture.  No assertion may stand between them: it would
 * be printed there, and leave the streams as they are.
 */
extern const char *unit_out, *unit_err;
void unit_capture(void);
void unit_release(void);

/*
 * nl.c isn't linked: a reply is what the test says.  It is given to the next
 * ctl_nl_run() that has none yet; the messages stay the test's.
 */
struct nl_msg *unit_message(void);
void unit_reply(int err, unsigned int n, struct nl_msg **msg);
unsigned int unit_replies_left(void);

/* The last request that was sent, good until the next one; NULL: none was. */
extern struct nl_msg *unit_request;

/*
 * What was posted since the test began, and which of it the kernel is said to
 * have refused: -1, unless the test says so.
 */
#define UNIT_POSTS	8
extern struct nl_msg *unit_posts[UNIT_POSTS];
extern unsigned int unit_n_posts;
extern int unit_refused;

/* Whether -n is said to have led to another namespace; not, unless the test says so. */
extern bool unit_elsewhere;

int unit_setup(void **state);
int unit_teardown(void **state);

#define unit_case(fn) \
	cmocka_unit_test_setup_teardown(fn, unit_setup, unit_teardown)

#endif
