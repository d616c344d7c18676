// SPDX-License-Identifier: GPL-2.0
/* svcbindctl monitor */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "event.h"
#include "leave.h"
#include "listen.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "show.h"

static bool timed;

/* Of the state that was shown after an overrun, where there was one. */
static bool caught_up;
static uint32_t caught_up_with;

/* RFC 3339, in local time; NULL where nobody asked. */
static const char *now(void)
{
	static char text[64];
	struct timespec ts;
	struct tm tm;
	char day[32], zone[8];

	if (!timed)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(day, sizeof(day), "%FT%T", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(text, sizeof(text), "%s.%06ld%.3s:%.2s", day,
		 ts.tv_nsec / 1000, zone, zone + 3);
	return text;
}

/* It came while the state was read, and is part of it. */
static bool is_known(const struct event *event)
{
	int32_t since = event->generation - caught_up_with;
	bool counts = event->kind <= SVCBIND_EVENT_REPLACE ||
		      event->kind == SVCBIND_EVENT_ROLLBACK;

	return since < 0 || (counts && !since);
}

static int on_event(struct nlattr **attrs, void *arg)
{
	struct event event;
	int *status = arg;

	if (model_read_event(attrs, &event))
		return -EBADMSG;
	if (caught_up && is_known(&event))
		return 0;
	*status = event_show(&event, now());
	return 0;
}

/* However often it is overtaken by changes, which are why events were lost. */
static int show_present(void)
{
	struct services list;
	struct policy policy;
	int err, status;

	do
		err = model_get_all(&policy, &list);
	while (err == -EINTR && !leave_told());
	/* Told to end while it tried. */
	if (err == -EINTR)
		return CTL_OK;
	if (err)
		return ctl_nl_fail(err);
	caught_up = true;
	caught_up_with = policy.generation;
	status = show_ruleset(&policy, &list, NULL, NULL);
	model_free_services(&list);
	return status;
}

/*
 * What still waits is older than the state that is shown then, and the module
 * may have gone and come back.
 */
static int catch_up(void)
{
	int status;

	listen_close();
	ctl_nl_close();
	status = ctl_nl_open();
	if (!status)
		status = listen_open();
	if (!status)
		status = event_show_overrun(now());
	return status ? status : show_present();
}

static int hear(void)
{
	int status = CTL_OK;

	switch (listen_read(on_event, &status)) {
	case 0:
		return status;
	case -ENOBUFS:
		return catch_up();
	case -ENODEV:
		return ctl_fail(CTL_NOT_LOADED, "svcbind was unloaded");
	case -EBADMSG:
		return ctl_fail(CTL_REFUSED, "an event that can't be read");
	default:
		return ctl_fail(CTL_REFUSED, "the kernel can't be heard");
	}
}

/* A signal that comes just before poll() ends it by the alarm. */
static int monitor(void)
{
	struct pollfd fds[] = {
		{ .events = POLLIN },
		{ .fd = STDOUT_FILENO },	/* POLLERR: nobody reads */
	};
	int status = CTL_OK;

	while (!status && !leave_told()) {
		fds[0].fd = listen_fd();
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			status = ctl_fail(CTL_REFUSED, "%s", strerror(errno));
			break;
		}
		if (fds[1].revents & POLLERR)
			break;
		/* It was closed: what can't be printed will say so. */
		if (fds[1].revents & POLLNVAL)
			fds[1].fd = -1;
		if (fds[0].revents)
			status = hear();
	}
	listen_close();
	return status;
}

static int run(int argc, char **argv)
{
	int status;

	timed = argc && !strcmp(argv[0], "-t");
	status = parse_end(argc - timed, argv + timed);
	if (!status)
		status = ctl_nl_open();
	if (!status)
		status = listen_open();
	if (!status && leave_listen())
		status = ctl_fail(CTL_REFUSED, "signals: %s", strerror(errno));
	return status ? status : monitor();
}

const struct ctl_command cmd_monitor = {
	.name = "monitor",
	.args = "[-t]",
	.help = "prints what changes, as it happens, until it is stopped; -t with times",
	.examples = "monitor\n"
		    "-j monitor -t\n"
		    "-n blue monitor",
	.run = run,
};
