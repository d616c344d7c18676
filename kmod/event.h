/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_EVENT_H
#define _SVCBIND_EVENT_H

#include <linux/workqueue.h>

#include <uapi/linux/svcbind.h>

#include "stats.h"

struct svcbind_net;

/**
 * struct svcbind_events - what a namespace does to tell of changes
 * @look: compares what there is with what was told
 * @again: the same, a second later
 */
struct svcbind_events {
	struct work_struct look;
	struct delayed_work again;
};

void svcbind_event_config(struct svcbind_net *sn, enum svcbind_event kind,
			  const char *service);
void svcbind_event_look(struct svcbind_net *sn);
void svcbind_event_drop(struct svcbind_net *sn, struct svcbind_told *told,
			enum svcbind_verdict verdict);

void svcbind_event_init(struct svcbind_net *sn);
void svcbind_event_exit(struct svcbind_net *sn);

#endif /* _SVCBIND_EVENT_H */
