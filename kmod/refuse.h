/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_REFUSE_H
#define _SVCBIND_REFUSE_H

#include <linux/workqueue.h>

struct sock;

#define SVCBIND_REFUSE_SLOTS	64

/**
 * struct svcbind_refuse - connections that are to fail
 * @work: makes them fail
 * @sk: sockets, a reference to each; NULL where there is none
 */
struct svcbind_refuse {
	struct work_struct work;
	struct sock *sk[SVCBIND_REFUSE_SLOTS];
};

void svcbind_refuse(struct svcbind_refuse *refuse, struct sock *sk);
void svcbind_refuse_init(struct svcbind_refuse *refuse);
void svcbind_refuse_exit(struct svcbind_refuse *refuse);

#endif /* _SVCBIND_REFUSE_H */
