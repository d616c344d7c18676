// SPDX-License-Identifier: GPL-2.0
/* How an event is shown. */
#include <stddef.h>

#include "color.h"
#include "ctl.h"
#include "event.h"
#include "model.h"
#include "print.h"
#include "show.h"

/* By kind: the word, and of a change the text. */
static const char *const event_words[] = {
	"service-new", "service-set", "service-del", "bind", "unbind", "policy",
	"flush", "replace", "confirm", "rollback", "device-state", "active",
	"drop", NULL
};

static const char *const event_texts[] = {
	[SVCBIND_EVENT_SERVICE_NEW] = "service %s added",
	[SVCBIND_EVENT_SERVICE_SET] = "service %s changed",
	[SVCBIND_EVENT_SERVICE_DEL] = "service %s deleted",
	[SVCBIND_EVENT_BIND] = "service %s bound",
	[SVCBIND_EVENT_UNBIND] = "service %s unbound",
	[SVCBIND_EVENT_POLICY] = "policy changed",
	[SVCBIND_EVENT_FLUSH] = "configuration flushed",
	[SVCBIND_EVENT_REPLACE] = "configuration replaced",
	[SVCBIND_EVENT_CONFIRM] = "change confirmed",
	[SVCBIND_EVENT_ROLLBACK] = "change rolled back",
};

/* As in JSON, where the counters of drops are spelled so, too. */
static const char *const reason_words[] = {
	"no_device", "no_route", "no_source", "conflict", "error", NULL
};

static const char *or_null(const char *name)
{
	return *name ? name : NULL;
}

static void show_change(const struct event *event)
{
	if (event->kind <= SVCBIND_EVENT_UNBIND)
		print_str("service", event_texts[event->kind], event->service);
	else
		print_text("%s", event_texts[event->kind]);
}

static void show_device_state(const struct event *event)
{
	print_str("device", "device %s", event->device);
	print_color_str(state_color(event->state), "state", " %s",
			model_word(state_words, event->state));
	print_str("before", ", was %s",
		  event->known ? model_word(state_words, event->state_before) :
				 NULL);
}

static void show_active(const struct event *event)
{
	print_str("service", "service %s", event->service);
	if (!*event->device)
		print_color_text(PRINT_BAD, " has no usable device");
	print_str("device", " uses %s", or_null(event->device));
	print_str("before", ", was %s", or_null(event->device_before));
}

static void show_drop(const struct event *event)
{
	const char *word = model_word(reason_words, event->reason);
	char buf[20];

	print_str("service", "service %s", event->service);
	print_color_str(PRINT_BAD, "reason", " drops packets: %s",
			print_spelling(word, buf, sizeof(buf)));
	print_num("count", ", %s until now", event->count);
}

static void begin(const char *time, const char *word)
{
	print_begin();
	if (time)
		print_str("time", "%s ", time);
	print_str("event", NULL, word);
}

static int end(void)
{
	print_text("\n");
	return print_end();
}

/**
 * event_show() - print an event
 * @event: the event
 * @time: when it came, or NULL
 *
 * Return: CTL_OK, or CTL_REFUSED if it could not be written.
 */
int event_show(const struct event *event, const char *time)
{
	begin(time, model_word(event_words, event->kind));
	if (event->kind <= SVCBIND_EVENT_ROLLBACK)
		show_change(event);
	else if (event->kind == SVCBIND_EVENT_DEVICE_STATE)
		show_device_state(event);
	else if (event->kind == SVCBIND_EVENT_ACTIVE)
		show_active(event);
	else if (event->kind == SVCBIND_EVENT_DROP)
		show_drop(event);
	else
		print_text("an event that is unknown here");
	if (ctl_options.stats)
		print_num("generation", "  (generation %s)", event->generation);
	return end();
}

/**
 * event_show_overrun() - print that events were lost
 * @time: when that was noticed, or NULL
 *
 * Return: CTL_OK, or CTL_REFUSED if it could not be written.
 */
int event_show_overrun(const char *time)
{
	begin(time, "overrun");
	print_color_text(PRINT_WARNING,
			 "overrun: events were lost, the present state follows");
	return end();
}
