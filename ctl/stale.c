// SPDX-License-Identifier: GPL-2.0
/* TCP connections that are older than the binding of the service they belong to. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "conntrack.h"
#include "ctl.h"
#include "diag.h"
#include "explain.h"
#include "nl.h"
#include "print.h"
#include "stale.h"
#include "words.h"

/* Every port of TCP. */
#define PORTS	65536

/**
 * struct survey - what all connections are judged by
 * @ifs: what getifaddrs() says
 * @name: the only service that is looked for, NULL: all
 */
struct survey {
	struct ifaddrs *ifs;
	const char *name;
};

static size_t addr_len(const struct session *session)
{
	return session->family == AF_INET ? 4 : 16;
}

static const void *addr_of(const struct sockaddr *addr)
{
	return addr->sa_family == AF_INET ?
	       (const void *)&((const struct sockaddr_in *)addr)->sin_addr :
	       (const void *)&((const struct sockaddr_in6 *)addr)->sin6_addr;
}

/* Who has the address; nobody has one that was deleted since. */
static void find_device(struct stale_flow *flow, const struct ifaddrs *ifs,
			const uint8_t *addr)
{
	const struct session *session = flow->session;

	*flow->dev = '\0';
	for (; ifs; ifs = ifs->ifa_next) {
		if (!ifs->ifa_addr ||
		    ifs->ifa_addr->sa_family != session->family ||
		    memcmp(addr_of(ifs->ifa_addr), addr, addr_len(session)))
			continue;
		snprintf(flow->dev, sizeof(flow->dev), "%s", ifs->ifa_name);
		return;
	}
}

/* Opened now, from that address; NULL: from any. */
static void read_question(struct question *question,
			  const struct session *session, const uint8_t *addr)
{
	memset(question, 0, sizeof(*question));
	question->proto = IPPROTO_TCP;
	question->dst.family = session->family;
	memcpy(question->dst.addr, session->remote, addr_len(session));
	if (addr) {
		question->src.family = session->family;
		memcpy(question->src.addr, addr, addr_len(session));
	}
	question->dport = session->remote_port;
	question->sport = session->local_port;
	question->given = 1u << EXPLAIN_MARK;
	question->mark = session->mark;
	if (session->uid_known) {
		question->given |= 1u << EXPLAIN_UID;
		question->uid = session->uid;
	}
	if (*session->cgroup) {
		question->given |= 1u << EXPLAIN_CGROUP;
		memcpy(question->cgroup, session->cgroup,
		       sizeof(question->cgroup));
	}
}

/* In strict, and in prefer. */
static bool is_conflict(const struct outcome *outcome)
{
	return outcome->verdict == SVCBIND_A_COUNTERS_DROP_CONFLICT ||
	       outcome->cause == SVCBIND_A_COUNTERS_DROP_CONFLICT;
}

/*
 * The kernel is asked, as it asks itself about packets: were it opened now, from
 * the address that it has, would that be another device's?  An address that is on
 * none can't be asked about, and is wrong anyway.  What the kernel only counts, or
 * leaves alone, is no better off for being opened anew.
 */
static int ask(struct stale_flow *flow, const struct survey *survey,
	       const uint8_t *addr, bool *wrong)
{
	const struct outcome *outcome;
	struct explanation answer;
	struct question question;
	int err;

	*wrong = false;
	find_device(flow, survey->ifs, addr);
	read_question(&question, flow->session, *flow->dev ? addr : NULL);
	err = explain_ask(&question, &answer);
	/* A link-local peer, or an address that has just gone: nothing is known. */
	if (err == -EINVAL || err == -EADDRNOTAVAIL || err == -ENOENT ||
	    err == -EAGAIN)
		return 0;
	if (err)
		return err;
	outcome = &answer.flow;
	memcpy(flow->service, outcome->service, sizeof(flow->service));
	if (outcome->unenforced ||
	    (survey->name && strcmp(survey->name, outcome->service)))
		return 0;
	*wrong = *flow->dev ? is_conflict(outcome) : outcome->bound;
	return 0;
}

/* Its own address may be another one than source NAT gave it for the wire. */
static int judge(struct stale *stale, struct session *session,
		 const struct survey *survey)
{
	struct stale_flow *flow = &stale->flow[stale->n];
	uint8_t addr[16] = { };
	bool wrong;
	int err;

	memset(flow, 0, sizeof(*flow));
	flow->session = session;
	cgroup_find(session->cgroup_id, session->cgroup,
		    sizeof(session->cgroup));
	err = ask(flow, survey, session->local, &wrong);
	if (err || !wrong)
		return err;
	err = conntrack_source(session, addr);
	if (!err && memcmp(addr, session->local, addr_len(session)))
		err = ask(flow, survey, addr, &wrong);
	if (err && err != -ENOENT)
		return err;
	stale->n += wrong;
	return 0;
}

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

static int judge_all(struct stale *stale, const bool *listening,
		     const char *name)
{
	struct sessions *list = &stale->sessions;
	struct survey survey = { .name = name };
	unsigned int i;
	int err = 0;

	stale->flow = calloc(list->n + 1, sizeof(*stale->flow));
	if (!stale->flow)
		return -ENOMEM;
	if (getifaddrs(&survey.ifs))
		return -errno;
	/* What was accepted keeps the address that was asked. */
	for (i = 0; i < list->n && !err; i++)
		if (!listening[list->session[i].local_port])
			err = judge(stale, &list->session[i], &survey);
	freeifaddrs(survey.ifs);
	return err;
}

/**
 * stale_find() - find connections that are older than their service's binding
 * @stale: takes them; stale_free() ends it, on errors too
 * @name: the only service to look at, NULL: all
 *
 * Return: 0 or a negative errno, for ctl_nl_fail().
 */
int stale_find(struct stale *stale, const char *name)
{
	bool *listening = calloc(PORTS, sizeof(*listening));
	int err = listening ? 0 : -ENOMEM;

	memset(stale, 0, sizeof(*stale));
	if (!err)
		err = diag_listening(listening);
	if (!err)
		err = diag_established(&stale->sessions);
	if (!err)
		err = judge_all(stale, listening, name);
	free(listening);
	if (!err && stale->n)
		process_sockets(on_socket, stale);
	return err;
}

static void show_end(const char *key, const char *before,
		     const struct session *session, const uint8_t *addr,
		     uint16_t port)
{
	char text[INET6_ADDRSTRLEN], end[INET6_ADDRSTRLEN + 10];

	inet_ntop(session->family, addr, text, sizeof(text));
	snprintf(end, sizeof(end),
		 session->family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
	print_str(key, before, end);
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
	print_str("dev", "  opened on %s", *flow->dev ? flow->dev : NULL);
	if (!*flow->dev)
		print_text("  opened from an address that is gone");
	print_num("idle", "  idle %s ms", session->idle);
	show_process(flow);
	print_text("\n");
	print_object_end();
}

/**
 * stale_show() - print the connections
 * @stale: the connections
 * @key: what they are, in JSON
 * @none: what is printed if there are none
 *
 * Return: CTL_OK, or CTL_REFUSED if it could not be written.
 */
int stale_show(const struct stale *stale, const char *key, const char *none)
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

/* Those that it closes are printed. */
static int close_all(const struct stale *stale)
{
	unsigned int i;
	int err;

	for (i = 0; i < stale->n; i++) {
		err = diag_destroy(stale->flow[i].session);
		/* It has ended by itself. */
		if (err && err != -ENOENT)
			return ctl_nl_fail(err);
	}
	return stale_show(stale, "closed", "no stale connections");
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
	int status, err;

	err = stale_find(&stale, name);
	status = err ? ctl_nl_fail(err) : close_all(&stale);
	stale_free(&stale);
	return status;
}

/**
 * stale_free() - free what stale_find() found
 * @stale: the list, which is empty afterwards
 */
void stale_free(struct stale *stale)
{
	free(stale->flow);
	sessions_free(&stale->sessions);
	memset(stale, 0, sizeof(*stale));
}
