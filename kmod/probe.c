// SPDX-License-Identifier: GPL-2.0
/* A packet that is never sent: made as its socket would, to be asked about. */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/user_namespace.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/route.h>
#include <net/sock.h>

#include "cgroup.h"
#include "probe.h"
#include "source.h"

static bool svcbind_probe_echo_reply(const struct svcbind_question *question,
				     bool answer)
{
	return answer && question->proto == IPPROTO_ICMP;
}

static int svcbind_probe_seat(struct svcbind_probe *probe,
			      const struct svcbind_cgroup *cgroup)
{
	if (!cgroup)
		return 0;
	probe->cgrp = svcbind_cgroup_get(cgroup);
	if (IS_ERR(probe->cgrp)) {
		int err = PTR_ERR(probe->cgrp);

		probe->cgrp = NULL;
		return err;
	}
	probe->made = svcbind_cgroup_swap(probe->sock->sk, probe->cgrp);
	return 0;
}

/* A real socket has all that is asked of an owner: uid, cgroup, mark, and what
 * bind(2) leaves behind. It isn't bound, as that would take the port from
 * others for a moment. A datagram's serves for all protocols.
 */
static int svcbind_probe_own(struct svcbind_probe *probe, struct net *net,
			     const struct svcbind_question *question,
			     bool answer, int ifindex)
{
	bool reply = svcbind_probe_echo_reply(question, answer);
	struct sock *sk;
	int err;

	err = sock_create_kern(net, question->family, SOCK_DGRAM, IPPROTO_UDP,
			       &probe->sock);
	if (err)
		return err;
	sk = probe->sock->sk;
	sk->sk_bound_dev_if = ifindex;
	if (question->has_src && !answer)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	/* As those by which the kernel replies: inet_ctl_sock_create(). */
	if (reply || question->has_uid)
		sk->sk_uid = reply ? make_kuid(net->user_ns, 0) :
				     question->uid;
	if (reply)
		return 0;
	sk->sk_mark = question->mark;
	return svcbind_probe_seat(probe, question->cgroup);
}

/* The address that a question which comes in there is for, unless it is said. */
static void svcbind_probe_asked(struct net *net,
				const struct svcbind_question *question,
				union nf_inet_addr *src)
{
	struct net_device *dev;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(net, question->in);
	if (!dev || !svcbind_source_pick(dev, question->family, &question->dst,
					 src))
		memset(src, 0, sizeof(*src));
	rcu_read_unlock();
}

/* As tcp_v4_connect() and __ip4_datagram_connect() have it; @src is set to what
 * the kernel would choose.
 */
static struct dst_entry *
svcbind_probe_route4(const struct svcbind_question *question, struct sock *sk,
		     int oif, union nf_inet_addr *src)
{
	struct flowi4 fl4;
	struct rtable *rt;

	rt = ip_route_connect(&fl4, question->dst.ip, src->ip, oif,
			      question->proto, htons(question->sport),
			      htons(question->dport), sk);
	if (IS_ERR(rt))
		return ERR_CAST(rt);
	src->ip = fl4.saddr;
	return &rt->dst;
}

static struct dst_entry *
svcbind_probe_route6(const struct svcbind_question *question, struct sock *sk,
		     int oif, union nf_inet_addr *src)
{
	struct flowi6 fl6 = {
		.flowi6_oif = oif,
		.flowi6_mark = sk->sk_mark,
		.flowi6_uid = sk->sk_uid,
		.flowi6_proto = question->proto == IPPROTO_ICMP ?
				IPPROTO_ICMPV6 : question->proto,
		.daddr = question->dst.in6,
		.saddr = src->in6,
		.fl6_sport = htons(question->sport),
		.fl6_dport = htons(question->dport),
	};
	struct dst_entry *dst;

	dst = ip6_dst_lookup_flow(sock_net(sk), sk, &fl6, NULL);
	if (!IS_ERR(dst))
		src->in6 = fl6.saddr;
	return dst;
}

/* The device that the lookup of an answer names: the VRF that the question came
 * in by, and for an IPv6 echo reply that device itself, though it is no more
 * than a preference there (icmpv6_echo_reply()).
 */
static int svcbind_probe_oif(struct net *net,
			     const struct svcbind_question *question)
{
	int master = l3mdev_master_ifindex_by_index(net, question->in);

	if (question->family == AF_INET6 && question->proto == IPPROTO_ICMP)
		return question->in;
	return master;
}

static void svcbind_probe_transport(struct sk_buff *skb,
				    const struct svcbind_question *question,
				    bool answer)
{
	struct tcphdr *th = skb_put_zero(skb, sizeof(*th));
	u8 *type = (u8 *)th;

	if (question->proto == IPPROTO_ICMP) {
		if (question->family == AF_INET)
			*type = answer ? ICMP_ECHOREPLY : ICMP_ECHO;
		else
			*type = answer ? ICMPV6_ECHO_REPLY :
					 ICMPV6_ECHO_REQUEST;
		return;
	}
	/* All of them have these in the same place. */
	th->source = htons(question->sport);
	th->dest = htons(question->dport);
	if (question->proto != IPPROTO_TCP)
		return;
	th->doff = sizeof(*th) / 4;
	th->syn = 1;
	th->ack = answer;
}

static int svcbind_probe_write(struct svcbind_probe *probe,
			       const struct svcbind_question *question,
			       const union nf_inet_addr *src, bool answer)
{
	struct ipv6hdr *ip6h;
	struct sk_buff *skb;
	struct iphdr *iph;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(*ip6h) + sizeof(struct tcphdr),
			GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	probe->skb = skb;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_network_header(skb);
	skb->mark = probe->sock->sk->sk_mark;
	if (question->family == AF_INET) {
		skb->protocol = htons(ETH_P_IP);
		iph = skb_put_zero(skb, sizeof(*iph));
		iph->version = 4;
		iph->ihl = sizeof(*iph) / 4;
		iph->protocol = question->proto;
		iph->saddr = src->ip;
		iph->daddr = question->dst.ip;
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		ip6h = skb_put_zero(skb, sizeof(*ip6h));
		ip6h->version = 6;
		ip6h->nexthdr = question->proto == IPPROTO_ICMP ?
				IPPROTO_ICMPV6 : question->proto;
		ip6h->saddr = src->in6;
		ip6h->daddr = question->dst.in6;
	}
	skb_set_transport_header(skb, skb->len);
	svcbind_probe_transport(skb, question, answer);
	return 0;
}

/**
 * svcbind_probe_create() - make up a packet
 * @probe: filled in; has to be destroyed on errors, too
 * @net: the namespace
 * @question: what flow it opens
 * @answer: not that: it answers what came in on @question->in
 * @ifindex: the device that its socket is bound to, or 0
 *
 * Context: process context, that of who asks.
 * Return: 0, also where the routing table has no route, see @probe->err;
 * -ENOENT if there is no such cgroup; -ENOMEM; what sock_create_kern() says.
 */
int svcbind_probe_create(struct svcbind_probe *probe, struct net *net,
			 const struct svcbind_question *question, bool answer,
			 int ifindex)
{
	union nf_inet_addr src = question->src;
	struct dst_entry *dst;
	struct sock *sk;
	int err, oif;

	memset(probe, 0, sizeof(*probe));
	err = svcbind_probe_own(probe, net, question, answer, ifindex);
	if (err)
		return err;
	sk = probe->sock->sk;
	if (answer && !question->has_src)
		svcbind_probe_asked(net, question, &src);
	oif = answer ? svcbind_probe_oif(net, question) : ifindex;
	dst = question->family == AF_INET ?
	      svcbind_probe_route4(question, sk, oif, &src) :
	      svcbind_probe_route6(question, sk, oif, &src);
	probe->err = PTR_ERR_OR_ZERO(dst);
	/* That says nothing of the routing table. */
	if (probe->err == -ENOMEM || probe->err == -ENOBUFS)
		return probe->err;
	err = svcbind_probe_write(probe, question, &src, answer);
	if (err) {
		if (!probe->err)
			dst_release(dst);
		return err;
	}
	probe->state.hook = NF_INET_LOCAL_OUT;
	probe->state.pf = question->family;
	probe->state.net = net;
	/* An echo reply is nobody's. */
	if (!svcbind_probe_echo_reply(question, answer))
		probe->state.sk = sk;
	if (!probe->err)
		skb_dst_set(probe->skb, dst);
	return 0;
}

/**
 * svcbind_probe_look() - see by which device it would leave
 * @probe: the probe, or one that was never made
 *
 * The route doesn't keep its device: dst_dev_put() and rt_flush_dev() put
 * blackhole_netdev in its place and let the device go.
 *
 * Context: RCU read side, for which the device is good.
 * Return: 0; -EAGAIN if the device has gone since the route was looked up.
 */
int svcbind_probe_look(struct svcbind_probe *probe)
{
	struct net_device *dev;

	if (!probe->skb || probe->err)
		return 0;
	dev = READ_ONCE(skb_dst(probe->skb)->dev);
	if (dev == blackhole_netdev)
		return -EAGAIN;
	probe->state.out = dev;
	return 0;
}

/**
 * svcbind_probe_track() - let conntrack be on for it
 * @probe: the probe
 * @answer: it answers, and doesn't open
 *
 * A template is a connection that is in no table, and counted nowhere: to all
 * who ask the packet, it is one that has just begun.
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int svcbind_probe_track(struct svcbind_probe *probe, bool answer)
{
	struct nf_conn *ct;

	ct = nf_ct_tmpl_alloc(probe->state.net, &nf_ct_zone_dflt, GFP_KERNEL);
	if (!ct)
		return -ENOMEM;
	nf_ct_set(probe->skb, ct, answer ? IP_CT_ESTABLISHED_REPLY :
					   IP_CT_NEW);
	return 0;
}

/**
 * svcbind_probe_destroy() - end a probe, whole or half-made
 * @probe: the probe
 *
 * Context: process context.
 */
void svcbind_probe_destroy(struct svcbind_probe *probe)
{
	consume_skb(probe->skb);
	if (probe->cgrp) {
		svcbind_cgroup_swap(probe->sock->sk, probe->made);
		cgroup_put(probe->cgrp);
	}
	if (probe->sock)
		sock_release(probe->sock);
}
