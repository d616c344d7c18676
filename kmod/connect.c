// SPDX-License-Identifier: GPL-2.0
/* Sockets are bound to their service's device when they connect, before the
 * kernel chooses route, source, MSS and path MTU by it: as if their owner had
 * called SO_BINDTODEVICE.
 *
 * The LSM hooks for connect() miss kernel_connect(), by which the NFS client
 * connects; a kprobe at the entry of what all of them call does not. There the
 * socket is locked.
 */

#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sock_diag.h>
#include <linux/tracepoint.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "classify.h"
#include "compat.h"
#include "connect.h"
#include "device.h"
#include "egress.h"
#include "flow.h"
#include "netns.h"
#include "output.h"
#include "ruleset.h"
#include "stats.h"

/* 8,192 sockets a namespace, in 128 KiB. A socket has a place in either of two
 * buckets, so that few are refused before three of four places are taken.
 */
#define SVCBIND_CONNECT_BITS	11
#define SVCBIND_CONNECT_WAYS	4

/**
 * struct svcbind_connect_slot - a socket that svcbind has bound
 * @cookie: the socket's, which no other ever has; 0: free
 * @ifindex: the device; where the socket is bound to another by now, somebody
 *	else has done that
 */
struct svcbind_connect_slot {
	atomic64_t cookie;
	int ifindex;
};

/**
 * struct svcbind_connect_table - the sockets that svcbind has bound
 * @bucket: the slots
 *
 * Taken and given back by atomic operations, as nothing may wait here.
 */
struct svcbind_connect_table {
	struct {
		struct svcbind_connect_slot slot[SVCBIND_CONNECT_WAYS];
	} bucket[1 << SVCBIND_CONNECT_BITS];
};

static struct svcbind_connect_slot *
svcbind_connect_bucket(struct svcbind_connect_table *table, u64 cookie,
		       int which)
{
	u32 hash = hash_64(cookie, 2 * SVCBIND_CONNECT_BITS);

	if (which)
		hash >>= SVCBIND_CONNECT_BITS;
	return table->bucket[hash & ((1 << SVCBIND_CONNECT_BITS) - 1)].slot;
}

/* Of the places that a socket can have, one that holds @held. */
static struct svcbind_connect_slot *
svcbind_connect_find(struct svcbind_connect_table *table, u64 cookie, u64 held)
{
	struct svcbind_connect_slot *slot;
	int which, i;

	for (which = 0; which < 2; which++) {
		slot = svcbind_connect_bucket(table, cookie, which);
		for (i = 0; i < SVCBIND_CONNECT_WAYS; i++)
			if (atomic64_read(&slot[i].cookie) == held)
				return &slot[i];
	}
	return NULL;
}

static struct svcbind_connect_slot *
svcbind_connect_take(struct svcbind_connect_table *table, u64 cookie)
{
	struct svcbind_connect_slot *slot;

	do
		slot = svcbind_connect_find(table, cookie, 0);
	while (slot && atomic64_cmpxchg(&slot->cookie, 0, cookie));
	return slot;
}

static struct svcbind_connect_slot *
svcbind_connect_slot_of(const struct svcbind_net *sn, const struct sock *sk)
{
	struct svcbind_connect_table *table;
	u64 cookie = atomic64_read(&sk->sk_cookie);

	table = rcu_dereference(sn->connects.table);
	return table && cookie ? svcbind_connect_find(table, cookie, cookie) :
				 NULL;
}

/**
 * svcbind_connect_owns() - is it svcbind that has bound this socket?
 * @sn: the namespace
 * @sk: a full socket that is bound to a device
 *
 * Context: RCU read side.
 * Return: whether it is, and not the socket's owner.
 */
bool svcbind_connect_owns(const struct svcbind_net *sn, const struct sock *sk)
{
	const struct svcbind_connect_slot *slot;

	slot = svcbind_connect_slot_of(sn, sk);
	return slot && READ_ONCE(slot->ifindex) ==
		       READ_ONCE(sk->sk_bound_dev_if);
}

/* The socket is no longer svcbind's, nor is it bound any more where nobody else
 * has bound it since. Its owner's binding stays. sk_common_release() and
 * udp_abort() may both be at it.
 */
static void svcbind_connect_undo(const struct svcbind_net *sn, struct sock *sk)
{
	struct svcbind_connect_slot *slot = svcbind_connect_slot_of(sn, sk);
	int ifindex;
	u64 cookie;

	if (!slot)
		return;
	cookie = atomic64_read(&sk->sk_cookie);
	ifindex = READ_ONCE(slot->ifindex);
	if (atomic64_cmpxchg(&slot->cookie, cookie, 0) == cookie &&
	    sk->sk_bound_dev_if == ifindex)
		WRITE_ONCE(sk->sk_bound_dev_if, 0);
}

/* Nothing but this may go wrong: all else that a caller needs is there. */
static bool svcbind_connect_bind(struct svcbind_net *sn, struct sock *sk,
				 int ifindex)
{
	struct svcbind_connect_slot *slot;
	u32 cookie[2];

	sock_diag_save_cookie(sk, cookie);
	slot = svcbind_connect_take(rcu_dereference(sn->connects.table),
				    (u64)cookie[1] << 32 | cookie[0]);
	if (!slot) {
		atomic_long_inc(&sn->connects.full);
		return false;
	}
	WRITE_ONCE(slot->ifindex, ifindex);
	WRITE_ONCE(sk->sk_bound_dev_if, ifindex);
	return true;
}

/* With options, the first hop may be another than the peer. */
static bool svcbind_connect_has_options(const struct sock *sk)
{
	if (rcu_access_pointer(inet_sk(sk)->inet_opt) ||
	    sock_flag(sk, SOCK_LOCALROUTE))
		return true;
	return sk->sk_family == AF_INET6 &&
	       rcu_access_pointer(inet6_sk(sk)->opt);
}

/* What is unknown yet is zero: a port that the kernel will choose, and the
 * source where the owner has not chosen it by bind(2). Those of a connection
 * that has begun are the kernel's choice. A datagram socket that was connected
 * before keeps the source of that time.
 */
static void svcbind_connect_flow(struct svcbind_flow *flow, struct sock *sk,
				 u8 family)
{
	bool begun = sk->sk_state == TCP_SYN_SENT;
	u8 locks = sk->sk_userlocks;

	memset(flow, 0, sizeof(*flow));
	flow->family = family;
	flow->proto = sk->sk_protocol;
	flow->has_ports = true;
	flow->opens = true;
	flow->mark = READ_ONCE(sk->sk_mark);
	flow->sk = sk;
	if (!begun || locks & SOCK_BINDPORT_LOCK)
		flow->sport = inet_sk(sk)->inet_num;
	if (begun && !(locks & SOCK_BINDADDR_LOCK))
		return;
	if (family == AF_INET)
		flow->saddr.ip = inet_sk(sk)->inet_saddr;
	else
		flow->saddr.in6 = inet6_sk(sk)->saddr;
	flow->source = flow->saddr;
}

/* The first usable device, as svcbind_egress_choose() has it: but a way that
 * isn't the routing table's is only LOCAL_OUT's, as is a device without an
 * address that its owner has chosen.
 */
static struct net_device *
svcbind_connect_device(const struct svcbind_binding *binding,
		       const struct svcbind_flow *flow)
{
	bool chosen = memchr_inv(&flow->saddr, 0, sizeof(flow->saddr));
	const struct svcbind_bound *bound;
	struct net_device *dev;
	u32 i;

	for (i = 0; i < binding->n; i++) {
		bound = &binding->bound[i];
		dev = rcu_dereference(bound->device->dev);
		if (!dev || !svcbind_device_usable(dev, flow->family,
						   &flow->daddr) ||
		    (chosen && !svcbind_device_has_addr(dev, flow->family,
							&flow->saddr)))
			continue;
		if (flow->family == AF_INET ? bound->via4 : bound->via6)
			return NULL;
		if (svcbind_egress_leads(dev, flow))
			return dev;
		if (svcbind_egress_onlink(dev, flow->family, &flow->daddr))
			return NULL;
	}
	return NULL;
}

/* TCP connects anew when its device is lost. A datagram socket is connected once
 * and for all: bound, it would stay where another device is to take over.
 */
static bool svcbind_connect_suits(const struct svcbind_binding *binding,
				  const struct svcbind_flow *flow)
{
	return binding->source == SVCBIND_SOURCE_AUTO &&
	       (flow->proto == IPPROTO_TCP ||
		(binding->n == 1 && binding->mode == SVCBIND_MODE_STRICT));
}

/**
 * svcbind_connect_choose() - the device that a socket is to be bound to
 * @rs: the ruleset
 * @flow: what the socket connects to, as far as it is known: a source or a
 *	source port of zero has yet to be chosen; with its socket
 * @service: set to whose it is, if there is a device
 *
 * Context: RCU read side; takes no lock and makes no route.
 * Return: the device; NULL where nothing is to be done, or not by this.
 */
struct net_device *
svcbind_connect_choose(const struct svcbind_ruleset *rs,
		       const struct svcbind_flow *flow,
		       const struct svcbind_service **service)
{
	const struct svcbind_binding *binding;

	if (!(rs->need & SVCBIND_NEED_CONNECT) ||
	    svcbind_connect_has_options(flow->sk))
		return NULL;
	*service = svcbind_classify_early(rs, flow);
	binding = *service ? (*service)->binding : NULL;
	if (!binding || !svcbind_connect_suits(binding, flow) ||
	    !svcbind_output_acts(rs, binding) ||
	    svcbind_egress_is_own(sock_net(flow->sk), flow))
		return NULL;
	return svcbind_connect_device(binding, flow);
}

/* A socket that svcbind has bound before is judged anew; its owner's choice is
 * his. Neither fails connect(): LOCAL_OUT has the last word.
 */
static void svcbind_connect_judge(struct svcbind_net *sn, struct sock *sk,
				  struct svcbind_flow *flow)
{
	const struct svcbind_service *service;
	const struct svcbind_ruleset *rs;
	struct net_device *dev;

	svcbind_connect_undo(sn, sk);
	rs = rcu_dereference(sn->ruleset);
	if (sk->sk_bound_dev_if)
		return;
	dev = svcbind_connect_choose(rs, flow, &service);
	if (dev && svcbind_connect_bind(sn, sk, dev->ifindex))
		svcbind_counter_add(service->counters, SVCBIND_BIND, 1);
}

/* cleanup_net() lets an RCU grace period pass between the end of a namespace's
 * last reference and that of struct svcbind_net. Kernel sockets can have none.
 */
static struct svcbind_net *svcbind_connect_net(const struct sock *sk)
{
	struct net *net = sock_net(sk);

	return check_net(net) ? svcbind_net(net) : NULL;
}

/* __ip4_datagram_connect() is called for raw, ping and L2TP sockets too. */
static bool svcbind_connect_can(const struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP ? sk->sk_type == SOCK_STREAM :
	       (sk->sk_protocol == IPPROTO_UDP ||
		sk->sk_protocol == IPPROTO_UDPLITE) &&
	       sk->sk_type == SOCK_DGRAM;
}

static void svcbind_connect_to(struct sock *sk, u8 family,
			       const void *daddr, __be16 dport)
{
	struct svcbind_flow flow;
	struct svcbind_net *sn;

	if (!svcbind_connect_can(sk))
		return;
	rcu_read_lock();
	sn = svcbind_connect_net(sk);
	if (sn && rcu_access_pointer(sn->connects.table)) {
		svcbind_connect_flow(&flow, sk, family);
		memcpy(&flow.daddr, daddr, family == AF_INET ?
		       sizeof(flow.daddr.in) : sizeof(flow.daddr.in6));
		flow.dport = ntohs(dport);
		svcbind_connect_judge(sn, sk, &flow);
	}
	rcu_read_unlock();
}

/* Also where tcp_v6_connect() and __ip6_datagram_connect() end with a
 * v4-mapped address.
 */
static int svcbind_connect4(struct kprobe *probe, struct pt_regs *regs)
{
	const struct sockaddr_in *sin =
		(const void *)regs_get_kernel_argument(regs, 1);
	int len = regs_get_kernel_argument(regs, 2);

	if (len >= (int)sizeof(*sin) && sin->sin_family == AF_INET)
		svcbind_connect_to((void *)regs_get_kernel_argument(regs, 0),
				   AF_INET, &sin->sin_addr, sin->sin_port);
	return 0;
}

static int svcbind_connect6(struct kprobe *probe, struct pt_regs *regs)
{
	const struct sockaddr_in6 *sin6 =
		(const void *)regs_get_kernel_argument(regs, 1);
	int len = regs_get_kernel_argument(regs, 2);

	if (len >= SIN6_LEN_RFC2133 && sin6->sin6_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&sin6->sin6_addr))
		svcbind_connect_to((void *)regs_get_kernel_argument(regs, 0),
				   AF_INET6, &sin6->sin6_addr,
				   sin6->sin6_port);
	return 0;
}

static void svcbind_connect_end(struct sock *sk)
{
	struct svcbind_net *sn;

	if (!atomic64_read(&sk->sk_cookie))
		return;
	rcu_read_lock();
	sn = svcbind_connect_net(sk);
	if (sn)
		svcbind_connect_undo(sn, sk);
	rcu_read_unlock();
}

/* Where a socket is disconnected, and where it is closed. Datagram sockets have no
 * tracepoint for either, and those of TCP whose connect() failed early, as it found
 * no route, never come to be TCP_CLOSE: they are all the time.
 */
static int svcbind_connect_over(struct kprobe *probe, struct pt_regs *regs)
{
	struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);

	if (svcbind_connect_can(sk))
		svcbind_connect_end(sk);
	return 0;
}

/* A closed socket can be used again, to listen too. */
static void svcbind_connect_state(void *data, const struct sock *sk,
				  const int before, const int now)
{
	if (sk->sk_protocol == IPPROTO_TCP &&
	    (now == TCP_CLOSE || now == TCP_LISTEN))
		svcbind_connect_end((struct sock *)sk);
}

/**
 * svcbind_connect_miss() - count a connection whose socket should be bound
 * @sn: the namespace
 * @rs: the ruleset
 * @flow: a SYN whose source isn't its device's, from a socket that isn't bound
 *
 * sysctl kernel.ftrace_enabled=0 stops kprobes, and says nothing.
 *
 * Context: RCU read side.
 */
void svcbind_connect_miss(struct svcbind_net *sn,
			  const struct svcbind_ruleset *rs,
			  const struct svcbind_flow *flow)
{
	const struct svcbind_service *service;
	struct svcbind_flow early;

	if (!svcbind_connect_can(flow->sk))
		return;
	svcbind_connect_flow(&early, flow->sk, flow->family);
	early.daddr = flow->daddr;
	early.dport = flow->dport;
	if (svcbind_connect_choose(rs, &early, &service))
		atomic_long_inc(&sn->connects.missed);
}

static const struct {
	const char *symbol;
	kprobe_pre_handler_t handler;
} svcbind_connect_wanted[] = {
	{ "tcp_v4_connect", svcbind_connect4 },
	{ "tcp_v6_connect", svcbind_connect6 },
	{ "__ip4_datagram_connect", svcbind_connect4 },
	{ "__ip6_datagram_connect", svcbind_connect6 },
	{ "__udp_disconnect", svcbind_connect_over },
	{ "sk_common_release", svcbind_connect_over },
	{ "tcp_disconnect", svcbind_connect_over },
	{ "inet_csk_destroy_sock", svcbind_connect_over },
};

#define SVCBIND_CONNECT_PROBES	ARRAY_SIZE(svcbind_connect_wanted)

static struct kprobe svcbind_connect_probe[SVCBIND_CONNECT_PROBES];
static struct kprobe *svcbind_connect_probes[SVCBIND_CONNECT_PROBES];
static struct tracepoint *svcbind_connect_tracepoint;
static DEFINE_MUTEX(svcbind_connect_mutex);
static bool svcbind_connect_armed, svcbind_connect_refused;

static void svcbind_connect_match(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		svcbind_connect_tracepoint = tp;
}

static int svcbind_connect_register(void)
{
	int i, err;

	for_each_kernel_tracepoint(svcbind_connect_match, NULL);
	if (!svcbind_connect_tracepoint)
		return -ENOENT;
	err = tracepoint_probe_register(svcbind_connect_tracepoint,
					svcbind_connect_state, NULL);
	if (err)
		return err;
	/* What a failed register_kprobes() leaves in them isn't taken again. */
	for (i = 0; i < SVCBIND_CONNECT_PROBES; i++) {
		svcbind_connect_probe[i] = (struct kprobe) {
			.symbol_name = svcbind_connect_wanted[i].symbol,
			.pre_handler = svcbind_connect_wanted[i].handler,
		};
		svcbind_connect_probes[i] = &svcbind_connect_probe[i];
	}
	err = register_kprobes(svcbind_connect_probes, SVCBIND_CONNECT_PROBES);
	if (err) {
		tracepoint_probe_unregister(svcbind_connect_tracepoint,
					    svcbind_connect_state, NULL);
		tracepoint_synchronize_unregister();
	}
	return err;
}

/**
 * svcbind_connect_arm() - be there when sockets connect
 *
 * From the first need until the module goes, lest a namespace of anybody's can
 * have kernel code patched over and over. Nor is a kernel asked again that can't.
 *
 * Context: process context.
 * Return: whether it is so; not where the kernel has no kprobes.
 */
bool svcbind_connect_arm(void)
{
	bool armed;
	int err;

	mutex_lock(&svcbind_connect_mutex);
	if (!svcbind_connect_armed && !svcbind_connect_refused) {
		err = svcbind_connect_register();
		svcbind_connect_armed = !err;
		svcbind_connect_refused = err && err != -ENOMEM;
	}
	armed = svcbind_connect_armed;
	mutex_unlock(&svcbind_connect_mutex);
	return armed;
}

/**
 * svcbind_connect_exit() - be there no longer
 *
 * Sockets that are bound stay so.
 *
 * Context: module exit, before the namespaces are left.
 */
void svcbind_connect_exit(void)
{
	if (!svcbind_connect_armed)
		return;
	unregister_kprobes(svcbind_connect_probes, SVCBIND_CONNECT_PROBES);
	tracepoint_probe_unregister(svcbind_connect_tracepoint,
				    svcbind_connect_state, NULL);
	tracepoint_synchronize_unregister();
}

/**
 * svcbind_connect_enable() - have room for sockets that are bound
 * @sn: the namespace
 *
 * What has been bound is to be remembered for as long as it lives, so that the
 * room stays to the namespace's end.
 *
 * Context: process context, holds the netns mutex.
 * Return: 0 or -ENOMEM.
 */
int svcbind_connect_enable(struct svcbind_net *sn)
{
	struct svcbind_connect_table *table;

	lockdep_assert_held(&sn->lock);
	if (rcu_access_pointer(sn->connects.table))
		return 0;
	table = kvzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	rcu_assign_pointer(sn->connects.table, table);
	return 0;
}

/**
 * svcbind_connect_net_exit() - forget a namespace's sockets
 * @sn: the namespace, whose last reference has gone a grace period ago; or the
 *	module goes, and svcbind_connect_exit() was called
 */
void svcbind_connect_net_exit(struct svcbind_net *sn)
{
	kvfree(rcu_access_pointer(sn->connects.table));
}
