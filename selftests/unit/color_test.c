// SPDX-License-Identifier: GPL-2.0
/* ctl/color.c, and what of a service is coloured. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"
#include "model.h"
#include "show.h"
#include "unit.h"

#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define CYAN	"\033[36m"
#define PLAIN	"\033[0m"

static const struct {
	const char *when;
	bool terminal;
	const char *no_color;
	const char *term;
	bool color;
} cases[] = {
	{ "auto", true, NULL, "xterm", true },
	{ "auto", true, "", "xterm", true },
	{ "auto", true, "1", "xterm", false },
	{ "auto", true, NULL, "dumb", false },
	{ "auto", true, NULL, NULL, false },
	{ "auto", false, NULL, "xterm", false },
	{ "always", false, "1", NULL, true },
	{ "never", true, NULL, "xterm", false },
};

static void set_variable(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* With a terminal of our own as the standard output. */
static int choose(const char *when, bool terminal)
{
	int real = dup(STDOUT_FILENO), other, status;

	other = terminal ? posix_openpt(O_RDWR | O_NOCTTY) :
			   open("/dev/null", O_WRONLY);
	assert_true(real >= 0 && other >= 0);
	unit_capture();
	dup2(other, STDOUT_FILENO);
	status = color_choose(when);
	dup2(real, STDOUT_FILENO);
	unit_release();
	close(real);
	close(other);
	return status;
}

static void test_choose(void **state)
{
	unsigned int i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		set_variable("NO_COLOR", cases[i].no_color);
		set_variable("TERM", cases[i].term);
		ctl_options.color = !cases[i].color;
		status = choose(cases[i].when, cases[i].terminal);
		assert_int_equal(status, CTL_OK);
		assert_int_equal(ctl_options.color, cases[i].color);
	}
	status = choose("sometimes", true);
	assert_int_equal(status, CTL_USAGE);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: --color 'sometimes' isn't one of: always, auto, never\n");
}

static void add_device(struct binding *binding, unsigned int state)
{
	struct device *dev = &binding->devices[binding->n_devices++];

	/* It comes from outside, and must not be taken for a colour. */
	snprintf(dev->name, IFNAMSIZ, "v\033[31m%u", state);
	dev->state = state;
}

static void make_service(struct service *svc)
{
	memset(svc, 0, sizeof(*svc));
	snprintf(svc->name, sizeof(svc->name), "x");
	svc->bound = true;
	svc->counters[SVCBIND_A_COUNTERS_DROP_NO_ROUTE] = 3;
	add_device(&svc->binding, SVCBIND_STATE_USABLE);
	add_device(&svc->binding, SVCBIND_STATE_NO_CARRIER);
	add_device(&svc->binding, SVCBIND_STATE_PENDING);
	ctl_options.stats = true;
}

static void test_service(void **state)
{
	static const char *const texts[] = {
		"bind " CYAN " mode strict" PLAIN " select",
		"v?[31m0  " GREEN "usable" PLAIN,
		"v?[31m2  " RED "no-carrier" PLAIN ":",
		"v?[31m5  " YELLOW "pending" PLAIN ":",
		RED "    no device is usable: strict drops its packets" PLAIN "\n",
		"drop  no-device 0" RED " no-route 3" PLAIN " no-source 0",
	};
	struct policy policy = { };
	struct service svc;
	unsigned int i;

	(void)state;
	make_service(&svc);
	ctl_options.color = true;
	unit_capture();
	show_service(&svc, &policy);
	unit_release();
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!strstr(unit_out, texts[i]))
			fail_msg("no \"%s\" in:\n%s", texts[i], unit_out);
	policy.enforce = SVCBIND_ENFORCE_AUDIT;
	unit_capture();
	show_policy(&policy);
	unit_release();
	assert_non_null(strstr(unit_out, YELLOW " enforce audit" PLAIN));
}

static void test_none(void **state)
{
	struct policy policy = { };
	struct service svc;

	(void)state;
	make_service(&svc);
	unit_capture();
	show_service(&svc, &policy);
	unit_release();
	assert_null(strchr(unit_out, '\033'));
	ctl_options.color = true;
	ctl_options.json = true;
	unit_capture();
	show_service(&svc, &policy);
	show_policy(&policy);
	unit_release();
	assert_null(strchr(unit_out, '\033'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(test_choose),
		unit_case(test_service),
		unit_case(test_none),
	};

	return cmocka_run_group_tests_name("color", tests, NULL, NULL);
}
