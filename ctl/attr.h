/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_ATTR_H
#define SVCBINDCTL_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <netlink/attr.h>

/*
 * A newer kernel may leave attributes out, or make them longer: what is
 * missing or too short reads as zero, never beyond the attribute.
 */
static inline uint64_t get_u64(struct nlattr *attr)
{
	return attr && nla_len(attr) >= 8 ? nla_get_u64(attr) : 0;
}

static inline uint32_t get_u32(struct nlattr *attr)
{
	return attr && nla_len(attr) >= 4 ? nla_get_u32(attr) : 0;
}

static inline uint16_t get_u16(struct nlattr *attr)
{
	return attr && nla_len(attr) >= 2 ? nla_get_u16(attr) : 0;
}

static inline bool get_bytes(void *to, size_t len, struct nlattr *attr)
{
	if (!attr || (size_t)nla_len(attr) < len)
		return false;
	memcpy(to, nla_data(attr), len);
	return true;
}

static inline void get_string(char *to, size_t size, struct nlattr *attr)
{
	if (attr)
		nla_strlcpy(to, attr, size);
}

#endif
