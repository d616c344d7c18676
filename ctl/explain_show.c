// SPDX-License-Identifier: GPL-2.0
/* How an explanation is shown. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "color.h"
#include "explain.h"
#include "model.h"
#include "parse.h"
#include "print.h"
#include "show.h"
#include "words.h"

/* The words of a line begin behind its label. */
#define LABEL	"    %-9s "
#define BEHIND	"              "

/* By SVCBIND_A_COUNTERS_*, from which the numbers of verdicts are. */
static const char *const verdict_words[] = {
	"", "pass", "steer", "rewrite", "fallback", "no_device", "no_route",
	"no_source", "conflict", "error", NULL
};

/* Of drops, from SVCBIND_A_COUNTERS_DROP_NO_DEVICE on. */
static const char *const drop_texts[] = {
	"no device of the binding is usable",
	"no usable device leads to the peer: add a route, or bind with via",
	"the device has no address to send from",
	"the application insists on a source outside of the binding",
	"IPsec doesn't let it leave there", NULL
};

/* The same, said of one device that is usable for others. */
static const char *const device_texts[] = {
	"it has no address of that family to send from",
	"it leads nowhere near the peer",
	"it has no address to send from",
	"the application's source isn't one of its",
	"IPsec doesn't let it leave there", NULL
};

static const char *const exempt_words[] = {
	"", "local", "multicast", "broadcast", "discovery", "echo_reply", NULL
};

static const char *const exempt_texts[] = {
	"", "the peer is this host itself", "the peer is a multicast group",
	"the peer is all of a network", "it is how neighbours are found",
	"policy icmp-reply is ingress", NULL
};

static const char *const unenforced_words[] = {
	"", "mode", "policy", "policy_off", "module", NULL
};

static const char *const unenforced_texts[] = {
	"", "counted only: mode audit", "counted only: policy enforce audit",
	"without effect: policy enforce off",
	"counted only: the module's enforce=0 is set", NULL
};

static const char *const tier_words[] = {
	"", "output", "source", "reply", "connect", NULL
};

static const char connect_text[] =
	"its socket is bound there when it connects, and has the device's route, source and MSS";

/* By SVCBIND_A_MATCH_*. */
static const char *const miss_words[] = {
	"", "proto", "port", "dport", "sport", "to", "from", "all", "uid",
	"cgroup", "mark", NULL
};

/* NULL where the word says that there is none. */
static const char *word_or_null(const char *const *words, unsigned int value)
{
	const char *word = model_word(words, value);

	return *word ? word : NULL;
}

static const char *drop_text(const char *const *texts, unsigned int verdict)
{
	return model_word(texts, verdict - SVCBIND_A_COUNTERS_DROP_NO_DEVICE);
}

static bool is_drop(unsigned int verdict)
{
	return verdict > SVCBIND_A_COUNTERS_FALLBACK;
}

static void show_num_or_null(const char *key, const char *fmt, uint64_t value,
			     bool given)
{
	if (given)
		print_num(key, fmt, value);
	else
		print_null(key);
}

static void show_end(const char *key, const char *word,
		     const struct address *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN], fmt[32];
	bool bracket = port && address->family == AF_INET6;

	snprintf(fmt, sizeof(fmt), bracket ? " %s[%%s]" : " %s%%s", word);
	print_str(key, fmt, address_text(address, text, sizeof(text)));
}

/* The question, as it was asked. */
static void show_question(const struct question *question)
{
	char buf[40];

	print_object("flow");
	print_str("proto", "%s", proto_name(question->proto, buf, sizeof(buf)));
	show_end("dst", "", &question->dst, question->dport);
	show_num_or_null("dport", ":%s", question->dport, question->dport);
	show_end("src", "from ", &question->src, question->sport);
	show_num_or_null("sport", ":%s", question->sport, question->sport);
	print_str("in", " in %s", *question->in ? question->in : NULL);
	show_num_or_null("uid", " uid %s", question->uid,
			 question->given & 1u << EXPLAIN_UID);
	print_str("cgroup", " cgroup %s",
		  *question->cgroup ? question->cgroup : NULL);
	snprintf(buf, sizeof(buf), "0x%x", question->mark);
	print_str("mark", " mark %s",
		  question->given & 1u << EXPLAIN_MARK ? buf : NULL);
	print_object_end();
	print_text("\n");
}

static void show_whose(const struct outcome *outcome)
{
	print_text(LABEL, "service");
	print_str("service", "%s", *outcome->service ? outcome->service : NULL);
	if (!*outcome->service)
		print_text(outcome->exempt ? "none, whatever it matches" :
					     "none matches");
	print_str("mode", ", mode %s", outcome->bound ?
		  model_word(mode_words, outcome->mode) : NULL);
	if (*outcome->service && !outcome->bound)
		print_text(", not bound");
	print_text("\n");
}

/* Why the verdict is what it is, in a word for JSON; NULL: by itself. */
static const char *reason_of(const struct outcome *outcome)
{
	const char *name;

	if (outcome->error) {
		name = strerrorname_np(outcome->error);
		return name ? name : "unknown";
	}
	if (outcome->verdict == SVCBIND_A_COUNTERS_FALLBACK)
		return model_word(verdict_words, outcome->cause);
	if (is_drop(outcome->verdict))
		return model_word(verdict_words, outcome->verdict);
	return outcome->exempt && !outcome->verdict ?
	       model_word(exempt_words, outcome->exempt) : NULL;
}

static const char *verdict_of(const struct outcome *outcome)
{
	if (outcome->error)
		return "refused";
	if (is_drop(outcome->verdict))
		return "drop";
	if (outcome->verdict)
		return model_word(verdict_words, outcome->verdict);
	return outcome->exempt ? "exempt" : NULL;
}

static enum print_color verdict_color(const struct outcome *outcome)
{
	if (outcome->error || is_drop(outcome->verdict))
		return PRINT_BAD;
	if (outcome->verdict == SVCBIND_A_COUNTERS_FALLBACK ||
	    outcome->unenforced)
		return PRINT_WARNING;
	return outcome->verdict ? PRINT_GOOD : PRINT_PLAIN;
}

/* What it comes to, for who doesn't know the words. */
static const char *meaning_of(const struct outcome *outcome)
{
	if (outcome->error)
		return strerror(outcome->error);
	switch (outcome->verdict) {
	case 0:
		return outcome->exempt ?
		       model_word(exempt_texts, outcome->exempt) : NULL;
	case SVCBIND_A_COUNTERS_PASS:
		if (outcome->tier == SVCBIND_TIER_CONNECT)
			return connect_text;
		return outcome->bound || outcome->exempt ?
		       "the routing table has it right already" :
		       "the routing table decides";
	case SVCBIND_A_COUNTERS_STEER:
		return "sent there, whatever the routing table says";
	case SVCBIND_A_COUNTERS_REWRITE:
		return "sent there, with an address of that device as its source";
	case SVCBIND_A_COUNTERS_FALLBACK:
		return drop_text(drop_texts, outcome->cause);
	default:
		return drop_text(drop_texts, outcome->verdict);
	}
}

static void show_verdict(const struct outcome *outcome)
{
	const char *meaning = meaning_of(outcome);
	char reason[20];

	print_text(LABEL, "verdict");
	print_color_str(verdict_color(outcome), "verdict", "%s",
			verdict_of(outcome));
	if (!verdict_of(outcome))
		print_text("none: the routing table decides");
	print_str("reason", " (%s)",
		  print_spelling(reason_of(outcome), reason, sizeof(reason)));
	if (meaning)
		print_text(": %s", meaning);
	print_text("\n");
	if (outcome->unenforced)
		print_text(BEHIND "%s\n",
			   model_word(unenforced_texts, outcome->unenforced));
	print_str("unenforced", NULL,
		  word_or_null(unenforced_words, outcome->unenforced));
}

/* A line of its own in the text; "dev" and so on in the present object. */
static void show_path(const char *label, const struct path *path)
{
	char text[INET6_ADDRSTRLEN];
	bool leaves = *path->dev;

	print_text(LABEL, label);
	print_color_str(PRINT_NOTABLE, "dev", "%s", leaves ? path->dev : NULL);
	print_str("source", "  source %s",
		  address_text(&path->source, text, sizeof(text)));
	print_str("next_hop", "  next hop %s",
		  address_text(&path->next_hop, text, sizeof(text)));
	if (leaves && !path->next_hop.family)
		print_text("  next hop whoever delivered the question");
	show_num_or_null("mtu", "  mtu %s", path->mtu, leaves);
	print_text(leaves ? "\n" : "it doesn't\n");
}

static void show_outcome(const char *label, const struct outcome *outcome)
{
	show_verdict(outcome);
	show_path(label, &outcome->path);
	print_str("tier", NULL, word_or_null(tier_words, outcome->tier));
}

/* Why a device isn't taken; NULL: it is, or the kernel didn't say. */
static const char *why_not(const struct candidate *candidate)
{
	if (candidate->chosen)
		return NULL;
	if (candidate->device.state != SVCBIND_STATE_USABLE)
		return "state";
	if (!candidate->alone)
		return NULL;
	if (!is_drop(candidate->alone))
		return "spare";
	return candidate->alone == SVCBIND_A_COUNTERS_DROP_NO_DEVICE ?
	       "no_address" : model_word(verdict_words, candidate->alone);
}

static void show_why_not(const char *why, const struct candidate *candidate)
{
	print_str("why", NULL, why);
	if (candidate->chosen)
		print_text(", taken");
	else if (why && !strcmp(why, "spare"))
		print_text(", not needed: another one comes first");
	else if (why && strcmp(why, "state"))
		print_text(", but %s",
			   drop_text(device_texts, candidate->alone));
}

static void show_candidates(const struct explanation *answer)
{
	const struct candidate *candidate;
	unsigned int i;

	print_list("devices");
	for (i = 0; i < answer->n_candidates; i++) {
		candidate = &answer->candidates[i];
		print_object(NULL);
		print_text(LABEL "%s ", i ? "" : "devices",
			   candidate->chosen ? "*" : " ");
		print_str("dev", "%s  ", candidate->device.name);
		show_state(&candidate->device);
		print_bool("chosen", "", "", candidate->chosen);
		show_why_not(why_not(candidate), candidate);
		print_text("\n");
		print_object_end();
	}
	print_list_end();
}

static void show_missed(const struct explanation *answer)
{
	unsigned int i;

	print_list("earlier");
	for (i = 0; i < answer->n_missed; i++) {
		print_object(NULL);
		print_text(LABEL, i ? "" : "not");
		print_str("name", "%s", answer->missed[i].name);
		print_str("word", ": %s doesn't match\n",
			  model_word(miss_words, answer->missed[i].word));
		print_object_end();
	}
	print_list_end();
	print_num("more", answer->more ? BEHIND "and %s more\n" : NULL,
		  answer->more);
}

static void show_table(const struct path *table)
{
	if (*table->dev) {
		print_object("routing_table");
		show_path("routes", table);
		print_object_end();
	} else {
		print_null("routing_table");
		print_text(LABEL "none leads there\n", "routes");
	}
}

static void show_answer(const struct question *question,
			const struct explanation *answer)
{
	if (!answer->answered) {
		print_null("reply");
		return;
	}
	print_text("answer to what comes in on %s\n", question->in);
	print_object("reply");
	show_whose(&answer->answer);
	show_outcome("leaves", &answer->answer);
	print_object_end();
}

/**
 * explain_show() - print what becomes of a flow
 * @question: the flow
 * @answer: what the kernel says of it
 */
void explain_show(const struct question *question,
		  const struct explanation *answer)
{
	show_question(question);
	show_whose(&answer->flow);
	show_outcome("leaves", &answer->flow);
	show_table(&answer->table);
	show_candidates(answer);
	show_missed(answer);
	show_answer(question, answer);
}
