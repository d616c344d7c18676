// SPDX-License-Identifier: GPL-2.0
/* Files.  One that is taken is written, and read again as the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "ctl.h"

static char *canonical(const char *text, size_t size)
{
	struct config config;
	char *out = NULL;

	if (!config_read(&config, "apply", "-", text, size) &&
	    config_text(&config, &out, &size))
		abort();
	config_free(&config);
	return out;
}

int fuzz_one(const uint8_t *data, size_t size)
{
	char *once, *twice;

	memset(&ctl_options, 0, sizeof(ctl_options));
	once = canonical((const char *)data, size);
	if (!once)
		return 0;
	twice = canonical(once, strlen(once));
	if (!twice || strcmp(once, twice))
		abort();
	free(once);
	free(twice);
	return 0;
}
