// SPDX-License-Identifier: GPL-2.0
/* svcbindctl show */
#include <string.h>

#include "ctl.h"
#include "model.h"
#include "nl.h"
#include "parse.h"
#include "print.h"
#include "show.h"
#include "stale.h"
#include "words.h"

static bool uses(const struct service *svc, const char *dev)
{
	unsigned int i;

	for (i = 0; svc->bound && i < svc->binding.n_devices; i++)
		if (!strcmp(svc->binding.devices[i].name, dev))
			return true;
	return false;
}

static bool wanted(const struct service *svc, const char *name,
		   const char *dev)
{
	return (!name || !strcmp(svc->name, name)) && (!dev || uses(svc, dev));
}

/**
 * show_ruleset() - print switches and services
 * @policy: the switches
 * @list: all services
 * @name: of the only service to print, NULL: of all
 * @dev: only services that use this device, NULL: any
 *
 * Return: an enum ctl_status, its error having been printed.
 */
int show_ruleset(const struct policy *policy, const struct services *list,
		 const char *name, const char *dev)
{
	unsigned int i, found = 0;

	for (i = 0; i < list->n; i++)
		found += wanted(&list->service[i], name, dev);
	if (name && !found)
		return ctl_fail(CTL_REFUSED, "no such service");
	if (dev && !found)
		return ctl_fail(CTL_REFUSED, "no service is bound to it");
	print_begin();
	if (ctl_options.stats)
		print_num("generation", "generation %s\n",
			  policy->generation);
	show_policy(policy);
	show_confirm(policy);
	print_list("services");
	for (i = 0; i < list->n; i++)
		if (wanted(&list->service[i], name, dev))
			show_service(&list->service[i], policy);
	print_list_end();
	if (!list->n)
		print_text("no services\n");
	if (ctl_options.stats) {
		show_icmp_counters(policy);
		show_connect_counters(policy);
	}
	show_conntrack(policy);
	return print_end();
}

static int show(const char *name, const char *dev)
{
	struct services list;
	struct policy policy;
	int err, status;

	err = model_get_all(&policy, &list);
	if (err)
		return ctl_nl_fail(err);
	status = show_ruleset(&policy, &list, name, dev);
	model_free_services(&list);
	return status;
}

static int run_stale(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	int status = CTL_OK;

	ctl_context("show --stale");
	if (name)
		status = parse_name(name);
	if (name && !status)
		ctl_context("show --stale %s", name);
	if (!status)
		status = parse_end(argc - 2, argv + 2);
	if (!status)
		status = ctl_nl_open();
	return status ? status : stale_list(name);
}

static int run(int argc, char **argv)
{
	const char *name = NULL;
	char dev[IFNAMSIZ] = "";
	int status = CTL_OK;

	if (argc && !strcmp(argv[0], show_words[SHOW_STALE].name))
		return run_stale(argc, argv);
	/* A name alone is a service, however it begins. */
	if (argc == 1 && !strcmp(argv[0], "dev"))
		return ctl_fail(CTL_USAGE, "dev needs the name of a device");
	if (argc > 2)
		return parse_end(argc - 2, argv + 2);
	if (argc == 2) {
		if (!*argv[0] || strncmp("dev", argv[0], strlen(argv[0])))
			return parse_end(1, argv + 1);
		status = parse_device(argv[1], dev);
		ctl_context("show dev %s", argv[1]);
	} else if (argc == 1) {
		name = argv[0];
		status = parse_name(name);
		ctl_context("show %s", name);
	}
	if (!status)
		status = ctl_nl_open();
	return status ? status : show(name, *dev ? dev : NULL);
}

const struct ctl_command cmd_show = {
	.name = "show",
	.args = "[NAME | dev DEV | --stale [NAME]]",
	.words = show_words,
	.help = "shows policy, services, bindings and devices; -s counts",
	.examples = "-s show\n"
		    "show nfs\n"
		    "show dev vmk1\n"
		    "show --stale nfs",
	.run = run,
};
