// SPDX-License-Identifier: GPL-2.0
/* How a service and the policy are shown. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "color.h"
#include "ctl.h"
#include "model.h"
#include "parse.h"
#include "print.h"
#include "show.h"
#include "words.h"

#define INDENT	"    "

/* An element of a list: the word before the first, commas between. */
static void show_element(const char *word, unsigned int i, const char *text)
{
	char fmt[16];

	snprintf(fmt, sizeof(fmt), i ? ",%%s" : " %s %%s", word);
	print_str(NULL, fmt, text);
}

static void show_owner(const struct match *match)
{
	char buf[64];
	unsigned int i;

	print_list("uid");
	for (i = 0; i < match->uids.n; i++)
		show_element("uid", i, uid_text(&match->uids.range[i], buf,
						sizeof(buf)));
	print_list_end();
	print_str("cgroup", " cgroup %s",
		  *match->cgroup ? match->cgroup : NULL);
	if (match->cgroup_pending)
		print_bool("cgroup_pending", "", "", true);
	if (match->cgroup_elsewhere)
		print_bool("cgroup_elsewhere", "", "", true);
	print_str("mark", " mark %s",
		  match->mark.mask ? mark_text(&match->mark, buf,
					       sizeof(buf)) : NULL);
}

/**
 * show_match() - print what a service matches
 * @match: the match
 */
void show_match(const struct match *match)
{
	char buf[64];
	unsigned int i;
	int word;

	print_object("match");
	print_list("proto");
	for (i = 0; i < match->n_protos; i++)
		show_element("proto", i, proto_name(match->protos[i], buf,
						    sizeof(buf)));
	print_list_end();
	for (word = MATCH_PORT; word <= MATCH_SPORT; word++) {
		const struct ranges *r = match_ports(match, word);

		print_list(match_name(word));
		for (i = 0; i < r->n; i++)
			show_element(match_name(word), i,
				     range_text(&r->range[i], buf,
						sizeof(buf)));
		print_list_end();
	}
	for (word = MATCH_TO; word <= MATCH_FROM; word++) {
		const struct prefixes *p = match_prefixes(match, word);

		print_list(match_name(word));
		for (i = 0; i < p->n; i++)
			show_element(match_name(word), i,
				     prefix_text(&p->prefix[i], buf,
						 sizeof(buf)));
		print_list_end();
	}
	show_owner(match);
	print_object_end();
}

/**
 * show_policy() - print the switches
 * @policy: the policy
 */
void show_policy(const struct policy *policy)
{
	print_text("policy");
	print_object("policy");
	print_color_str(policy->enforce == SVCBIND_ENFORCE_ON &&
			!model_is_overridden() ? PRINT_PLAIN : PRINT_WARNING,
			"enforce", " enforce %s",
			model_word(enforce_words, policy->enforce));
	print_str("connect", " connect %s",
		  model_word(connect_words, policy->connect));
	print_str("icmp_reply", " icmp-reply %s",
		  model_word(icmp_reply_words, policy->icmp_reply));
	print_str("arp", " arp %s", model_word(arp_words, policy->arp));
	print_object_end();
	if (model_is_overridden())
		print_text("  (the module's enforce=0 is set: nothing is enforced)");
	else if (policy->enforce == SVCBIND_ENFORCE_AUDIT)
		print_text("  (bindings are counted, not enforced)");
	else if (policy->enforce == SVCBIND_ENFORCE_OFF)
		print_text("  (bindings have no effect)");
	print_text("\n");
}

/**
 * show_confirm() - say that a change waits, if one does
 * @policy: the policy that was read
 */
void show_confirm(const struct policy *policy)
{
	if (!policy->confirm)
		return;
	print_object("confirm");
	print_color_num(PRINT_WARNING, "seconds",
			"a change waits to be confirmed, %s s left\n",
			policy->confirm);
	print_object_end();
}

/* A counter that should stay 0. */
static void show_loss(const char *key, const char *fmt, uint64_t count)
{
	print_color_num(count ? PRINT_BAD : PRINT_PLAIN, key, fmt, count);
}

/**
 * show_icmp_counters() - print what became of echo replies
 * @policy: the policy
 */
void show_icmp_counters(const struct policy *policy)
{
	const uint64_t *count = policy->icmp_counters;

	print_text("icmp-reply");
	print_object("icmp_reply");
	print_num("ingress", " ingress %s",
		  count[SVCBIND_A_ICMP_COUNTERS_INGRESS]);
	print_num("steered", " steered %s",
		  count[SVCBIND_A_ICMP_COUNTERS_STEERED]);
	show_loss("no_route", " no-route %s",
		  count[SVCBIND_A_ICMP_COUNTERS_NO_ROUTE]);
	show_loss("missed", " missed %s",
		  count[SVCBIND_A_ICMP_COUNTERS_MISSED]);
	print_object_end();
	print_text("\n");
}

/**
 * show_connect_counters() - print what became of sockets that connect
 * @policy: the policy
 */
void show_connect_counters(const struct policy *policy)
{
	const uint64_t *count = policy->connect_counters;

	print_text("connect");
	print_object("connect");
	print_bool("available", "", "", !policy->connect_unavailable);
	show_loss("missed", " missed %s",
		  count[SVCBIND_A_CONNECT_COUNTERS_MISSED]);
	show_loss("full", " full %s", count[SVCBIND_A_CONNECT_COUNTERS_FULL]);
	print_object_end();
	if (policy->connect_unavailable)
		print_color_text(PRINT_WARNING,
				 "  (unavailable with this kernel: sources get NAT)");
	else if (count[SVCBIND_A_CONNECT_COUNTERS_MISSED] &&
		 !count[SVCBIND_A_CONNECT_COUNTERS_FULL])
		print_text("  (sysctl kernel.ftrace_enabled=1 lets sockets be bound)");
	print_text("\n");
}

static bool is_conntrack_full(const struct policy *policy)
{
	return policy->conntrack.on && policy->conntrack.max &&
	       policy->conntrack.count >= policy->conntrack.max;
}

/**
 * show_conntrack() - print how many connections are tracked
 * @policy: the policy
 *
 * A full table is said whether counters are asked for or not: no counter of a
 * service's tells what it costs.
 */
void show_conntrack(const struct policy *policy)
{
	bool full = is_conntrack_full(policy);

	if (!ctl_options.stats && (ctl_options.json || !full))
		return;
	if (!policy->conntrack.on) {
		print_null("conntrack");
		return;
	}
	print_text("conntrack");
	print_object("conntrack");
	print_color_num(full ? PRINT_BAD : PRINT_PLAIN, "count", " %s",
			policy->conntrack.count);
	print_num("max", " of %s", policy->conntrack.max);
	show_loss("dropped", " dropped %s", policy->conntrack.drop);
	print_object_end();
	if (full)
		print_color_text(PRINT_WARNING,
				 "  (full: new flows may be dropped; sysctl net.netfilter.nf_conntrack_max)");
	print_text("\n");
}

/**
 * state_color() - the colour of a device's state
 * @state: SVCBIND_STATE_*
 *
 * Return: the colour.
 */
enum print_color state_color(unsigned int state)
{
	switch (state) {
	case SVCBIND_STATE_USABLE:
		return PRINT_GOOD;
	case SVCBIND_STATE_PENDING:
		return PRINT_WARNING;
	default:
		return PRINT_BAD;
	}
}

/* What a state means, and what to do about it. */
static void explain_state(const struct device *dev)
{
	switch (dev->state) {
	case SVCBIND_STATE_DOWN:
		print_text(": ip link set %s up", dev->name);
		break;
	case SVCBIND_STATE_NO_CARRIER:
		print_text(": check cable, transceiver and switch port");
		break;
	case SVCBIND_STATE_NO_ADDRESS:
		print_text(": it has no address to send from");
		break;
	case SVCBIND_STATE_ENSLAVED:
		if (dev->master[0])
			print_text(" to %s: bind %s instead", dev->master,
				   dev->master);
		break;
	case SVCBIND_STATE_PENDING:
		print_text(": there is no such device yet");
		break;
	}
}

/* Lists the gateways; in the text as " via ADDR". */
static void show_via(const struct device *dev)
{
	char addr[INET6_ADDRSTRLEN];

	print_list("via");
	if (dev->has_via4)
		print_str(NULL, " via %s", inet_ntop(AF_INET, &dev->via4, addr,
						     sizeof(addr)));
	if (dev->has_via6)
		print_str(NULL, " via %s", inet_ntop(AF_INET6, &dev->via6, addr,
						     sizeof(addr)));
	print_list_end();
}

/* How wide the text of device and gateways is, to align what follows. */
static int via_width(const struct device *dev)
{
	char addr[INET6_ADDRSTRLEN];
	int width = strlen(dev->name);

	if (dev->has_via4)
		width += strlen(" via ") +
			 strlen(inet_ntop(AF_INET, &dev->via4, addr,
					  sizeof(addr)));
	if (dev->has_via6)
		width += strlen(" via ") +
			 strlen(inet_ntop(AF_INET6, &dev->via6, addr,
					  sizeof(addr)));
	return width;
}

static void show_traffic(const struct device *dev)
{
	print_text("  (");
	if (dev->ifindex)
		print_num("ifindex", "ifindex %s ", dev->ifindex);
	else
		print_null("ifindex");
	print_num("packets", "packets %s", dev->packets);
	print_num("bytes", " bytes %s)", dev->bytes);
}

/**
 * show_state() - print a device's state, and what to do about it
 * @dev: the device
 */
void show_state(const struct device *dev)
{
	print_color_str(state_color(dev->state), "state", "%s",
			model_word(state_words, dev->state));
	explain_state(dev);
}

static void show_device(const struct device *dev, int width)
{
	print_object(NULL);
	print_text(INDENT "  %s ", dev->active ? "*" : " ");
	print_str("dev", "%s", dev->name);
	show_via(dev);
	print_text("%*s  ", width - via_width(dev), "");
	show_state(dev);
	print_bool("active", "", "", dev->active);
	if (ctl_options.stats)
		show_traffic(dev);
	print_text("\n");
	print_object_end();
}

static void show_binding(const struct binding *binding,
			 const struct policy *policy)
{
	int width = 0, via;
	bool active = false;
	unsigned int i;

	for (i = 0; i < binding->n_devices; i++) {
		via = via_width(&binding->devices[i]);
		width = via > width ? via : width;
	}
	print_text(INDENT "bind ");
	print_object("binding");
	print_color_str(binding->mode == SVCBIND_MODE_AUDIT ?
			PRINT_WARNING : PRINT_NOTABLE, "mode", " mode %s",
			model_word(mode_words, binding->mode));
	print_str("select", " select %s",
		  model_word(select_words, binding->select));
	print_str("source", " source %s",
		  model_word(source_words, binding->source));
	print_text("\n");
	print_list("devices");
	for (i = 0; i < binding->n_devices; i++) {
		show_device(&binding->devices[i], width);
		active |= binding->devices[i].active;
	}
	print_list_end();
	print_object_end();
	if (active)
		return;
	if (binding->mode == SVCBIND_MODE_STRICT && model_is_enforced(policy))
		print_color_text(PRINT_BAD, INDENT
				 "no device is usable: strict drops its packets");
	else
		print_color_text(PRINT_WARNING, INDENT
				 "no device is usable: the routing table decides");
	print_text("\n");
}

static uint64_t count_drops(const uint64_t *count)
{
	return count[SVCBIND_A_COUNTERS_DROP_NO_DEVICE] +
	       count[SVCBIND_A_COUNTERS_DROP_NO_ROUTE] +
	       count[SVCBIND_A_COUNTERS_DROP_NO_SOURCE] +
	       count[SVCBIND_A_COUNTERS_DROP_CONFLICT] +
	       count[SVCBIND_A_COUNTERS_DROP_ERROR];
}

static void show_counters(const uint64_t *count)
{
	print_text(INDENT "count");
	print_object("counters");
	print_num("matched", " matched %s",
		  count[SVCBIND_A_COUNTERS_PASS] +
		  count[SVCBIND_A_COUNTERS_STEER] +
		  count[SVCBIND_A_COUNTERS_REWRITE] +
		  count[SVCBIND_A_COUNTERS_FALLBACK] + count_drops(count));
	print_num("pass", " pass %s", count[SVCBIND_A_COUNTERS_PASS]);
	print_num("steer", " steer %s", count[SVCBIND_A_COUNTERS_STEER]);
	print_num("rewrite", " rewrite %s",
		  count[SVCBIND_A_COUNTERS_REWRITE]);
	print_num("fallback", " fallback %s",
		  count[SVCBIND_A_COUNTERS_FALLBACK]);
	print_num("stale", " stale %s", count[SVCBIND_A_COUNTERS_STALE]);
	print_num("bind", " bind %s", count[SVCBIND_A_COUNTERS_BIND]);
	print_text("\n" INDENT "drop ");
	print_object("drop");
	show_loss("no_device", " no-device %s",
		  count[SVCBIND_A_COUNTERS_DROP_NO_DEVICE]);
	show_loss("no_route", " no-route %s",
		  count[SVCBIND_A_COUNTERS_DROP_NO_ROUTE]);
	show_loss("no_source", " no-source %s",
		  count[SVCBIND_A_COUNTERS_DROP_NO_SOURCE]);
	show_loss("conflict", " conflict %s",
		  count[SVCBIND_A_COUNTERS_DROP_CONFLICT]);
	show_loss("error", " error %s",
		  count[SVCBIND_A_COUNTERS_DROP_ERROR]);
	print_object_end();
	print_object_end();
	print_text("\n");
}

/**
 * show_service() - print a service and its binding
 * @svc: the service
 * @policy: the switches that it is under
 */
void show_service(const struct service *svc, const struct policy *policy)
{
	print_object(NULL);
	print_str("name", "%s", svc->name);
	print_num("priority", "  priority %s", svc->priority);
	print_str("preset", "  preset %s", svc->preset[0] ? svc->preset : NULL);
	print_text("\n" INDENT "match");
	show_match(&svc->match);
	print_text(model_match_is_open(&svc->match) ? " everything\n" : "\n");
	if (svc->match.cgroup_pending)
		print_text(INDENT "cgroup pending: there is no such cgroup yet\n");
	if (svc->match.cgroup_elsewhere)
		print_text(INDENT "cgroup elsewhere: the path is one of another namespace\n");
	if (svc->bound) {
		show_binding(&svc->binding, policy);
	} else {
		print_null("binding");
		print_text(INDENT "not bound: the routing table decides\n");
	}
	if (ctl_options.stats)
		show_counters(svc->counters);
	print_object_end();
}
