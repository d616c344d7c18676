/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_PROBE_H
#define _SVCBIND_PROBE_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/uidgid.h>

struct cgroup;
struct socket;
struct svcbind_cgroup;

/**
 * struct svcbind_question - a flow, as it is described
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_TCP, UDP, UDPLITE, SCTP or ICMP, which stands for ICMPv6 too
 * @has_src: the application binds itself to @src
 * @has_uid: @uid owns the socket; else whoever asks
 * @sport: in host byte order, 0: any
 * @dport: in host byte order, 0: any
 * @in: index of the device on which the peer's question comes in, or 0
 * @mark: the packet's mark
 * @uid: see @has_uid
 * @cgroup: where the socket is made, or NULL: where whoever asks is
 * @src: see @has_src
 * @dst: the peer
 */
struct svcbind_question {
	u8 family;
	u8 proto;
	bool has_src;
	bool has_uid;
	u16 sport;
	u16 dport;
	int in;
	u32 mark;
	kuid_t uid;
	struct svcbind_cgroup *cgroup;
	union nf_inet_addr src;
	union nf_inet_addr dst;
};

/**
 * struct svcbind_probe - a packet that is never sent, with all that it has in
 *	LOCAL_OUT
 * @sock: whose it is
 * @cgrp: the cgroup that was swapped in, with a reference; or NULL
 * @made: the cgroup that @sock was made in, where @cgrp is
 * @skb: the packet, with the route that the routing table alone gives it
 * @state: the hook that it would pass; its device is svcbind_probe_look()'s
 * @err: why the routing table gave it none; 0: it did
 */
struct svcbind_probe {
	struct socket *sock;
	struct cgroup *cgrp;
	struct cgroup *made;
	struct sk_buff *skb;
	struct nf_hook_state state;
	int err;
};

int svcbind_probe_create(struct svcbind_probe *probe, struct net *net,
			 const struct svcbind_question *question, bool answer,
			 int ifindex);
int svcbind_probe_look(struct svcbind_probe *probe);
int svcbind_probe_track(struct svcbind_probe *probe, bool answer);
void svcbind_probe_destroy(struct svcbind_probe *probe);

#endif /* _SVCBIND_PROBE_H */
