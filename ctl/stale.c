// SPDX-License-Identifier: GPL-2.0
/* TCP connections that are older than the binding of the service they belong to. */
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "classify.h"
#include "conntrack.h"
#include "diag.h"
#include "egress.h"
#include "ifaddr.h"
#include "route.h"
#include "stale.h"

/* Every port of TCP. */
#define PORTS	65536

/**
 * struct survey - what all connections are judged by
 * @list: all services
 * @enforced: whether their bindings have an effect
 * @cgroups: a service asks for one
 * @ifs: what getifaddrs() says
 * @listening: by port, whether somebody listens there
 * @name: the only service that is looked for, NULL: all
 */
struct survey {
	struct services list;
	bool enforced;
	bool cgroups;
	struct ifaddrs *ifs;
	bool *listening;
	const char *name;
};

/* What a rule of nft makes of the mark isn't known. */
static enum hit hit(const struct match *match, const struct session *s)
{
	struct match unmarked;

	if (!match->mark.mask)
		return match_hit(match, s);
	unmarked = *match;
	unmarked.mark.mask = 0;
	return match_hit(&unmarked, s) == HIT_NO ? HIT_NO : HIT_MAYBE;
}

/* Whose it is; NULL where that depends on what isn't known, too. */
static const struct service *service_of(const struct services *list,
					const struct session *s)
{
	unsigned int i;

	for (i = 0; i < list->n; i++) {
		switch (hit(&list->service[i].match, s)) {
		case HIT_NO:
			break;
		case HIT_YES:
			return &list->service[i];
		case HIT_MAYBE:
			return NULL;
		}
	}
	return NULL;
}

/*
 * Of these the kernel makes sources right.  What was accepted keeps the address
 * that was asked; and what is only counted, or left alone, would be no better off
 * for being opened anew.
 */
static bool is_concerned(const struct survey *survey, const struct service *svc,
			 const struct session *s)
{
	return svc && svc->bound && survey->enforced &&
	       svc->binding.mode != SVCBIND_MODE_AUDIT &&
	       svc->binding.source == SVCBIND_SOURCE_AUTO &&
	       (!survey->name || !strcmp(survey->name, svc->name)) &&
	       !survey->listening[s->local_port] &&
	       !match_accepts(&svc->match, s);
}

/* The kernel judges no packet to an address of the host's own. */
static bool is_local(const struct session *s)
{
	struct session copy = *s;

	return !route_find_device(&copy);
}

/* The name may be a label, like "eth0:1". */
static void find_device(struct stale_flow *flow, const struct ifaddrs *ifs,
			int family)
{
	for (; ifs; ifs = ifs->ifa_next) {
		if (!ifaddr_is(ifs, family, flow->source))
			continue;
		snprintf(flow->dev, sizeof(flow->dev), "%.*s",
			 (int)strcspn(ifs->ifa_name, ":"), ifs->ifa_name);
		return;
	}
}

/*
 * svcbind_output_carry_on(): it stays on the device that has its source, as long as
 * that can carry it; on another one it is stale.  Where none can, it isn't, yet.
 */
static int judge(struct stale *stale, struct session *session,
		 const struct survey *survey)
{
	struct stale_flow *flow = &stale->flow[stale->n];
	struct session wire;
	const struct service *svc;
	const char *dev;
	int err;

	if (survey->cgroups)
		cgroup_find(session->cgroup_id, session->cgroup,
			    sizeof(session->cgroup));
	svc = service_of(&survey->list, session);
	if (!is_concerned(survey, svc, session) || is_local(session))
		return 0;
	wire = *session;
	err = conntrack_source(session, wire.local);
	if (err && err != -ENOENT)
		return err;
	memset(flow, 0, sizeof(*flow));
	flow->session = session;
	memcpy(flow->service, svc->name, sizeof(flow->service));
	memcpy(flow->source, wire.local, sizeof(flow->source));
	find_device(flow, survey->ifs, wire.family);
	/* No route is told for an address that nobody has. */
	if (!*flow->dev)
		memset(wire.local, 0, sizeof(wire.local));
	dev = egress_device(svc, true, &wire, survey->ifs);
	if (dev && *dev && !egress_has_local(survey->ifs, dev, &wire))
		stale->n++;
	return 0;
}

static int judge_all(struct stale *stale, const struct survey *survey)
{
	struct sessions *list = &stale->sessions;
	unsigned int i;
	int err = 0;

	stale->asked = "conntrack (module nf_conntrack_netlink)";
	stale->flow = calloc(list->n + 1, sizeof(*stale->flow));
	if (!stale->flow)
		return -ENOMEM;
	for (i = 0; i < list->n && !err; i++)
		err = judge(stale, &list->session[i], survey);
	return err;
}

static int read_services(struct stale *stale, struct survey *survey)
{
	struct policy policy;
	unsigned int i;
	int err;

	err = model_get_all(&policy, &survey->list);
	if (err)
		return err;
	if (survey->name && !model_find_service(&survey->list, survey->name))
		return -ENOENT;
	survey->enforced = model_is_enforced(&policy);
	for (i = 0; i < survey->list.n; i++)
		survey->cgroups |= *survey->list.service[i].match.cgroup;
	stale->asked = "addresses";
	return getifaddrs(&survey->ifs) ? -errno : 0;
}

static int read_sockets(struct stale *stale, struct survey *survey)
{
	int err;

	stale->asked = "sock_diag (module tcp_diag)";
	survey->listening = calloc(PORTS, sizeof(*survey->listening));
	if (!survey->listening)
		return -ENOMEM;
	err = diag_listening(survey->listening);
	return err ? err : diag_established(&stale->sessions, true);
}

/**
 * stale_find() - find connections that are older than their service's binding
 * @stale: takes them; stale_free() ends it, on errors too
 * @name: the only service to look at, NULL: all
 *
 * Return: 0 or a negative errno, of whom @stale->asked names; where that is NULL
 * for ctl_nl_fail(), but -ENOENT: there is no such service.
 */
int stale_find(struct stale *stale, const char *name)
{
	struct survey survey = { .name = name };
	int err;

	memset(stale, 0, sizeof(*stale));
	err = read_services(stale, &survey);
	if (!err)
		err = read_sockets(stale, &survey);
	if (!err)
		err = judge_all(stale, &survey);
	free(survey.listening);
	freeifaddrs(survey.ifs);
	model_free_services(&survey.list);
	return err;
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
