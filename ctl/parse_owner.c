// SPDX-License-Identifier: GPL-2.0
/* What a match asks of socket and packet: cgroup and mark. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "ctl.h"
#include "parse.h"

/* Can it be the name of a cgroup?  Those of files in it are for the kernel. */
static bool is_part(const char *part, size_t len)
{
	if (!len || len > NAME_MAX || memchr(part, '\n', len))
		return false;
	return !(len == 1 && part[0] == '.') &&
	       !(len == 2 && part[0] == '.' && part[1] == '.');
}

/* The path below the mount point, NULL if it doesn't begin with that. */
static const char *below_mount(const char *arg)
{
	const char *const points[] = { cgroup_mount(), "/sys/fs/cgroup" };
	size_t i, len;

	for (i = 0; i < 2; i++) {
		len = points[i] ? strlen(points[i]) : 0;
		if (len && !strncmp(arg, points[i], len) &&
		    (!arg[len] || arg[len] == '/'))
			return arg[len] ? arg + len : "/";
	}
	return NULL;
}

static int fail_path(const char *arg)
{
	return ctl_fail(CTL_USAGE,
			"cgroup '%.200s' isn't a path such as /system.slice/nfs.service",
			arg);
}

/**
 * parse_cgroup() - read the path of a cgroup
 * @arg: the path, with or without a slash in front
 * @path: takes it, SVCBIND_CGROUP_MAX + 1 bytes, with one
 *
 * Return: an enum ctl_status.
 */
int parse_cgroup(const char *arg, char *path)
{
	const char *part = arg + (*arg == '/');
	const char *below = below_mount(arg);
	size_t len, used = 0;

	if (below)
		return ctl_fail(CTL_USAGE,
				"cgroup '%.200s': without the mount point, did you mean %.200s",
				arg, below);
	if (strlen(part) >= SVCBIND_CGROUP_MAX)
		return ctl_fail(CTL_USAGE, "cgroup '%.200s' is longer than %d",
				arg, SVCBIND_CGROUP_MAX);
	if (!strcmp(arg, "/")) {
		memcpy(path, arg, 2);
		return CTL_OK;
	}
	do {
		len = strcspn(part, "/");
		if (!is_part(part, len))
			return fail_path(arg);
		path[used++] = '/';
		memcpy(path + used, part, len);
		used += len;
		part += len;
		/* a shell's completion leaves one at the end */
		if (*part)
			part++;
	} while (*part);
	path[used] = '\0';
	return CTL_OK;
}

/* As iproute2 reads an fwmark: 0x in front is hexadecimal, 0 octal. */
static bool parse_bits(const char *s, const char **end, uint32_t *value)
{
	unsigned long long n;
	char *stop;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoull(s, &stop, 0);
	*end = stop;
	*value = n;
	return !errno && n <= UINT32_MAX;
}

/**
 * parse_mark() - read a mark
 * @arg: its value, and perhaps a slash and a mask
 * @mark: where it goes
 *
 * Return: an enum ctl_status.
 */
int parse_mark(const char *arg, struct mark *mark)
{
	uint32_t value, mask = UINT32_MAX;
	const char *end;

	if (!parse_bits(arg, &end, &value) ||
	    (*end == '/' && !parse_bits(end + 1, &end, &mask)) || *end)
		return ctl_fail(CTL_USAGE,
				"mark '%.200s' isn't a number of 32 bits, or two as V/M",
				arg);
	if (!mask)
		return ctl_fail(CTL_USAGE,
				"mark '%.200s': the mask is empty (any clears it)",
				arg);
	if (value & ~mask)
		return ctl_fail(CTL_USAGE,
				"mark '%.200s': bits outside the mask, did you mean 0x%x/0x%x",
				arg, value & mask, mask);
	mark->value = value;
	mark->mask = mask;
	return CTL_OK;
}

/**
 * mark_text() - write a mark
 * @mark: the mark
 * @buf: takes the text
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *mark_text(const struct mark *mark, char *buf, size_t size)
{
	if (mark->mask == UINT32_MAX)
		snprintf(buf, size, "0x%x", mark->value);
	else
		snprintf(buf, size, "0x%x/0x%x", mark->value, mark->mask);
	return buf;
}
