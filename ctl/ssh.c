// SPDX-License-Identifier: GPL-2.0
/* Lock-out guard: does a change move or cut the ssh session it is made in? */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "ctl.h"
#include "egress.h"
#include "model.h"
#include "session.h"
#include "ssh.h"

/* Where a session leaves: a device, "" for an unknown one, "/" if nowhere. */
struct egress {
	char dev[IFNAMSIZ];
};

static void find_egress(struct egress *egress, const struct sessions *sessions,
			const struct policy *policy,
			const struct services *list, const struct ifaddrs *ifs)
{
	bool enforced = model_is_enforced(policy);
	const char *dev;
	unsigned int i;

	for (i = 0; i < sessions->n; i++) {
		dev = egress_device(list, enforced, &sessions->session[i],
				    ifs);
		/* a copy, as the change may take the name away */
		snprintf(egress[i].dev, sizeof(egress[i].dev), "%s",
			 dev ? dev : "/");
	}
}

static int refuse(const struct sessions *sessions,
		  const struct session *session, const char *before,
		  const char *after)
{
	char client[INET6_ADDRSTRLEN];
	char which[INET6_ADDRSTRLEN + 64] = "you are in";

	if (!sessions->certain)
		snprintf(which, sizeof(which),
			 "of %s port %u, which may be yours,",
			 inet_ntop(session->family, session->remote, client,
				   sizeof(client)), session->remote_port);
	if (*after == '/')
		return ctl_fail(CTL_REFUSED,
				"would cut the ssh session %s (-f to do it all the same)",
				which);
	return ctl_fail(CTL_REFUSED,
			"would move the ssh session %s from %s to %s (-f to do it all the same)",
			which, *before ? before : "an unknown device",
			*after ? after : "an unknown device");
}

static int judge(const struct change *change, const struct sessions *sessions,
		 struct policy *policy, struct services *list,
		 struct egress *before, struct egress *after)
{
	struct ifaddrs *ifs;
	unsigned int i;

	if (getifaddrs(&ifs))
		return ctl_fail(CTL_REFUSED, "addresses: %s", strerror(errno));
	find_egress(before, sessions, policy, list, ifs);
	if (change_apply(change, list, policy)) {
		freeifaddrs(ifs);
		return ctl_fail(CTL_REFUSED, "out of memory");
	}
	find_egress(after, sessions, policy, list, ifs);
	freeifaddrs(ifs);
	for (i = 0; i < sessions->n; i++)
		/* one that is dropped already can't fare worse */
		if (before[i].dev[0] != '/' &&
		    strcmp(before[i].dev, after[i].dev))
			return refuse(sessions, &sessions->session[i],
				      before[i].dev, after[i].dev);
	return CTL_OK;
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
	struct egress *egress = calloc(2 * sessions->n, sizeof(*egress));
	int status;

	if (!egress)
		return ctl_fail(CTL_REFUSED, "out of memory");
	status = judge(change, sessions, policy, list, egress,
		       egress + sessions->n);
	free(egress);
	return status;
}
