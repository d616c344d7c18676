/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_REFUSE_H
#define _SVCBIND_REFUSE_H

#include <linux/workqueue.h>

struct sock;

#define SVCBIND_REFUSE_SLOTS	64

/**
 * struct svcbind_refusal - a connection that is to fail
 * @taken: the place is somebody's
 * @seq: tells the attempt to connect from a later one of the same socket
 * @sk: the socket, with a reference; NULL until @seq is set
 */
struct svcbind_refusal {
	unsigned long taken;
	u32 seq;
	struct sock *sk;
};

/**
 * struct svcbind_refuse - connections that are to fail
 * @work: makes them fail
 * @slot: the connections
 */
struct svcbind_refuse {
	struct work_struct work;
	struct svcbind_refusal slot[SVCBIND_REFUSE_SLOTS];
};

void svcbind_refuse(struct svcbind_refuse *refuse, struct sock *sk);
void svcbind_refuse_init(struct svcbind_refuse *refuse);
void svcbind_refuse_exit(struct svcbind_refuse *refuse);

#endif /* _SVCBIND_REFUSE_H */
