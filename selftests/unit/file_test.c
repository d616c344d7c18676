// SPDX-License-Identifier: GPL-2.0
/* ctl/file.c and ctl/diff.c: files as wholes, and how they differ. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff.h"
#include "file.h"
#include "unit.h"

static char dir[32];

static int in_dir(void **state)
{
	snprintf(dir, sizeof(dir), "/tmp/file_test.XXXXXX");
	return unit_setup(state) || !mkdtemp(dir) || chdir(dir);
}

static unsigned int entries(void)
{
	struct dirent *entry;
	unsigned int n = 0;
	DIR *d = opendir(".");

	while ((entry = readdir(d)))
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

static int out_of_dir(void **state)
{
	unlink("f");
	unlink("l");
	rmdir("d");
	return chdir("/") || rmdir(dir) || unit_teardown(state);
}

static int put(const char *path, const char *text)
{
	int status;

	unit_capture();
	status = file_write(path, text, strlen(text));
	unit_release();
	return status;
}

static void holds(const char *path, const char *wanted)
{
	size_t size;
	char *text;

	assert_int_equal(file_read(path, &text, &size), CTL_OK);
	assert_int_equal(size, strlen(wanted));
	assert_memory_equal(text, wanted, size);
	free(text);
}

/* A new one is as the umask has it; one that is replaced keeps mode and owner. */
static void test_write(void **state)
{
	mode_t mask = umask(027);
	struct stat st;

	(void)state;
	assert_int_equal(put("f", "one"), CTL_OK);
	umask(mask);
	holds("f", "one");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(chmod("f", 0604), 0);
	assert_int_equal(chown("f", 7, 8), 0);
	assert_int_equal(put("./f", "three"), CTL_OK);
	holds("f", "three");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0604);
	assert_int_equal(st.st_uid, 7);
	assert_int_equal(st.st_gid, 8);
	assert_int_equal(entries(), 1);
}

/* What is no file stays what it is, and nothing is left behind. */
static void test_refused(void **state)
{
	char path[PATH_MAX + 10];

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(put("d", "x"), CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: d: not a regular file\n");
	assert_int_equal(put("d/", "x"), CTL_USAGE);
	assert_int_equal(put("", "x"), CTL_REFUSED);
	assert_int_equal(put("none/f", "x"), CTL_REFUSED);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: none/f: No such file or directory\n");
	assert_int_equal(put("/dev/null", "x"), CTL_USAGE);
	assert_int_equal(symlink("f", "l"), 0);
	assert_int_equal(put("l", "x"), CTL_USAGE);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(put(path, "x"), CTL_USAGE);
	assert_int_equal(entries(), 2);
}

static void test_read(void **state)
{
	size_t size, large = 300000;
	char *text, *read = NULL;
	int status;

	(void)state;
	unit_capture();
	status = file_read("none", &read, &size);
	unit_release();
	assert_int_equal(status, CTL_USAGE);
	assert_null(read);
	unit_capture();
	status = file_read(".", &read, &size);
	unit_release();
	free(read);
	assert_int_equal(status, CTL_USAGE);
	assert_string_equal(unit_err, "svcbindctl: unit: .: Is a directory\n");
	assert_int_equal(put("f", ""), CTL_OK);
	holds("f", "");
	text = malloc(large + 1);
	memset(text, 'x', large);
	text[large] = '\0';
	assert_int_equal(put("f", text), CTL_OK);
	holds("f", text);
	free(text);
}

/* A device without an end isn't read for ever. */
static void test_endless(void **state)
{
	size_t size;
	char *text;
	int status;

	(void)state;
	unit_capture();
	status = file_read("/dev/zero", &text, &size);
	unit_release();
	free(text);
	assert_int_equal(status, CTL_USAGE);
	assert_string_equal(unit_err,
			    "svcbindctl: unit: /dev/zero: more than 128 MiB\n");
}

static int differ(const char *old, const char *new, char **out)
{
	struct diff_side a = { "a", (char *)old, strlen(old) };
	struct diff_side b = { "b b", (char *)new, strlen(new) };
	int status;

	unit_capture();
	status = diff_run(&a, &b, out);
	unit_release();
	return status;
}

static void test_diff(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(differ("x\ny\n", "x\ny\n", &out), CTL_OK);
	assert_null(out);
	assert_int_equal(differ("- name: s\n  one\nx\n", "- name: s\n  two\nx\n", &out),
			 CTL_DIFFERS);
	assert_string_equal(out,
			    "--- a\n+++ b b\n@@ -1,3 +1,3 @@\n - name: s\n-  one\n+  two\n x\n");
	free(out);
	/* which valgrind's fork() tells only by the exit status */
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(differ("x", "y", &out), CTL_REFUSED);
	assert_null(out);
	assert_memory_equal(unit_err, "svcbindctl: unit: diff(1) ", 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_write, in_dir, out_of_dir),
		cmocka_unit_test_setup_teardown(test_refused, in_dir, out_of_dir),
		cmocka_unit_test_setup_teardown(test_read, in_dir, out_of_dir),
		unit_case(test_endless),
		unit_case(test_diff),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
