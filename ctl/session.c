// SPDX-License-Identifier: GPL-2.0
/* The ssh session that the command was given in, or might have been. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "diag.h"
#include "nl.h"
#include "route.h"
#include "session.h"

#define VARIABLE	"SSH_CONNECTION="
#define SSH_PORT	22
/* More ancestors than any real process has shells, sudos and multiplexers. */
#define ANCESTORS_MAX	64

/**
 * struct clues - what this process and those above it tell
 * @n: how many @said
 * @said: connections that a variable names; the nearest process comes first
 * @ssh: there is ssh in it, whatever the variables say
 * @shared: there is a terminal multiplexer above: whoever is attached to it may
 *          have come by another connection than the one that it was started in
 */
struct clues {
	unsigned int n;
	struct session said[ANCESTORS_MAX + 1];
	bool ssh;
	bool shared;
};

struct process {
	char name[32];
	pid_t parent;
};

static char *variable_of(pid_t pid)
{
	char path[64], *entry = NULL, *found = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	while (!found && getdelim(&entry, &size, '\0', f) > 0)
		if (!strncmp(entry, VARIABLE, strlen(VARIABLE)))
			found = strdup(entry + strlen(VARIABLE));
	free(entry);
	fclose(f);
	return found;
}

static bool read_process(pid_t pid, struct process *process)
{
	char path[64], line[512], *name, *end = NULL;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fgets(line, sizeof(line), f))
		end = strrchr(line, ')');	/* the name may hold anything */
	fclose(f);
	name = end ? strchr(line, '(') : NULL;
	if (!name || sscanf(end + 1, " %*c %d", &parent) != 1)
		return false;
	*end = '\0';
	snprintf(process->name, sizeof(process->name), "%s", name + 1);
	process->parent = parent;
	return true;
}

static bool begins_with_one_of(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(name, *words, strlen(*words)))
			return true;
	return false;
}

static int read_address(char *text, uint8_t *addr)
{
	text[strcspn(text, "%")] = '\0';
	if (inet_pton(AF_INET, text, addr) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, text, addr) != 1)
		return 0;
	if (!diag_is_mapped(addr))
		return AF_INET6;
	memmove(addr, addr + 12, 4);
	return AF_INET;
}

static bool parse(const char *text, struct session *session)
{
	char remote[INET6_ADDRSTRLEN + IFNAMSIZ];
	char local[INET6_ADDRSTRLEN + IFNAMSIZ];

	memset(session, 0, sizeof(*session));
	if (sscanf(text, "%61s %hu %61s %hu", remote, &session->remote_port,
		   local, &session->local_port) != 4)
		return false;
	session->family = read_address(local, session->local);
	return session->family &&
	       session->family == read_address(remote, session->remote);
}

static void take_variable(struct clues *clues, const char *text)
{
	if (!text)
		return;
	clues->ssh = true;	/* one that says UNKNOWN, too */
	if (parse(text, &clues->said[clues->n]))
		clues->n++;
}

/* sudo and su take the variable away: then it is an ancestor that has it. */
static void gather(struct clues *clues)
{
	static const char *const multiplexers[] = {
		"tmux", "screen", "zellij", "dtach", "abduco", NULL
	};
	static const char *const servers[] = { "sshd", "dropbear", NULL };
	struct process process;
	pid_t pid = getppid();
	char *text;
	int i;

	memset(clues, 0, sizeof(*clues));
	take_variable(clues, getenv("SSH_CONNECTION"));
	for (i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		text = variable_of(pid);
		take_variable(clues, text);
		free(text);
		if (!read_process(pid, &process))
			break;
		if (begins_with_one_of(process.name, multiplexers))
			clues->shared = true;
		if (begins_with_one_of(process.name, servers))
			clues->ssh = true;
		pid = process.parent;
	}
}

static bool is_same(const struct session *a, const struct session *b)
{
	int len = a->family == AF_INET ? 4 : 16;

	return a->family == b->family && a->local_port == b->local_port &&
	       a->remote_port == b->remote_port &&
	       !memcmp(a->local, b->local, len) &&
	       !memcmp(a->remote, b->remote, len);
}

/*
 * Leaves the connection that the nearest process names, if it exists.  One from
 * this host to itself doesn't count: by which one its client came isn't told.
 */
static bool keep_said(struct sessions *list, const struct clues *clues)
{
	unsigned int i, j;

	for (i = 0; i < clues->n; i++)
		for (j = 0; j < list->n; j++) {
			if (!is_same(&clues->said[i], &list->session[j]) ||
			    !route_find_device(&list->session[j]))
				continue;
			list->session[0] = list->session[j];
			list->n = 1;
			return true;
		}
	return false;
}

static bool may_be_ssh(const struct session *session,
		       const struct clues *clues)
{
	unsigned int i;

	for (i = 0; i < clues->n; i++)
		if (session->local_port == clues->said[i].local_port)
			return true;
	return session->local_port == SSH_PORT;
}

/* Leaves all connections that ssh clients may have made. */
static void keep_possible(struct sessions *list, const struct clues *clues)
{
	unsigned int i, n = 0;

	for (i = 0; i < list->n; i++)
		if (may_be_ssh(&list->session[i], clues))
			list->session[n++] = list->session[i];
	list->n = n;
}

/* Finds what the routing table does with each, and forgets those to itself. */
static void find_devices(struct sessions *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < list->n; i++)
		if (route_find_device(&list->session[i]))
			list->session[n++] = list->session[i];
	list->n = n;
}

static void find_cgroups(struct sessions *list)
{
	struct session *s;
	unsigned int i;

	for (i = 0; i < list->n; i++) {
		s = &list->session[i];
		cgroup_find(s->cgroup_id, s->cgroup, sizeof(s->cgroup));
	}
}

/**
 * sessions_find() - find the ssh session that the command was given in
 * @list: takes it, or all that it may be; sessions_free() ends it, on errors
 *        too
 *
 * A variable counts if its connection is established in this namespace, and
 * comes from another host.  If none does, but there was ssh, every connection to
 * sshd may be the one; not so with -n, which leads to others' connections.
 *
 * Return: 0 or a negative errno: it isn't known what connections there are.
 */
int sessions_find(struct sessions *list)
{
	struct clues clues;
	bool anyone;
	int err;

	memset(list, 0, sizeof(*list));
	gather(&clues);
	if (!clues.ssh && !clues.shared)
		return 0;
	err = diag_established(list, false);
	if (err)
		return err;
	anyone = !ctl_nl_is_elsewhere();
	if (!(clues.shared && anyone))
		list->certain = keep_said(list, &clues);
	if (!list->certain && anyone)
		keep_possible(list, &clues);
	else if (!list->certain)
		list->n = 0;
	find_devices(list);
	find_cgroups(list);
	return 0;
}

/**
 * sessions_free() - free what sessions_find() found
 * @list: the list, which is empty afterwards
 */
void sessions_free(struct sessions *list)
{
	free(list->session);
	memset(list, 0, sizeof(*list));
}
