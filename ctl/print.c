// SPDX-License-Identifier: GPL-2.0
/* The printer: text and JSON from the same calls, and the errors. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "print.h"

/* Objects and lists within each other; "show" needs six. */
#define DEPTH_MAX	16

static struct {
	int depth;
	bool filled[DEPTH_MAX];
} json;

/* The name of a file may be in it. */
static char context[PATH_MAX + 160] = "command line";
static struct {
	size_t line;	/* from 1, 0: nowhere */
	size_t column;
} place;

/* Length of the UTF-8 sequence at @s, 0 if there is none. */
static int utf8_len(const unsigned char *s)
{
	int len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	int i;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, and what is beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

/*
 * What YAML takes for the end of a line, or not for a character at all: JSON is
 * read as YAML here.
 */
static bool is_awkward(const unsigned char *s)
{
	static const char *const awkward[] = {
		"\u2028", "\u2029", "\ufeff", "\xef\xbf\xbe", "\xef\xbf\xbf"
	};
	size_t i;

	for (i = 0; i < sizeof(awkward) / sizeof(*awkward); i++)
		if (!memcmp(s, awkward[i], 3))
			return true;
	return false;
}

/* A control character beyond ASCII, which terminals obey, too. */
static bool is_c1(const unsigned char *s)
{
	return s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
}

/**
 * print_json_string() - print a string as JSON
 * @f: where
 * @s: the string; bytes that aren't UTF-8 become U+FFFD, as a device may have
 *     any name
 */
void print_json_string(FILE *f, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	int len;

	fputc('"', f);
	while (*p) {
		if (*p == '"' || *p == '\\') {
			fprintf(f, "\\%c", *p++);
		} else if (*p < 0x20 || *p == 0x7f) {
			fprintf(f, "\\u%04x", *p++);
		} else if (is_c1(p)) {
			fprintf(f, "\\u%04x", p[1]);
			p += 2;
		} else if (*p < 0x80) {
			fputc(*p++, f);
		} else {
			len = utf8_len(p);
			if (len == 3 && is_awkward(p))
				fprintf(f, "\\u%04x", (p[0] & 0xf) << 12 |
					(p[1] & 0x3f) << 6 | (p[2] & 0x3f));
			else if (len)
				fwrite(p, 1, len, f);
			else
				fputs("\\ufffd", f);
			p += len ? len : 1;
		}
	}
	fputc('"', f);
}

/*
 * What comes from outside must not steer the terminal.  Line ends are @ours: no
 * device's name may have one.
 */
static void sanitize(char *text, const char *ours)
{
	unsigned char *s = (unsigned char *)text;
	int len;

	for (; *s; s += len) {
		len = *s < 0x80 ? 1 : utf8_len(s);
		if (len && !is_c1(s) && *s != 0x7f &&
		    (*s >= 0x20 || strchr(ours, *s)))
			continue;
		len = 1;
		*s = '?';
	}
}

static void put_text(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

static void vput_text(const char *fmt, va_list ap)
{
	char *buf;

	if (vasprintf(&buf, fmt, ap) < 0)
		return;
	sanitize(buf, "\n");
	fputs(buf, stdout);
	free(buf);
}

static void put_text(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput_text(fmt, ap);
	va_end(ap);
}

static void newline(void)
{
	int i;

	if (!ctl_options.pretty)
		return;
	putchar('\n');
	for (i = 0; i < json.depth; i++)
		fputs("    ", stdout);
}

static void json_key(const char *key)
{
	if (json.filled[json.depth])
		putchar(',');
	json.filled[json.depth] = true;
	if (json.depth)
		newline();
	if (key) {
		print_json_string(stdout, key);
		fputs(ctl_options.pretty ? ": " : ":", stdout);
	}
}

static void json_open(const char *key, char c)
{
	if (!ctl_options.json)
		return;
	json_key(key);
	putchar(c);
	if (json.depth < DEPTH_MAX - 1)
		json.depth++;
	json.filled[json.depth] = false;
}

static void json_close(char c)
{
	bool filled = json.filled[json.depth];

	if (!ctl_options.json)
		return;
	json.depth--;
	if (filled)
		newline();
	putchar(c);
}

/**
 * print_begin() - begin the output of a command
 */
void print_begin(void)
{
	/* It is a document of its own, whatever was printed before. */
	json.depth = 0;
	json.filled[0] = false;
	print_object(NULL);
	print_num("version", NULL, 1);
}

/**
 * print_end() - end the output of a command
 *
 * Return: CTL_OK, or CTL_REFUSED if it could not be written.
 */
int print_end(void)
{
	print_object_end();
	if (ctl_options.json)
		putchar('\n');
	if (fflush(stdout) || ferror(stdout))
		return ctl_fail(CTL_REFUSED, "output: %s", strerror(errno));
	return CTL_OK;
}

void print_object(const char *key)
{
	json_open(key, '{');
}

void print_object_end(void)
{
	json_close('}');
}

void print_list(const char *key)
{
	json_open(key, '[');
}

void print_list_end(void)
{
	json_close(']');
}

/**
 * print_str() - print a string
 * @key: JSON key, NULL within a list
 * @fmt: text form with a %s, or NULL
 * @value: the string; NULL prints null, and no text
 */
void print_str(const char *key, const char *fmt, const char *value)
{
	if (!value) {
		print_null(key);
	} else if (ctl_options.json) {
		json_key(key);
		print_json_string(stdout, value);
	} else if (fmt) {
		put_text(fmt, value);
	}
}

/**
 * print_num() - print a number
 * @key: JSON key, NULL within a list
 * @fmt: text form with a %s, or NULL
 * @value: the number
 */
void print_num(const char *key, const char *fmt, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%ju", (uintmax_t)value);
	if (ctl_options.json) {
		json_key(key);
		fputs(digits, stdout);
	} else if (fmt) {
		put_text(fmt, digits);
	}
}

/**
 * print_bool() - print a truth value
 * @key: JSON key, NULL within a list
 * @yes: text if it is true
 * @no: text if it isn't
 * @value: the value
 */
void print_bool(const char *key, const char *yes, const char *no, bool value)
{
	if (ctl_options.json) {
		json_key(key);
		fputs(value ? "true" : "false", stdout);
	} else {
		fputs(value ? yes : no, stdout);
	}
}

/**
 * print_spelling() - spell a word as the output does
 * @word: the word, with underscores as in JSON; NULL stays NULL
 * @buf: takes it for the text, where it has dashes
 * @size: of @buf
 *
 * Return: @word or @buf.
 */
const char *print_spelling(const char *word, char *buf, size_t size)
{
	char *p;

	if (!word || ctl_options.json)
		return word;
	snprintf(buf, size, "%s", word);
	for (p = buf; *p; p++)
		if (*p == '_')
			*p = '-';
	return buf;
}

/**
 * print_null() - print that there is none; nothing in the text
 * @key: JSON key, NULL within a list
 */
void print_null(const char *key)
{
	if (!ctl_options.json)
		return;
	json_key(key);
	fputs("null", stdout);
}

/**
 * print_text() - print what only people need
 * @fmt: as of printf
 */
void print_text(const char *fmt, ...)
{
	va_list ap;

	if (ctl_options.json)
		return;
	va_start(ap, fmt);
	vput_text(fmt, ap);
	va_end(ap);
}

void ctl_context(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	place.line = 0;
}

/* One is said for each word of a file, and hardly ever needed. */
void ctl_context_at(size_t line, size_t column)
{
	place.line = line;
	place.column = column;
}

/* Written out: the next place is another one's. */
static void add_place(void)
{
	size_t used = strlen(context);

	if (place.line)
		snprintf(context + used, sizeof(context) - used, ":%zu:%zu",
			 place.line, place.column);
	place.line = 0;
}

/* Text before the reason, and in JSON what comes behind it. */
static void complain(const char *key, const char *before, const char *behind,
		     const char *fmt, va_list ap)
{
	char why[512];

	vsnprintf(why, sizeof(why), fmt, ap);
	add_place();
	if (ctl_options.json) {
		fprintf(stderr, "{\"version\":1,\"%s\":{\"what\":", key);
		print_json_string(stderr, context);
		fputs(",\"why\":", stderr);
		print_json_string(stderr, why);
		fprintf(stderr, "%s}}\n", behind);
	} else {
		sanitize(context, "");
		sanitize(why, "");
		fprintf(stderr, "svcbindctl: %s: %s%s\n", context, before, why);
	}
}

int ctl_fail(int status, const char *fmt, ...)
{
	char behind[32];
	va_list ap;

	snprintf(behind, sizeof(behind), ",\"status\":%d", status);
	va_start(ap, fmt);
	complain("error", "", behind, fmt, ap);
	va_end(ap);
	return status;
}

void ctl_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain("warning", "warning: ", "", fmt, ap);
	va_end(ap);
}
