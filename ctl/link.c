// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of a device itself. */
#include <net/if.h>
#include <string.h>

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "link.h"
#include "nl.h"

static int on_link(struct nlmsghdr *nlh, void *arg)
{
	static const char *const masters[] = {
		"bridge", "openvswitch", "bond", "team", NULL
	};
	struct nlattr *info, *kind = NULL;
	bool *port = arg;
	int i;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    !nlmsg_valid_hdr(nlh, sizeof(struct ifinfomsg)))
		return 0;
	info = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_LINKINFO);
	if (info)
		kind = nla_find(nla_data(info), nla_len(info),
				IFLA_INFO_SLAVE_KIND);
	for (i = 0; kind && masters[i]; i++)
		*port |= !nla_strcmp(kind, masters[i]);
	return 0;
}

/**
 * link_is_port() - is a device a port of a bond or bridge?
 * @dev: the device
 *
 * Return: what the kernel's svcbind_device_enslaved() would; false if there is
 * no such device.
 */
bool link_is_port(const char *dev)
{
	struct ifinfomsg ifi = { .ifi_index = if_nametoindex(dev) };
	struct nl_msg *msg;
	bool port = false;

	if (!ifi.ifi_index)
		return false;
	msg = nlmsg_alloc_simple(RTM_GETLINK, 0);
	if (msg && nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return !ctl_nl_ask(NETLINK_ROUTE, msg, on_link, &port) && port;
}
