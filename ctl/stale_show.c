// SPDX-License-Identifier: GPL-2.0
/* Stale connections, shown and ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "diag.h"
#include "nl.h"
#include "print.h"
#include "stale.h"

#define OVERRIDE	"(-f to do it all the same)"

static void on_socket(uint32_t inode, pid_t pid, const char *name, void *arg)
{
	struct stale *stale = arg;
	struct stale_flow *flow;
	unsigned int i;

	for (i = 0; i < stale->n; i++) {
		flow = &stale->flow[i];
		if (flow->session->inode != inode || flow->pid)
			continue;
		flow->pid = pid;
		snprintf(flow->process, sizeof(flow->process), "%s", name);
	}
}

/* With the processes, where there is any. */
static int find(struct stale *stale, const char *name)
{
	int err = stale_find(stale, name);

	if (err == -ENOENT && !stale->asked)
		return ctl_fail(CTL_REFUSED, "no such service");
	if (err && !stale->asked)
		return ctl_nl_fail(err);
	if (err)
		return ctl_fail(CTL_REFUSED, "%s: %s", stale->asked,
				strerror(-err));
	if (stale->n)
		process_sockets(on_socket, stale);
	return CTL_OK;
}

static void show_end(const char *key, const char *fmt,
		     const struct session *session, const uint8_t *addr,
		     uint16_t port)
{
	char text[INET6_ADDRSTRLEN], end[INET6_ADDRSTRLEN + 10];

	inet_ntop(session->family, addr, text, sizeof(text));
	snprintf(end, sizeof(end),
		 session->family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
	print_str(key, fmt, end);
}

static void show_source(const struct stale_flow *flow)
{
	const struct session *session = flow->session;
	bool same = !memcmp(flow->source, session->local,
			    session->family == AF_INET ? 4 : 16);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(session->family, flow->source, text, sizeof(text));
	print_str("source", same ? NULL : "  source %s", text);
	print_str("dev", "  of %s", *flow->dev ? flow->dev : NULL);
	if (!*flow->dev)
		print_text("  of no device any more");
}

static void show_process(const struct stale_flow *flow)
{
	if (!flow->pid) {
		print_null("process");
		return;
	}
	print_object("process");
	print_str("name", "  %s", flow->process);
	print_num("pid", " (%s)", flow->pid);
	print_object_end();
}

static void show_flow(const struct stale_flow *flow)
{
	const struct session *session = flow->session;

	print_object(NULL);
	print_str("service", "%s", flow->service);
	print_str("proto", " %s", "tcp");
	show_end("local", "  from %s", session, session->local,
		 session->local_port);
	show_end("remote", " to %s", session, session->remote,
		 session->remote_port);
	show_source(flow);
	print_num("idle", "  idle %s ms", session->idle);
	show_process(flow);
	print_text("\n");
	print_object_end();
}

/* @none: what is said where there are none */
static int show(const struct stale *stale, const char *key, const char *none)
{
	unsigned int i;

	print_begin();
	print_list(key);
	for (i = 0; i < stale->n; i++)
		show_flow(&stale->flow[i]);
	print_list_end();
	if (!stale->n)
		print_text("%s\n", none);
	return print_end();
}

/**
 * stale_list() - print connections that are older than their service's binding
 * @name: the only service to look at, NULL: all
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int stale_list(const char *name)
{
	struct stale stale;
	int status;

	status = find(&stale, name);
	if (!status)
		status = show(&stale, "stale", "no stale connections");
	stale_free(&stale);
	return status;
}

/* Not the one that the command is given in, unless that is meant. */
static int spare_session(const struct stale *stale)
{
	struct sessions own = { };
	bool found = false;
	unsigned int i, j;

	if (ctl_options.force)
		return CTL_OK;
	if (sessions_find(&own)) {
		sessions_free(&own);
		return ctl_fail(CTL_REFUSED,
				"can't tell which connection the ssh session is "
				OVERRIDE);
	}
	for (i = 0; i < stale->n; i++)
		for (j = 0; j < own.n; j++)
			found |= !memcmp(&stale->flow[i].session->socket,
					 &own.session[j].socket,
					 sizeof(own.session[j].socket));
	sessions_free(&own);
	return found ? ctl_fail(CTL_REFUSED,
				"it would end the ssh session you are in " OVERRIDE) :
		       CTL_OK;
}

/* What it ends doesn't come back when the change does. */
static int spare_waiting(void)
{
	struct policy policy;
	int err = ctl_options.force ? 0 : model_get_policy(&policy);

	if (err)
		return ctl_nl_fail(err);
	return !ctl_options.force && policy.confirm ?
	       ctl_fail(CTL_REFUSED,
			"a change waits to be confirmed: confirm it or roll it back first "
			OVERRIDE) : CTL_OK;
}

/* Leaves those that it has ended; some may have ended by themselves meanwhile. */
static int end_all(struct stale *stale, unsigned int *failed)
{
	unsigned int i, n = 0;
	int err, first = 0;

	*failed = 0;
	for (i = 0; i < stale->n; i++) {
		err = diag_destroy(stale->flow[i].session);
		if (!err) {
			stale->flow[n++] = stale->flow[i];
		} else if (err != -ENOENT) {
			first = first ? first : err;
			(*failed)++;
		}
	}
	stale->n = n;
	return first;
}

static int close_all(struct stale *stale)
{
	unsigned int failed;
	int status, err;

	status = spare_waiting();
	if (!status)
		status = spare_session(stale);
	if (status)
		return status;
	err = end_all(stale, &failed);
	status = show(stale, "closed",
		      err ? "none was ended" : "no stale connections");
	if (!err || status)
		return status;
	return ctl_fail(CTL_REFUSED, "%u connection%s could not be ended: %s%s",
			failed, failed > 1 ? "s" : "", strerror(-err),
			err == -EOPNOTSUPP ? " (CONFIG_INET_DIAG_DESTROY?)" : "");
}

/**
 * stale_close() - end a service's connections that are older than its binding
 * @name: the service
 *
 * Both ends get an error: whoever opened them opens them anew.
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int stale_close(const char *name)
{
	struct stale stale;
	int status;

	status = find(&stale, name);
	if (!status)
		status = close_all(&stale);
	stale_free(&stale);
	return status;
}
