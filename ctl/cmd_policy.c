// SPDX-License-Identifier: GPL-2.0
/* svcbindctl policy set|show */
#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "print.h"
#include "show.h"
#include "words.h"

static int parse_pair(struct policy *policy, int word, const char *value)
{
	const struct ctl_keyword *key = &policy_words[word];

	if (policy->given & 1u << word)
		return ctl_fail(CTL_USAGE, "%s twice", key->name);
	policy->given |= 1u << word;
	return parse_choice(key->name, value, key->choices,
			    model_switch(policy, word));
}

static int run_set(int argc, char **argv)
{
	struct policy policy = { };
	struct change change = { .kind = CHANGE_POLICY, .policy = &policy };
	int i, word, status;

	for (i = 0; i < argc; i += 2) {
		word = parse_keyword(argv[i], policy_words);
		if (word < 0)
			return CTL_USAGE;
		status = parse_pair(&policy, word,
				    i + 1 < argc ? argv[i + 1] : NULL);
		if (status)
			return status;
	}
	if (!argc)
		return ctl_fail(CTL_USAGE, "nothing to change");
	return change_commit(&change);
}

static int run_show(int argc, char **argv)
{
	struct policy policy;
	int status;

	status = parse_end(argc, argv);
	if (!status)
		status = ctl_nl_open();
	if (status)
		return status;
	status = model_get_policy(&policy);
	if (status)
		return ctl_nl_fail(status);
	print_begin();
	if (ctl_options.stats)
		print_num("generation", "generation %s\n",
			  policy.generation);
	show_policy(&policy);
	if (ctl_options.stats) {
		show_icmp_counters(&policy);
		show_connect_counters(&policy);
	}
	show_conntrack(&policy);
	return print_end();
}

static const struct ctl_command verbs[] = {
	{
		.name = "set",
		.changes = true,
		.args = "",
		.words = policy_words,
		.help = "changes the switches that are named",
		.examples = "policy set icmp-reply ingress\n"
			    "policy set connect off\n"
			    "policy set enforce audit arp all",
		.run = run_set,
	}, {
		.name = "show",
		.args = "",
		.help = "shows the switches; -s counts what they did",
		.examples = "policy show\n"
			    "-s policy show",
		.run = run_show,
	},
	{ }
};

const struct ctl_command cmd_policy = {
	.name = "policy",
	.args = "",
	.help = "the switches of the network namespace",
	.sub = verbs,
};
