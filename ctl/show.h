/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_SHOW_H
#define SVCBINDCTL_SHOW_H

#include "color.h"

struct device;
struct match;
struct policy;
struct service;
struct services;

enum print_color state_color(unsigned int state);
void show_state(const struct device *dev);
void show_match(const struct match *match);
void show_policy(const struct policy *policy);
void show_confirm(const struct policy *policy);
void show_service(const struct service *svc, const struct policy *policy);
void show_icmp_counters(const struct policy *policy);
void show_connect_counters(const struct policy *policy);
void show_conntrack(const struct policy *policy);
int show_ruleset(const struct policy *policy, const struct services *list,
		 const char *name, const char *dev);

#endif
