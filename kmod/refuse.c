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

/* Only while it is still the same attempt. tcp_abort() takes the lock itself,
 * so that a SYN that was sent again and answered in between would be aborted
 * too: a second after the first, while this runs within milliseconds.
 */
static void svcbind_refuse_one(struct sock *sk, u32 seq)
{
	bool same;

	lock_sock(sk);
	same = sk->sk_state == TCP_SYN_SENT && tcp_sk(sk)->snd_una == seq;
	release_sock(sk);
	if (same)
		tcp_abort(sk, EHOSTUNREACH);
	sock_put(sk);
}

static void svcbind_refuse_work(struct work_struct *work)
{
	struct svcbind_refuse *refuse = container_of(work,
						     struct svcbind_refuse,
						     work);
	struct svcbind_refusal *slot;
	struct sock *sk;
	int i;

	for (i = 0; i < SVCBIND_REFUSE_SLOTS; i++) {
		slot = &refuse->slot[i];
		/* Pairs with svcbind_refuse(): @seq is set. */
		sk = smp_load_acquire(&slot->sk);
		if (!sk)
			continue;
		slot->sk = NULL;
		svcbind_refuse_one(sk, slot->seq);
		clear_bit_unlock(0, &slot->taken);
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
	struct svcbind_refusal *slot;
	u32 first, i;

	if (sk->sk_protocol != IPPROTO_TCP || sk->sk_type != SOCK_STREAM ||
	    !refcount_inc_not_zero(&sk->sk_refcnt))
		return;
	first = hash_ptr(sk, 6);
	for (i = 0; i < SVCBIND_REFUSE_SLOTS; i++) {
		slot = &refuse->slot[(first + i) % SVCBIND_REFUSE_SLOTS];
		if (test_and_set_bit_lock(0, &slot->taken))
			continue;
		slot->seq = tcp_sk(sk)->snd_una;
		/* Pairs with svcbind_refuse_work(). */
		smp_store_release(&slot->sk, sk);
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
