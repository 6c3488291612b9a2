/*
 * print: everything that a traced process chose, as a line, for a shell, as
 * JSON.  The line is undone here, the shell's words by real shells, JSON by
 * jq where it is there.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/columns.h"
#include "tap.h"

#define RANDOM_STRINGS 20000
#define RANDOM_LEN     24

static struct buf out;

/* ---- strings ---- */

static uint32_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Pieces that make trouble more often than random bytes do. */
static const char *const pieces[] = { "\\", "\\x41", "\\n", "'", "\"", "$",
	"`", "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x98\x80", "\xc0\x80",
	"\xed\xa0\x80", "\x1b[2J", "\n", "\r", "\t", " ", "[...]", "!", "*",
	"\xf4\x90\x80\x80", "\xff", "=", "~", "{a,b}", "\xc2\x85", "\x7f", "#",
	"\xef\xbb\xbf", "\xf3\xa0\x80\x81", "0", "e" };

static size_t
random_string(char *s)
{
	size_t n = 0, want = rnd(RANDOM_LEN);

	while (n < want) {
		const char *p = pieces[rnd(sizeof pieces / sizeof *pieces)];

		if (rnd(3))
			s[n++] = (char)(1 + rnd(255));
		else if (n + strlen(p) <= RANDOM_LEN) {
			memcpy(s + n, p, strlen(p));
			n += strlen(p);
		}
	}
	s[n] = '\0';
	return n;
}

/* All strings of one and two bytes, then random ones.  Returns false at the
 * end. */
static bool
next_string(int *i, char *s, size_t *len)
{
	int n = (*i)++;

	if (n < 255) {
		s[0] = (char)(n + 1);
		*len = 1;
	} else if (n < 255 + 255 * 255) {
		s[0] = (char)((n - 255) / 255 + 1);
		s[1] = (char)((n - 255) % 255 + 1);
		*len = 2;
	} else {
		*len = random_string(s);
	}
	s[*len] = '\0';
	return n < 255 + 255 * 255 + RANDOM_STRINGS;
}

/* No control character, nothing that is not UTF-8, nothing that turns the
 * line around. */
static bool
is_clean(const struct buf *b)
{
	uint32_t c = 0;

	for (size_t i = 0, n; i < b->len; i += n) {
		n = utf8_next(b->data + i, b->len - i, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    (c >= 0x202a && c <= 0x202e) || c == 0x2028 ||
		    c == 0x2029 || (c >= 0x2066 && c <= 0x2069) ||
		    c == 0x200e || c == 0x200f || c == 0x61c || c == 0xfeff)
			return false;
	}
	return true;
}

/* ---- UTF-8 ---- */

static void
is_utf8(const char *s, size_t want, uint32_t want_c)
{
	size_t len = strlen(s);
	char *block = malloc(len);
	uint32_t c = 0;

	memcpy(block, s, len);
	tap_ok(utf8_next(block, len, &c) == want && (!want || c == want_c),
	    "utf8: %02x %02x (%zu)", (unsigned char)s[0],
	    len > 1 ? (unsigned char)s[1] : 0, len);
	free(block);
}

static void
test_utf8(void)
{
	is_utf8("", 0, 0);
	is_utf8("a", 1, 'a');
	is_utf8("\x7f", 1, 0x7f);
	is_utf8("\x80", 0, 0);
	is_utf8("\xbf", 0, 0);
	is_utf8("\xc2\x80", 2, 0x80);
	is_utf8("\xdf\xbf", 2, 0x7ff);
	is_utf8("\xe0\xa0\x80", 3, 0x800);
	is_utf8("\xef\xbf\xbf", 3, 0xffff);
	is_utf8("\xf0\x90\x80\x80", 4, 0x10000);
	is_utf8("\xf4\x8f\xbf\xbf", 4, 0x10ffff);
	is_utf8("\xed\x9f\xbf", 3, 0xd7ff);
	is_utf8("\xee\x80\x80", 3, 0xe000);
	is_utf8("\xc0\x80", 0, 0);		/* overlong */
	is_utf8("\xc1\xbf", 0, 0);
	is_utf8("\xe0\x9f\xbf", 0, 0);
	is_utf8("\xf0\x8f\xbf\xbf", 0, 0);
	is_utf8("\xed\xa0\x80", 0, 0);		/* surrogates */
	is_utf8("\xed\xbf\xbf", 0, 0);
	is_utf8("\xf4\x90\x80\x80", 0, 0);	/* beyond Unicode */
	is_utf8("\xf5\x80\x80\x80", 0, 0);
	is_utf8("\xff", 0, 0);
	is_utf8("\xc3", 0, 0);			/* cut */
	is_utf8("\xe2\x80", 0, 0);
	is_utf8("\xf0\x9f\x98", 0, 0);
	is_utf8("\xc3\x28", 0, 0);		/* no continuation */
	is_utf8("\xe2\x28\xa1", 0, 0);
	is_utf8("\xe2\x82\x28", 0, 0);
}

static void
put_utf8(char *s, size_t *n, unsigned c)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	int len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (int i = len - 1; i > 0; i--, c >>= 6)
		s[*n + (size_t)i] = (char)(0x80 | (c & 0x3f));
	s[*n] = (char)(lead[len] | c);
	*n += (size_t)len;
}

/* ---- escaped ---- */

static const char *
escaped(const char *s)
{
	out.len = 0;
	escape_text(&out, s, strlen(s));
	buf_putc(&out, '\0');
	return out.data;
}

/* The exact inverse; false when it is no escaped text. */
static bool
unescape(const struct buf *b, char *s, size_t *len)
{
	static const char letters[] = "ntr\\", meaning[] = "\n\t\r\\";
	const char *p = b->data, *end = b->data + b->len, *at;
	char hex[3] = "";

	*len = 0;
	while (p < end) {
		if (*p != '\\') {
			s[(*len)++] = *p++;
		} else if (p + 1 < end && p[1] != 'x') {
			at = strchr(letters, p[1]);
			if (!at || !*at)
				return false;
			s[(*len)++] = meaning[at - letters];
			p += 2;
		} else if (p + 3 < end) {
			memcpy(hex, p + 2, 2);
			s[(*len)++] = (char)strtol(hex, NULL, 16);
			p += 4;
		} else {
			return false;
		}
	}
	return true;
}

static void
test_escaped(void)
{
	char s[64], back[64];
	size_t len, n;
	int i = 0, unclean = 0, wrong = 0;

	while (next_string(&i, s, &len)) {
		out.len = 0;
		escape_text(&out, s, len);
		unclean += !is_clean(&out);
		wrong += !unescape(&out, back, &n) || n != len ||
		    memcmp(s, back, n) != 0;
	}
	tap_is_int(unclean, 0, "escaped: clean, %d strings", i);
	tap_is_int(wrong, 0, "escaped: reversible");
	out.len = 0;
	escape_text(&out, "a\0b", 3);
	tap_ok(out.len == 6 && memcmp(out.data, "a\\x00b", 6) == 0,
	    "escaped: a NUL");
	tap_is_str(escaped("caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80"),
	    "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
	    "escaped: UTF-8 passes");
	tap_is_str(escaped("a\nb\tc\rd\\e"), "a\\nb\\tc\\rd\\\\e",
	    "escaped: letters");
	tap_is_str(escaped("\x1b[31m\x7f\xc2\x9b"), "\\x1b[31m\\x7f\\xc2\\x9b",
	    "escaped: control characters, C1 too");
	tap_is_str(escaped("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f"),
	    "\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8f", "escaped: bidi");
	tap_is_str(escaped("\xc0\xaf\xed\xa0\x80\xff"),
	    "\\xc0\\xaf\\xed\\xa0\\x80\\xff", "escaped: overlong, surrogate");
	tap_is_str(escaped("\xe2\x80\xa9\xef\xbb\xbf"),
	    "\\xe2\\x80\\xa9\\xef\\xbb\\xbf", "escaped: separator, BOM");
	tap_is_str(escaped("\xc3\xc3\xa9"), "\\xc3\xc3\xa9",
	    "escaped: a cut character before a whole one");
	tap_is_str(escaped("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81",
	    "escaped: tags");
}

/* The first, the last and the neighbours of what cannot be seen. */
static void
test_invisible(void)
{
	static const unsigned ranges[][2] = { { 0xad, 0xad }, { 0x34f, 0x34f },
		{ 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff } };
	int wrong = 0;

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		for (unsigned c = ranges[i][0] - 1; c <= ranges[i][1] + 1; c++) {
			char s[8] = "";
			size_t n = 0;
			bool in = c >= ranges[i][0] && c <= ranges[i][1];

			put_utf8(s, &n, c);
			if ((strcmp(escaped(s), s) != 0) != in)
				wrong++;
		}
	}
	tap_is_int(wrong, 0, "escaped: what cannot be seen, nothing beside it");
}

/* ---- other programs ---- */

/* Run a program on a file of input; its output.  NULL when it is not there
 * or fails. */
static char *
run(const char *const *argv, FILE *input, size_t *len)
{
	FILE *output = tmpfile();
	char *bytes = NULL;
	int status = 0;
	pid_t pid;

	rewind(input);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(fileno(input), 0);
		dup2(fileno(output), 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) == pid && status == 0) {
		*len = (size_t)lseek(fileno(output), 0, SEEK_END);
		bytes = malloc(*len + 1);
		rewind(output);
		*len = fread(bytes, 1, *len, output);
		bytes[*len] = '\0';
	}
	fclose(output);
	return bytes;
}

/* ---- shell ---- */

/* All strings as words of one script, and what printf must make of them. */
static void
write_words(FILE *script, struct buf *want, bool all)
{
	char s[64];
	size_t len;
	int i = 0, words = 0;

	while (next_string(&i, s, &len)) {
		out.len = 0;
		escape_shell(&out, s, len);
		if (!all && out.len && out.data[0] == '$')
			continue;
		fputs(words++ % 256 ? " " : "\nprintf '%s\\0' ", script);
		fwrite(out.data, 1, out.len, script);
		buf_add(want, s, len + 1);
	}
	fputs("\n", script);
}

static void
check_shell(const char *name, const char *arg, bool all)
{
	const char *const argv[] = { name, arg, NULL };
	FILE *script = tmpfile();
	struct buf want = { 0 };
	char *got;
	size_t len = 0;

	seed = 7;
	write_words(script, &want, all);
	got = run(argv, script, &len);
	tap_ok(got && len == want.len && memcmp(got, want.data, len) == 0,
	    "shell: %s %s reads %s words", name, arg ? arg : "",
	    all ? "all" : "the plain");
	fclose(script);
	buf_free(&want);
	free(got);
}

/* Does it know $'...' (POSIX.1-2024)? */
static bool
knows_dollar(const char *name, const char *arg)
{
	const char *const argv[] = { name, arg, NULL };
	FILE *script = tmpfile();
	size_t len = 0;
	char *got;
	bool r;

	fputs("printf %s $'\\x41\\n'\n", script);
	got = run(argv, script, &len);
	r = got && strcmp(got, "A\n") == 0;
	fclose(script);
	free(got);
	return r;
}

static const char *
quoted(const char *s)
{
	out.len = 0;
	escape_shell(&out, s, strlen(s));
	buf_putc(&out, '\0');
	return out.data;
}

static void
test_shell(void)
{
	static const char *const others[][2] = { { "sh", NULL },
		{ "dash", NULL }, { "busybox", "sh" }, { "ksh", NULL },
		{ "mksh", NULL }, { "zsh", NULL } };
	char s[64];
	size_t len;
	int i = 0, unclean = 0;

	while (next_string(&i, s, &len)) {
		out.len = 0;
		escape_shell(&out, s, len);
		unclean += !is_clean(&out) || out.len == 0;
	}
	tap_is_int(unclean, 0, "shell: clean, one word");
	check_shell("bash", NULL, true);
	check_shell("bash", "--posix", true);
	for (size_t n = 0; n < sizeof others / sizeof *others; n++) {
		bool all = knows_dollar(others[n][0], others[n][1]);
		const char *const argv[] = { others[n][0], "-c", ":", NULL };
		const char *const box[] = { "busybox", "sh", "-c", ":", NULL };
		char *there = run(others[n][1] ? box : argv, stdin, &len);

		if (there || n == 0)
			check_shell(others[n][0], others[n][1], all);
		free(there);
	}
	tap_is_str(quoted("a/b-c_1.2,3:4@5%6+7=8"), "a/b-c_1.2,3:4@5%6+7=8",
	    "shell: no quotes where none are needed");
	tap_is_str(quoted(""), "''", "shell: nothing");
	tap_is_str(quoted("a b"), "'a b'", "shell: a space");
	tap_is_str(quoted("it's"), "'it'\\''s'", "shell: a quote");
	tap_is_str(quoted("it's\n\\"), "$'it\\'s\\n\\\\'", "shell: a newline");
	tap_is_str(quoted("caf\xc3\xa9"), "'caf\xc3\xa9'", "shell: UTF-8");
	tap_is_str(quoted("=ls"), "'=ls'", "shell: zsh would search it");
}

/* ---- JSON ---- */

/* A JSON string back to bytes, as Python's surrogateescape has it. */
static bool
unjson(const struct buf *b, char *s, size_t *n)
{
	const char *p = b->data + 1, *end = b->data + b->len - 1;
	unsigned c, low;

	*n = 0;
	if (b->len < 2 || b->data[0] != '"' || *end != '"')
		return false;
	while (p < end) {
		if (*p == '"')
			return false;
		if (*p != '\\') {
			s[(*n)++] = *p++;
		} else if (p[1] == '"' || p[1] == '\\') {
			s[(*n)++] = p[1];
			p += 2;
		} else if (sscanf(p, "\\u%4x", &c) == 1) {
			p += 6;
			if (c >= 0xd800 && c < 0xdc00 &&
			    sscanf(p, "\\u%4x", &low) == 1) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				p += 6;
			}
			if (c >= 0xdc80 && c <= 0xdcff)
				s[(*n)++] = (char)(c & 0xff);
			else
				put_utf8(s, n, c);
		} else {
			return false;
		}
	}
	return true;
}

static const char *
json(const char *s)
{
	out.len = 0;
	escape_json(&out, s, strlen(s));
	buf_putc(&out, '\0');
	return out.data;
}

static bool
is_all_utf8(const char *s, size_t len)
{
	uint32_t c;
	size_t n = 1;

	for (size_t i = 0; i < len && n; i += n)
		n = utf8_next(s + i, len - i, &c);
	return n > 0;
}

static void
test_json(void)
{
	char s[64], back[256];
	size_t len, n;
	int i = 0, unclean = 0, wrong = 0;

	while (next_string(&i, s, &len)) {
		out.len = 0;
		escape_json(&out, s, len);
		unclean += !is_clean(&out);
		wrong += !unjson(&out, back, &n) || n != len ||
		    memcmp(s, back, n) != 0;
	}
	tap_is_int(unclean, 0, "json: clean");
	tap_is_int(wrong, 0, "json: reversible");
	tap_is_str(json("a\"b\\c/"), "\"a\\\"b\\\\c/\"", "json: quotes");
	tap_is_str(json("\n\x1b\x7f"), "\"\\u000a\\u001b\\u007f\"",
	    "json: control characters");
	tap_is_str(json("\xff\xc3"), "\"\\udcff\\udcc3\"",
	    "json: bytes that are not UTF-8");
	tap_is_str(json("caf\xc3\xa9"), "\"caf\xc3\xa9\"", "json: UTF-8");
	tap_is_str(json("\xe2\x80\xae"), "\"\\u202e\"", "json: bidi");
	tap_is_str(json("\xf3\xa0\x81\x81"), "\"\\udb40\\udc41\"",
	    "json: beyond 16 bits");
}

/* jq reads all of it, and the strings that are UTF-8 are the same. */
static void
test_jq(void)
{
	const char *const argv[] = { "jq", "-j", ". + \"\\u0000\"", NULL };
	FILE *input = tmpfile();
	struct buf want = { 0 };
	char s[64], *got;
	size_t len, n = 0;
	int i = 0;

	seed = 11;
	while (next_string(&i, s, &len)) {
		if (!is_all_utf8(s, len))
			continue;
		out.len = 0;
		escape_json(&out, s, len);
		buf_putc(&out, '\n');
		fwrite(out.data, 1, out.len, input);
		buf_add(&want, s, len + 1);
	}
	got = run(argv, input, &n);
	tap_ok(got ? n == want.len && memcmp(got, want.data, n) == 0 : 1,
	    "json: jq reads the same%s", got ? "" : " # SKIP no jq");
	fclose(input);
	buf_free(&want);
	free(got);
}

/* ---- arguments ---- */

static struct event e;

/* An exec of argc with these arguments; the path is /p. */
static void
make(int argc, const char *args, size_t len, int count)
{
	e = (struct event){ .type = EVENT_EXEC, .path = "/p", .args = {
		.state = count == argc ? ARGS_ALL : count ? ARGS_CUT :
		ARGS_NONE, .argc = argc, .count = count, .text = args,
		.len = len } };
}

#define MAKE(argc, count, s) make(argc, s, sizeof s, count)

static const char *
line(int max, bool quote)
{
	out.len = 0;
	buf_puts(&out, "    10      1 ");
	print_args(&out, &e, max, quote);
	buf_putc(&out, '\0');
	return out.data + strlen("    10      1 ");
}

static void
test_args(void)
{
	MAKE(2, 2, "ls\0-l");
	tap_is_str(line(8, false), "ls -l", "args: all");
	tap_is_str(line(2, false), "ls -l", "args: exactly as many");
	tap_is_str(line(1, false), "ls [...]", "args: more than asked for");
	MAKE(3, 2, "ls\0-l");
	tap_is_str(line(8, false), "ls -l [...]", "args: cut");
	MAKE(-1, 2, "ls\0-l");
	tap_is_str(line(8, false), "ls -l [...]", "args: number not known");
	MAKE(3, 0, "");
	tap_is_str(line(8, false), "/p [?]", "args: none known");
	MAKE(-1, 0, "");
	tap_is_str(line(8, false), "/p [?]", "args: not even their number");
	MAKE(0, 0, "");
	tap_is_str(line(8, false), "/p []", "args: there are none");
	e.path = NULL;
	tap_is_str(line(8, false), "? []", "args: and no path");
	MAKE(2, 2, "ls\0-l");
	e.args.state = ARGS_PROC;
	tap_is_str(line(8, false), "ls -l [proc]", "args: from /proc");
	tap_is_str(line(8, true), "ls -l [proc]", "args: the same, quoted");
	tap_is_str(line(1, false), "ls [...]", "args: not the one left out");
	e.type = EVENT_TASK;
	tap_is_str(line(8, false), "ls -l [proc]", "args: of an exec before");
	e.path = NULL;
	tap_is_str(line(8, false), "ls -l", "args: of what was there before");
	e.type = EVENT_END;
	e.args.seen = true;
	tap_is_str(line(8, false), "ls -l [proc]", "args: at its end");
	MAKE(3, 3, "ls\0\0x");
	e.args.missing = 2;
	tap_is_str(line(8, false), "ls [?] x", "args: one missing");
	tap_is_str(line(8, true), "ls [?] x", "args: one missing, quoted");
	tap_is_str(line(2, false), "ls [?] [...]", "args: as the last one");
	e.args.missing = 1;
	tap_is_str(line(8, false), "[?]  x", "args: the first one missing");
	MAKE(2, 2, "a b\0c\nd");
	tap_is_str(line(8, false), "a b c\\nd", "args: escaped");
	tap_is_str(line(8, true), "'a b' $'c\\nd'", "args: quoted");
	MAKE(2, 2, "x\0");
	tap_is_str(line(8, true), "x ''", "args: an empty one, quoted");
	MAKE(2, 2, "no\0x");
	e.type = EVENT_EXECFAIL;
	tap_is_str(line(8, false), "/p x", "args: the path that failed");
	e.args.missing = 1;
	tap_is_str(line(8, false), "/p x", "args: the path for a missing one");
	e.path = NULL;
	e.args.missing = 0;
	tap_is_str(line(8, false), "no x", "args: none known");
	MAKE(1, 1, "x");
	e.type = EVENT_EXECFAIL;
	e.path = "/a []";
	tap_is_str(line(8, false), "/a \\x5b]", "args: a path like a mark");
}

/* Whole arguments whose line ends as if it had a mark. */
static void
test_forged(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		int argc;
	} forged[] = {
#define FORGED(argc, s) { s, sizeof s, argc }
		FORGED(1, "[...]"), FORGED(1, "[?]"), FORGED(1, "[]"),
		FORGED(1, "[proc]"), FORGED(2, "a\0[proc]"),
		FORGED(2, "x\0[...]"), FORGED(2, "x\0[?]"), FORGED(2, "x\0[]"),
		FORGED(1, "x [...]"), FORGED(1, "x [?]"), FORGED(1, "x []"),
		FORGED(2, "x\0y\\ [...]"), FORGED(1, " []"), FORGED(1, "\n []"),
	};

	for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
		const char *got;

		make(forged[i].argc, forged[i].bytes, forged[i].len,
		    forged[i].argc);
		got = line(8, false);
		tap_ok(strstr(got, "\\x5b") && !strstr(got, " ["),
		    "forged: %s", got);
		got = line(8, true);
		tap_ok(got[strlen(got) - 1] == '\'', "forged: %s", got);
	}
	MAKE(3, 3, "x\0[?]\0y");
	tap_is_str(line(8, false), "x \\x5b?] y", "forged: one is missing");
	tap_is_str(line(8, true), "x '[?]' y", "forged: that, quoted");
	MAKE(3, 3, "x\0[]\0y");
	tap_is_str(line(8, false), "x [] y", "forged: in the middle is none");
	tap_is_str(line(2, false), "x \\x5b] [...]", "forged: before a mark");
	MAKE(1, 1, "x[]");
	tap_is_str(line(8, false), "x[]", "forged: no space before it");
	MAKE(2, 2, "\\x5b]\0[]x");
	tap_is_str(line(8, false), "\\\\x5b] []x", "forged: neither is");
}

/* A quoted line, pasted: the shell runs exactly that. */
static void
is_pasted(const char *args, size_t len, int argc)
{
	const char *const argv[] = { "bash", NULL };
	FILE *script = tmpfile();
	char *got;
	size_t n = 0;

	make(argc, args, len, argc);
	fputs("command_not_found_handle() { printf '%s\\0' \"$@\"; }\n"
	    "shopt -s expand_aliases\n", script);
	fprintf(script, "%s\n", line(INT_MAX, true));
	got = run(argv, script, &n);
	tap_ok(got && n == len && memcmp(got, args, n) == 0, "pasted: %s",
	    line(8, true));
	fclose(script);
	free(got);
}

#define PASTED(argc, s) is_pasted(s, sizeof s, argc)

static void
test_pasted(void)
{
	PASTED(3, "no-such-program\0a b\0$HOME");
	PASTED(2, "no-such\nprogram\0\xff");
	PASTED(2, "A=1\0no-such-program");
	PASTED(2, "if\0x");
	PASTED(2, "function\0x");
	PASTED(2, "{\0x");
	PASTED(2, "!\0x");
	PASTED(2, "[[\0x");
	PASTED(3, "#\0x\0~");
	PASTED(3, "no-such-program\0A=1\0if");
	PASTED(2, "no-such-program\0a=~/x:~");
	PASTED(2, "no-such-program\0{a,b}*?[c]");
}

/* ---- the rest ---- */

static const char *
time_of(uint64_t ns, const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
	out.len = 0;
	print_time(&out, ns);
	buf_putc(&out, '\0');
	return out.data;
}

static void
test_numbers(void)
{
	static const int errors[] = { EPERM, ENOENT, E2BIG, EACCES, ENOEXEC,
		ETXTBSY, ELOOP, 4095 };
	static const char *const names[] = { "EPERM", "ENOENT", "E2BIG",
		"EACCES", "ENOEXEC", "ETXTBSY", "ELOOP", "4095" };

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		out.len = 0;
		print_errno(&out, errors[i]);
		buf_putc(&out, '\0');
		tap_is_str(out.data, names[i], "errno %d", errors[i]);
	}
	out.len = 0;
	print_seconds(&out, 1234567890123456789);
	buf_putc(&out, ' ');
	print_seconds(&out, 999);
	buf_putc(&out, '\0');
	tap_is_str(out.data, "1234567890.123456 0.000000", "seconds are cut");
	tap_is_str(time_of(1795556300123456789, "UTC0"),
	    "2026-11-24T21:38:20.123456+0000", "time");
	tap_is_str(time_of(1795556300999999999, "UTC0"),
	    "2026-11-24T21:38:20.999999+0000", "time in the same second");
	tap_is_str(time_of(1795556301000000000, "XXX-5:30"),
	    "2026-11-25T03:08:21.000000+0530", "time elsewhere");
	tap_is_str(time_of(1795556302000000000, "NST3:30NDT,M3.2.0,M11.1.0"),
	    "2026-11-24T18:08:22.000000-0330", "time in winter, in the west");
	tap_is_str(time_of(1785556303000000000, "NST3:30NDT,M3.2.0,M11.1.0"),
	    "2026-08-01T01:21:43.000000-0230", "time in summer");
	tap_is_str(time_of(4102444800000000000, "CET-1CEST,M3.5.0,M10.5.0/3"),
	    "2100-01-01T01:00:00.000000+0100", "time after 2038");
	tap_is_str(time_of(0, "UTC0"), "1970-01-01T00:00:00.000000+0000",
	    "time 0");
}

static void
is_cpu(const struct usage *u, int decimals, const char *want)
{
	out.len = 0;
	print_cpu(&out, u, decimals);
	buf_putc(&out, '\0');
	tap_is_str(out.data, want, "cpu: %s", want);
}

static void
test_cpu(void)
{
	struct usage u = { .known = true, .cpu = 1234567890 };

	is_cpu(&u, 6, "1.234567");
	is_cpu(&u, 3, "1.234");
	u.cpu = 123456;
	is_cpu(&u, 6, "0.000123");
	is_cpu(&u, 3, "0.000123");
	u = (struct usage){ .known = true, .no_cpu = true,
		.cpu_min = 1234567890, .cpu_max = 1300000000 };
	is_cpu(&u, 6, ">=1.234567");
	is_cpu(&u, 3, ">=1.234");
	u.cpu_min = 947123;
	is_cpu(&u, 6, ">=0.000947");
	is_cpu(&u, 3, ">=0.00094");
	u.cpu_min = 0;
	u.cpu_max = 947123;
	is_cpu(&u, 6, "<=0.000948");
	is_cpu(&u, 3, "<=0.00095");
	u.cpu_max = 1234567890;
	is_cpu(&u, 6, "<=1.234568");
	is_cpu(&u, 3, "<=1.235");
	u.cpu_max = 999999;
	is_cpu(&u, 3, "<=0.00100");
	u.cpu_max = 0;
	is_cpu(&u, 3, "?");
	u = (struct usage){ .cpu_min = 5 };
	is_cpu(&u, 6, "?");
}

int
main(void)
{
	test_utf8();
	test_cpu();
	test_escaped();
	test_invisible();
	test_shell();
	test_json();
	test_jq();
	test_args();
	test_forged();
	test_pasted();
	test_numbers();
	buf_free(&out);
	return tap_done();
}
