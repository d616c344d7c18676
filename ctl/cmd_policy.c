// SPDX-License-Identifier: GPL-2.0
/* svcbindctl policy set|show */
#include "change.h"
#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "print.h"
#include "show.h"

static const char *const words[] = { "enforce", "icmp-reply", "arp", NULL };

static int parse_pair(struct policy *policy, int word, const char *value)
{
	int attr = SVCBIND_A_POLICY_ENFORCE + word;

	if (policy->given & 1u << attr)
		return ctl_fail(CTL_USAGE, "%s twice", words[word]);
	policy->given |= 1u << attr;
	switch (attr) {
	case SVCBIND_A_POLICY_ENFORCE:
		return parse_choice(words[word], value, enforce_words,
				    &policy->enforce);
	case SVCBIND_A_POLICY_ICMP_REPLY:
		return parse_choice(words[word], value, icmp_reply_words,
				    &policy->icmp_reply);
	default:
		return parse_choice(words[word], value, arp_words,
				    &policy->arp);
	}
}

static int run_set(int argc, char **argv)
{
	struct policy policy = { };
	struct change change = { .kind = CHANGE_POLICY, .policy = &policy };
	int i, word, status;

	for (i = 0; i < argc; i += 2) {
		word = parse_word("word", argv[i], words);
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
	if (ctl_options.stats)
		show_icmp_counters(&policy);
	return print_end();
}

static const struct ctl_command verbs[] = {
	{
		.name = "set",
		.args = "[enforce on|audit|off] [icmp-reply ingress|off]\n"
			"                   [arp bound|all|off]",
		.help = "changes the switches that are named",
		.run = run_set,
	}, {
		.name = "show",
		.args = "",
		.help = "shows the switches; -s counts echo replies",
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
