// SPDX-License-Identifier: GPL-2.0
/* Lock-out guard: does a change move or cut the ssh session it is made in? */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "classify.h"
#include "ctl.h"
#include "egress.h"
#include "model.h"
#include "session.h"
#include "ssh.h"

#define OVERRIDE \
	"(-f to do it all the same, -f --confirm SECONDS to try it)"

/**
 * struct walk - the services that may decide on a session, one after the other
 * @list: all services
 * @enforced: whether their bindings have an effect
 * @s: the session
 * @ifs: what getifaddrs() says
 * @i: the one that the walk is at: it decides, if none before it does; the
 *     routing table does at the end of @list
 * @hit: HIT_MAYBE: it isn't known whether it hits; HIT_YES: the walk ends here
 */
struct walk {
	const struct services *list;
	bool enforced;
	const struct session *s;
	const struct ifaddrs *ifs;
	unsigned int i;
	enum hit hit;
};

/* Goes on to the first that may hit, from where the walk is. */
static void find(struct walk *walk)
{
	for (; walk->i < walk->list->n; walk->i++) {
		walk->hit = match_hit(&walk->list->service[walk->i].match,
				      walk->s);
		if (walk->hit != HIT_NO)
			return;
	}
	walk->hit = HIT_YES;
}

static void step(struct walk *walk)
{
	walk->i++;
	find(walk);
}

/* Where the session leaves: a device, "" for an unknown one, "/" if nowhere. */
static const char *device(const struct walk *walk)
{
	const char *dev;

	dev = egress_device(walk->i < walk->list->n ?
			    &walk->list->service[walk->i] : NULL,
			    walk->enforced, walk->s, walk->ifs);
	return dev ? dev : "/";
}

/* The first device from there on that is neither of these, NULL if none is. */
static const char *other_device(struct walk walk, const char *a, const char *b)
{
	const char *dev;

	for (;; step(&walk)) {
		dev = device(&walk);
		if (strcmp(dev, a) && strcmp(dev, b))
			return dev;
		if (walk.hit == HIT_YES)
			return NULL;
	}
}

/**
 * struct move - what happens to a session
 * @from: device that it leaves by before
 * @to: and after
 * @sure: whether it does; else that depends on what isn't known
 */
struct move {
	const char *from;
	const char *to;
	bool sure;
};

static bool is_undecided(const struct walk *before, const struct walk *after)
{
	return before->hit == HIT_MAYBE && after->hit == HIT_MAYBE &&
	       match_asks_same(&before->list->service[before->i].match,
			       &after->list->service[after->i].match);
}

/*
 * Is there a move, whatever the answer to what isn't known may be?  As long as
 * both lists ask the same, they get the same answer: their devices are compared
 * in pairs. From where they part, each device before may come with each after.
 * One that is dropped already can't fare worse.
 */
static bool find_move(struct walk *before, struct walk *after,
		      struct move *move)
{
	find(before);
	find(after);
	move->sure = before->hit == HIT_YES && after->hit == HIT_YES;
	while (is_undecided(before, after)) {
		move->from = device(before);
		move->to = device(after);
		if (*move->from != '/' && strcmp(move->from, move->to))
			return true;
		step(before);
		step(after);
	}
	move->from = other_device(*before, "/", "/");
	if (!move->from)
		return false;
	move->to = other_device(*after, move->from, move->from);
	if (move->to)
		return true;
	move->to = move->from;
	move->from = other_device(*before, "/", move->to);
	return move->from;
}

static int refuse(const struct sessions *sessions,
		  const struct session *session, const struct move *move)
{
	char client[INET6_ADDRSTRLEN];
	char which[INET6_ADDRSTRLEN + 64] = "you are in";
	const char *verb = move->sure ? "would" : "may";
	const char *why = move->sure ? "" :
		", as it isn't known whose it is";

	if (!sessions->certain)
		snprintf(which, sizeof(which),
			 "of %s port %u, which may be yours,",
			 inet_ntop(session->family, session->remote, client,
				   sizeof(client)), session->remote_port);
	if (*move->to == '/')
		return ctl_fail(CTL_REFUSED,
				"%s cut the ssh session %s%s " OVERRIDE,
				verb, which, why);
	return ctl_fail(CTL_REFUSED,
			"%s move the ssh session %s from %s to %s%s " OVERRIDE,
			verb, which,
			*move->from ? move->from : "an unknown device",
			*move->to ? move->to : "an unknown device", why);
}

static int judge(const struct sessions *sessions, const struct walk *before,
		 const struct walk *after)
{
	struct walk from, to;
	struct ifaddrs *ifs;
	struct move move;
	unsigned int i;
	int status = CTL_OK;

	if (getifaddrs(&ifs))
		return ctl_fail(CTL_REFUSED, "addresses: %s", strerror(errno));
	for (i = 0; i < sessions->n && !status; i++) {
		from = *before;
		to = *after;
		from.s = &sessions->session[i];
		to.s = from.s;
		from.ifs = ifs;
		to.ifs = ifs;
		if (find_move(&from, &to, &move))
			status = refuse(sessions, from.s, &move);
	}
	freeifaddrs(ifs);
	return status;
}

/**
 * ssh_guard() - refuse a change that would move or cut the ssh session
 * @change: the change
 * @sessions: the session, or those that it may be
 * @policy: the switches as they are; changed
 * @list: the services as they are; changed
 *
 * Return: an enum ctl_status; CTL_REFUSED after an error was printed.
 */
int ssh_guard(const struct change *change, const struct sessions *sessions,
	      struct policy *policy, struct services *list)
{
	struct services old = { .n = list->n };
	struct walk before = { .list = &old }, after = { .list = list };
	int status;

	old.service = calloc(list->n + 1, sizeof(*old.service));
	if (!old.service)
		return ctl_fail(CTL_REFUSED, "out of memory");
	memcpy(old.service, list->service, list->n * sizeof(*old.service));
	before.enforced = model_is_enforced(policy);
	if (change_apply(change, list, policy)) {
		status = ctl_fail(CTL_REFUSED, "out of memory");
	} else {
		after.enforced = model_is_enforced(policy);
		status = judge(sessions, &before, &after);
	}
	free(old.service);
	return status;
}
