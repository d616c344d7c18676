/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_PRESET_H
#define SVCBINDCTL_PRESET_H

struct match;

/**
 * struct preset - a built-in match for a well-known service
 * @name: its name
 * @proto: protocols, as on the command line
 * @port: ports at either end, or NULL
 * @dport: destination ports, or NULL
 * @sport: source ports, or NULL
 * @description: one line on what it is
 * @source: where the ports are defined
 */
struct preset {
	const char *name;
	const char *proto;
	const char *port;
	const char *dport;
	const char *sport;
	const char *description;
	const char *source;
};

/* Ended by a NULL name. */
extern const struct preset presets[];

const struct preset *preset_known(const char *name);
const struct preset *preset_find(const char *name);
unsigned int preset_mode(const char *name);
int preset_expand(const struct preset *preset, struct match *match);

#endif
