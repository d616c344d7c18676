/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_OUTPUT_H
#define _SVCBIND_OUTPUT_H

#include <linux/netfilter.h>

#include <uapi/linux/svcbind.h>

#include "egress.h"

struct svcbind_net;
struct svcbind_ruleset;
struct svcbind_service;

/**
 * struct svcbind_judgement - what the hook would do with a packet
 * @exempt: why it is no service's, whatever it matches
 * @service: the service that it belongs to, or NULL
 * @acts: it is done, not only counted
 * @choice: verdict and device; SVCBIND_PASS where the service isn't bound
 * @cause: the verdict but for the mode: why a fallback is one
 * @source: the source that it leaves with
 */
struct svcbind_judgement {
	enum svcbind_exempt exempt;
	const struct svcbind_service *service;
	bool acts;
	struct svcbind_choice choice;
	enum svcbind_verdict cause;
	union nf_inet_addr source;
};

bool svcbind_output_acts(const struct svcbind_ruleset *rs,
			 const struct svcbind_binding *binding);
int svcbind_output_enable(struct svcbind_net *sn);
void svcbind_output_disable(struct svcbind_net *sn);
void svcbind_output_ask(struct svcbind_judgement *judgement,
			const struct svcbind_ruleset *rs, struct sk_buff *skb,
			const struct nf_hook_state *state,
			const struct svcbind_binding *instead);

extern bool svcbind_enforce;

#endif /* _SVCBIND_OUTPUT_H */
