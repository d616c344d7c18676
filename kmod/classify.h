/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_CLASSIFY_H
#define _SVCBIND_CLASSIFY_H

#include <linux/types.h>

struct svcbind_flow;
struct svcbind_ruleset;
struct svcbind_service;

struct svcbind_service *svcbind_classify(const struct svcbind_ruleset *rs,
					 const struct svcbind_flow *flow);
struct svcbind_service *
svcbind_classify_early(const struct svcbind_ruleset *rs,
		       const struct svcbind_flow *flow);
u32 svcbind_classify_miss(const struct svcbind_service *service,
			  const struct svcbind_flow *flow);
bool svcbind_classify_accepted(const struct svcbind_service *service,
			       const struct svcbind_flow *flow);

#endif /* _SVCBIND_CLASSIFY_H */
