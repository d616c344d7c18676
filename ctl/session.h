/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_SESSION_H
#define SVCBINDCTL_SESSION_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/inet_diag.h>
#include <linux/svcbind.h>

/**
 * struct session - a TCP connection that ends here
 * @family: AF_INET or AF_INET6; that of the packets, whatever the socket's
 * @local: our address, network byte order
 * @remote: the peer's address
 * @local_port: our port
 * @remote_port: the peer's port
 * @uid_known: whether @uid is
 * @uid: who owns the socket, in the numbers that services have
 * @mark: that the socket gives its packets
 * @cgroup_id: number of the cgroup that the socket was made in, 0 if unknown
 * @cgroup: where that is, in our cgroup namespace; "" if unknown
 * @ifindex: device or VRF that the socket is bound to, 0 if none
 * @dev: device that the routing table takes to the peer, "" if unknown
 * @socket: how sock_diag names the socket
 * @socket_family: family of the socket
 * @inode: of the socket's file, 0 if it has none
 * @idle: milliseconds since data came or went
 */
struct session {
	int family;
	uint8_t local[16];
	uint8_t remote[16];
	uint16_t local_port;
	uint16_t remote_port;
	bool uid_known;
	uint32_t uid;
	uint32_t mark;
	uint64_t cgroup_id;
	char cgroup[SVCBIND_CGROUP_MAX + 1];
	int ifindex;
	char dev[IFNAMSIZ];
	struct inet_diag_sockid socket;
	uint8_t socket_family;
	uint32_t inode;
	uint32_t idle;
};

/**
 * struct sessions - TCP connections
 * @n: how many
 * @certain: there is one, and the command was given in it; else it may have
 *           been given in any of them
 * @session: the connections
 */
struct sessions {
	unsigned int n;
	unsigned int room;
	bool certain;
	struct session *session;
};

int sessions_find(struct sessions *list);
void sessions_free(struct sessions *list);

#endif
