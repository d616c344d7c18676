/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBIND_FUZZ_PACKET_H
#define SVCBIND_FUZZ_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX	1400

/**
 * struct packet - an IP packet or an ARP message, without a link's header
 * @data: its bytes
 * @len: how many
 * @protocol: ETH_P_*
 */
struct packet {
	uint8_t data[PACKET_MAX];
	size_t len;
	uint16_t protocol;
};

/* Addresses by family: the text of each, NULL at the end. */
struct places {
	const char *const *ip4;
	const char *const *ip6;
};

void packet_seed(uint64_t seed);
uint32_t packet_below(uint32_t n);
bool packet_one_in(uint32_t n);
void packet_make(struct packet *packet, const struct places *from,
		 const struct places *to, bool sent);

#endif
