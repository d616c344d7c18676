// SPDX-License-Identifier: GPL-2.0
/* connect() fails when its SYN was dropped, not when its SYNs time out.
 *
 * TCP ignores what ip_queue_xmit() returns for a SYN. An ICMP error that is
 * looped back finds the socket locked by connect() itself, and counts only
 * with the first retransmission (tcp_v4_err(), sk_err_soft), and never finds
 * a socket that is bound to a device. So the socket is told by name.
 */

#include <linux/hash.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "refuse.h"

/* What tcp_v4_err() does to a connection that is being opened. */
static void svcbind_refuse_one(struct sock *sk)
{
	lock_sock(sk);
	if (sk->sk_state == TCP_SYN_SENT) {
		local_bh_disable();
		bh_lock_sock(sk);
		WRITE_ONCE(sk->sk_err, EHOSTUNREACH);
		sk_error_report(sk);
		tcp_done(sk);
		bh_unlock_sock(sk);
		local_bh_enable();
	}
	release_sock(sk);
	sock_put(sk);
}

static void svcbind_refuse_work(struct work_struct *work)
{
	struct svcbind_refuse *refuse = container_of(work,
						     struct svcbind_refuse,
						     work);
	struct sock *sk;
	int i;

	for (i = 0; i < SVCBIND_REFUSE_SLOTS; i++) {
		sk = xchg(&refuse->sk[i], NULL);
		if (sk)
			svcbind_refuse_one(sk);
	}
}

/**
 * svcbind_refuse() - let a connect() whose SYN is dropped fail, soon
 * @refuse: the namespace's
 * @sk: the full socket that sent it
 *
 * Fails it with EHOSTUNREACH from a work item, as the caller of connect()
 * holds the socket. With all places near the socket's own taken nothing
 * happens: the SYN's time-out remains.
 *
 * Context: any but hard interrupt; takes no lock, allocates nothing.
 */
void svcbind_refuse(struct svcbind_refuse *refuse, struct sock *sk)
{
	u32 first, i;

	if (sk->sk_protocol != IPPROTO_TCP || sk->sk_type != SOCK_STREAM ||
	    !refcount_inc_not_zero(&sk->sk_refcnt))
		return;
	first = hash_ptr(sk, 6);
	for (i = 0; i < SVCBIND_REFUSE_SLOTS; i++) {
		if (cmpxchg(&refuse->sk[(first + i) % SVCBIND_REFUSE_SLOTS],
			    NULL, sk))
			continue;
		schedule_work(&refuse->work);
		return;
	}
	sock_put(sk);
}

/**
 * svcbind_refuse_init() - prepare a namespace
 * @refuse: zeroed
 */
void svcbind_refuse_init(struct svcbind_refuse *refuse)
{
	INIT_WORK(&refuse->work, svcbind_refuse_work);
}

/**
 * svcbind_refuse_exit() - finish what is left to do
 * @refuse: the namespace's; no packet comes any more
 *
 * Context: process context.
 */
void svcbind_refuse_exit(struct svcbind_refuse *refuse)
{
	flush_work(&refuse->work);
}
