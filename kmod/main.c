// SPDX-License-Identifier: GPL-2.0
/* Services use the ports they were given: wires the parts together. */

#include <linux/module.h>

#include "connect.h"
#include "device.h"
#include "netlink.h"
#include "netns.h"
#include "ruleset.h"
#include "transaction.h"

static int __init svcbind_init(void)
{
	int err;

	err = svcbind_ruleset_init();
	if (err)
		return err;
	err = svcbind_netns_init();
	if (err)
		goto err_ruleset;
	err = svcbind_device_init();
	if (err)
		goto err_netns;
	err = svcbind_transaction_init();
	if (err)
		goto err_device;
	err = svcbind_netlink_init();
	if (err)
		goto err_transaction;
	return 0;

err_transaction:
	svcbind_transaction_exit();
err_device:
	svcbind_device_exit();
err_netns:
	svcbind_netns_exit();
err_ruleset:
	svcbind_ruleset_exit();
	return err;
}

static void __exit svcbind_exit(void)
{
	svcbind_netlink_exit();
	svcbind_connect_exit();
	svcbind_transaction_exit();
	svcbind_device_exit();
	svcbind_netns_exit();
	/* Memories of echo requests are freed by a callback of ours, too. */
	svcbind_ruleset_exit();
}

module_init(svcbind_init);
module_exit(svcbind_exit);

MODULE_DESCRIPTION("Bind services to network devices");
MODULE_LICENSE("GPL");
