/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_MSS_H
#define _SVCBIND_MSS_H

#include <linux/skbuff.h>

struct dst_entry;

void svcbind_mss_clamp(struct sk_buff *skb, int family,
		       const struct dst_entry *dst);

#endif /* _SVCBIND_MSS_H */
