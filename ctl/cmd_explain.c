// SPDX-License-Identifier: GPL-2.0
/* svcbindctl explain */
#include <errno.h>

#include "ctl.h"
#include "explain.h"
#include "nl.h"
#include "parse.h"
#include "print.h"
#include "words.h"

static int run(int argc, char **argv)
{
	struct explanation answer;
	struct question question;
	int status, err;

	status = parse_flow(argc, argv, &question);
	if (!status)
		status = ctl_nl_open();
	if (status)
		return status;
	err = explain_ask(&question, &answer);
	if (err == -ENODEV)
		return ctl_fail(CTL_REFUSED, "in %s: no such device",
				question.in);
	if (err)
		return ctl_nl_fail(err);
	print_begin();
	explain_show(&question, &answer);
	return print_end();
}

const struct ctl_command cmd_explain = {
	.name = "explain",
	.args = "PROTO DST[:PORT]",
	.words = explain_words,
	.notes = "Nothing is sent, counted or changed. An IPv6 address with a port is\n"
		 "written [fd00::1]:2049.",
	.help = "says what becomes of a flow, and why",
	.examples = "explain tcp 10.0.0.100:2049\n"
		    "explain udp [fd00::100]:2049 from [fd00::12]:700 uid 0\n"
		    "explain icmp 10.0.0.100 in vmk1",
	.run = run,
};
