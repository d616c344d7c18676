/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_SESSION_H
#define SVCBINDCTL_SESSION_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct session - the ssh session that the command was given in
 * @family: AF_INET or AF_INET6
 * @local: our address, network byte order
 * @remote: the client's address
 * @local_port: our port
 * @remote_port: the client's port
 * @dev: device that the routing table takes to the client, "" if none
 */
struct session {
	int family;
	uint8_t local[16];
	uint8_t remote[16];
	uint16_t local_port;
	uint16_t remote_port;
	char dev[IFNAMSIZ];
};

bool session_find(struct session *session);

#endif
