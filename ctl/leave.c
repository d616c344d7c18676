// SPDX-License-Identifier: GPL-2.0
/* What runs until it is told to end, and prints meanwhile. */
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "ctl.h"
#include "leave.h"

/* What is being printed when it is told to end has so long. */
#define GRACE_SECONDS	1

static atomic_int told;

static void on_leave(int signal)
{
	(void)signal;
	_exit(CTL_OK);
}

/* A write that nobody reads goes on for ever: the alarm ends that. */
static void on_end(int signal)
{
	(void)signal;
	if (!told)
		alarm(GRACE_SECONDS);
	told = 1;
}

/**
 * leave_listen() - take SIGINT and SIGTERM for the end, and no readers, too
 *
 * Whoever started us may have them ignored or blocked, as a shell does with
 * SIGINT of its background.  A reader that has enough is no error.
 *
 * Return: 0, or -1 with errno.
 */
int leave_listen(void)
{
	static const struct {
		int signal;
		void (*handler)(int signal);
	} caught[] = {
		{ SIGINT, on_end },
		{ SIGTERM, on_end },
		{ SIGALRM, on_leave },
		{ SIGPIPE, on_leave },
	};
	struct sigaction action = { .sa_flags = SA_RESTART };
	sigset_t signals;
	unsigned int i;

	sigemptyset(&signals);
	for (i = 0; i < sizeof(caught) / sizeof(*caught); i++) {
		action.sa_handler = caught[i].handler;
		if (sigaction(caught[i].signal, &action, NULL))
			return -1;
		sigaddset(&signals, caught[i].signal);
	}
	return sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/**
 * leave_told() - has one of them come?
 *
 * Return: whether it is time to end.
 */
bool leave_told(void)
{
	return told;
}
