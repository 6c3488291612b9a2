/*
 * cmdlines: the same command line has the same number, any difference makes
 * another, and what was added is what is read.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tree/cmdlines.h"
#include "tap.h"

#define MILLION 1000000
#define LONG	(2u << 20)

static struct cmdline_table l;

#define text_args(s, n, c)						\
	((struct args){ .state = c, .argc = n, .count = n, .text = s,	\
	    .len = sizeof(s) - 1 })

/* Everything about a line is the same. */
static bool
same(const struct event *a, const struct event *b)
{
	return a->args.state == b->args.state && a->args.argc == b->args.argc &&
	    a->args.count == b->args.count && a->args.len == b->args.len &&
	    a->args.missing == b->args.missing &&
	    (a->args.len == 0 ||
		memcmp(a->args.text, b->args.text, a->args.len) == 0) &&
	    !a->path == !b->path && (!a->path || !strcmp(a->path, b->path));
}

/* What cmdline_table_get makes of an event full of something else. */
static struct event
get(uint32_t number)
{
	struct event e = { .type = EVENT_EXEC, .path = "old",
		.args = text_args("x\0y\0", 2, ARGS_CUT) };

	cmdline_table_get(&l, number, &e);
	return e;
}

static void
gives_back(const struct event *e, uint32_t number, const char *name)
{
	struct event got = get(number);

	if (!tap_ok(same(e, &got), "%s: given back", name))
		printf("# path %s, state %d, argc %d, count %d, len %zu\n",
		    got.path ? got.path : "(null)", got.args.state,
		    got.args.argc, got.args.count, got.args.len);
}

/* Lines that differ in one thing each. */
static const struct event different[] = {
	{ .path = "/bin/ls", .args = text_args("ls\0-l\0", 2, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("ls\0-l\0", 2, ARGS_PROC) },
	{ .path = "/bin/ls", .args = text_args("ls\0-l\0", 2, ARGS_CUT) },
	{ .path = "/bin/l", .args = text_args("ls\0-l\0", 2, ARGS_ALL) },
	{ .path = "/bin/lsls", .args = text_args("-l\0", 1, ARGS_ALL) },
	{ .path = NULL, .args = text_args("ls\0-l\0", 2, ARGS_ALL) },
	{ .path = "", .args = text_args("ls\0-l\0", 2, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("ls\0-\0l\0", 3, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("l\0s-l\0", 2, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("ls-l\0", 1, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("ls\0\0-l\0", 3, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("ls\0-l\0\0", 3, ARGS_ALL) },
	{ .path = "/bin/ls", .args = text_args("\0ls\0-l\0", 3, ARGS_ALL) },
	{ .path = "/bin/ls", .args = { .state = ARGS_CUT, .argc = 3,
	    .count = 2, .text = "ls\0-l", .len = 6 } },
	{ .path = "/bin/ls", .args = { .state = ARGS_CUT, .argc = -1,
	    .count = 2, .text = "ls\0-l", .len = 6 } },
	{ .path = "/bin/ls", .args = { .state = ARGS_CUT, .argc = 300,
	    .count = 2, .text = "ls\0-l", .len = 6 } },
	{ .path = "/bin/ls", .args = { .state = ARGS_CUT, .argc = 3,
	    .count = 2, .text = "\0-l", .len = 4 } },
	{ .path = "/bin/ls", .args = { .state = ARGS_CUT, .argc = 3,
	    .count = 2, .text = "\0-l", .len = 4, .missing = 1 } },
	{ .path = "/bin/ls", .args = { .argc = 2 } },
	{ .path = "/bin/ls", .args = { .argc = -1 } },
	{ .path = "/bin/ls", .args = { .argc = 0 } },
	{ .path = "/bin/ls", .args = { .state = ARGS_ALL, .argc = 0 } },
	{ .path = NULL, .args = { .state = ARGS_ALL, .argc = 0 } },
	{ .path = NULL, .args = { .argc = 2 } },
	{ .path = NULL, .args = text_args("\0", 1, ARGS_ALL) },
	{ .path = NULL, .args = text_args("\0\0", 2, ARGS_ALL) },
	{ .path = "\xff", .args = text_args("\xff\x01\n\0", 1, ARGS_ALL) },
};

#define DIFFERENT (sizeof different / sizeof *different)

static void
test_different(void)
{
	uint32_t number[DIFFERENT];
	char name[32];

	for (size_t i = 0; i < DIFFERENT; i++) {
		bool found = false;

		number[i] = cmdline_table_add(&l, &different[i]);
		for (size_t k = 0; k < i; k++)
			found |= number[k] == number[i];
		tap_ok(!found && number[i] != 0 && number[i] != UINT32_MAX,
		    "line %zu is another one", i);
	}
	for (size_t i = 0; i < DIFFERENT; i++) {
		struct event copy = different[i];
		char text[16], path[16];

		/* The same bytes elsewhere, and what does not matter. */
		memset(text, 'Z', sizeof text);
		if (copy.args.len)
			memcpy(text, copy.args.text, copy.args.len);
		if (copy.args.text)
			copy.args.text = text;
		if (copy.path)
			copy.path = memcpy(path, copy.path,
			    strlen(copy.path) + 1);
		copy.ts = i;
		copy.tid = 7;
		tap_is_int(cmdline_table_add(&l, &copy), number[i],
		    "line %zu once more", i);
		memset(text, 'Y', sizeof text);
		snprintf(name, sizeof name, "line %zu", i);
		gives_back(&different[i], number[i], name);
	}
}

static void
test_nothing(void)
{
	struct event e = { .type = EVENT_EXEC, .args.argc = -1 }, got;

	tap_is_int(cmdline_table_add(&l, &e), 0, "nothing is known: 0");
	got = get(0);
	tap_ok(!got.path && got.args.argc == -1 && got.args.count == 0 &&
	    got.args.len == 0 && got.args.state == ARGS_NONE,
	    "0 has nothing");
}

/* Lines longer than any block, among short ones; the last byte differs. */
static void
test_long(void)
{
	char *big = malloc(LONG);
	struct event e = { .path = "/bin/echo",
		.args = { .state = ARGS_ALL, .argc = 2, .count = 2 } };
	struct event before = different[0], got;
	const int lengths = tap_rounds(300);
	uint32_t first, other, n;

	if (!big)
		abort();
	memset(big, 'a', LONG);
	memcpy(big, "echo", 5);
	big[LONG - 1] = '\0';
	e.args.text = big;
	e.args.len = LONG;
	n = cmdline_table_add(&l, &before);
	first = cmdline_table_add(&l, &e);
	tap_is_int(cmdline_table_add(&l, &e), first, "2 MB twice");
	gives_back(&e, first, "2 MB");
	big[LONG - 2] = 'b';
	other = cmdline_table_add(&l, &e);
	tap_ok(other != first, "2 MB, its last byte differs");
	gives_back(&e, other, "2 MB, its last byte");
	got = get(first);
	tap_ok(got.args.text[LONG - 2] == 'a', "the first one is as it was");
	tap_is_int(cmdline_table_add(&l, &before), n, "a short one is still there");
	for (int i = 0; i < lengths; i++) {
		e.args.len = LONG / (size_t)lengths * (unsigned)i + 6;
		big[e.args.len - 1] = '\0';
		n = cmdline_table_add(&l, &e);
		got = get(n);
		if (!same(&e, &got) || cmdline_table_add(&l, &e) != n) {
			tap_ok(0, "%zu bytes", e.args.len);
			break;
		}
		big[e.args.len - 1] = 'a';
	}
	tap_ok(1, "%d lengths up to 2 MB", lengths);
	free(big);
}

/* The path can be the long part. */
static void
test_long_path(void)
{
	char *path = malloc(LONG);
	struct event e = { .path = path, .args = different[0].args };
	uint32_t n;

	if (!path)
		abort();
	memset(path, '/', LONG);
	path[LONG - 1] = '\0';
	n = cmdline_table_add(&l, &e);
	gives_back(&e, n, "a path of 2 MB");
	tap_is_int(cmdline_table_add(&l, &e), n, "it is the same again");
	path[LONG - 2] = '.';
	tap_ok(cmdline_table_add(&l, &e) != n, "and not with another end");
	free(path);
}

static struct event
numbered(char *text, size_t size, int i)
{
	struct event e = { .path = "/usr/bin/cc" };

	e.args.len = (size_t)snprintf(text, size, "cc%c-c%cfile%d.c", 0, 0, i) +
	    1;
	e.args.state = ARGS_ALL;
	e.args.argc = e.args.count = 3;
	e.args.text = text;
	return e;
}

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Kept bytes are about those of the lines; time is linear. */
static void
test_million(void)
{
	static uint32_t number[MILLION];
	const int lines = tap_rounds(MILLION);
	double begin = seconds(), taken;
	size_t bytes = 0, room;
	int bad = 0;
	char text[64];

	cmdline_table_free(&l);
	for (int i = 0; i < lines; i++) {
		struct event e = numbered(text, sizeof text, i);

		bytes += e.args.len + strlen(e.path) + 1;
		number[i] = cmdline_table_add(&l, &e);
		bad += number[i] == 0 || number[i] == UINT32_MAX;
	}
	tap_is_int(bad, 0, "%d lines", lines);
	for (int i = lines - 1; i >= 0; i--) {
		struct event e = numbered(text, sizeof text, i), got;

		got = get(number[i]);
		bad += !same(&e, &got) || cmdline_table_add(&l, &e) != number[i];
	}
	tap_is_int(bad, 0, "%d lines: each there once, as given", lines);
	taken = seconds() - begin;
	tap_ok(taken < 10, "%d lines: %.2f s", lines, taken);
	tap_ok(l.bytes >= bytes / 2 && l.bytes <= bytes + 32ull * (unsigned)lines,
	    "their bytes: %zu for %zu", l.bytes, bytes);
	room = l.index.size / 2 * sizeof *l.line +
	    l.index.size * sizeof *l.index.slot;
	tap_ok(room < 48ull * (unsigned)lines, "memory besides them: %zu", room);
}

/* A million processes that run the same few lines: no memory for that. */
static void
test_repeated(void)
{
	const int lines = tap_rounds(MILLION);
	struct cmdline_block *block = NULL;
	size_t bytes = 0;
	char text[64];
	int bad = 0;

	cmdline_table_free(&l);
	for (int i = 0; i < lines; i++) {
		struct event e = numbered(text, sizeof text, i % 100);
		uint32_t n = cmdline_table_add(&l, &e);

		bad += n == 0 || n > 100;
		if (i == 99) {
			block = l.block;
			bytes = l.bytes;
		}
	}
	tap_is_int(bad, 0, "100 lines, %d times: numbers 1 to 100", lines);
	tap_ok(l.bytes == bytes && l.block == block, "no memory for repetition");
}

int
main(void)
{
	test_nothing();
	test_different();
	test_nothing();
	test_long();
	test_long_path();
	test_million();
	test_repeated();
	cmdline_table_free(&l);
	tap_is_int(cmdline_table_add(&l, &different[0]), 1, "empty again: number 1");
	cmdline_table_free(&l);
	cmdline_table_free(&l);
	tap_ok(l.index.count == 0 && !l.block && !l.line && !l.index.slot,
	    "freed twice");
	return tap_done();
}
