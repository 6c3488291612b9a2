/*
 * exec: the assembler where the probe shows windows on the stack (ldso without
 * strings): parts in any order, other hits, cut windows, /proc, and nothing of
 * the environment.
 */
#include "events/exec_node.h"
#include "feed.h"

#define MS    1000000ull
#define ARGV0 0x7ffd00001235ull
#define HALF  1536 /* what the first part has */

/* The top of a stack; $ENVIRONMENT is after the arguments. */
static struct {
	char bytes[WINDOW_BYTES];
	size_t len;
	uint64_t pointer[WINDOW_POINTERS];
	int argc, pointers;
} top;

static void
top_add(const char *s, size_t len)
{
	if (top.pointers < WINDOW_POINTERS - 1)
		top.pointer[top.pointers++] = ARGV0 + top.len;
	for (size_t i = 0; i <= len && top.len < WINDOW_BYTES; i++, top.len++)
		top.bytes[top.len] = i < len ? s[i] : '\0';
}

static void
top_make(const char *const *argv, int argc)
{
	memset(&top, 0, sizeof top);
	for (top.argc = 0; top.argc < argc; top.argc++)
		top_add(argv[top.argc], strlen(argv[top.argc]));
	top.pointers++;
	while (top.len < WINDOW_BYTES)
		top_add("ENVIRONMENT=x", 13);
}

#define top(...)                                              \
	top_make((const char *const[]){ __VA_ARGS__ },        \
	    (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / \
		sizeof(char *)))

/* A part of it, as one hit of the probe shows it. */
static struct raw_event
part_of(int tid, uint64_t ts, size_t from, size_t len)
{
	struct raw_event k = { .kind = RAW_WINDOW, .ts = ts, .tid = tid,
		.pid = tid, .argc = top.argc, .first = (int)from,
		.argv = ARGV0, .text = top.bytes + from, .text_len = len,
		.pointers = from ? 1 : top.pointers };

	memcpy(k.pointer, top.pointer, sizeof k.pointer);
	return k;
}

static void
part(int tid, uint64_t ts, size_t from)
{
	feed(part_of(tid, ts, from, from ? WINDOW_BYTES - HALF : HALF));
}

/* Does the node hold anything of the environment? */
static bool
is_clean(void)
{
	return !j.head->window && !memmem(j.head->bytes.data,
	    j.head->bytes.len, "ENVIRONMENT", 11);
}

static void
test_plain(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	top("ls", "-l");
	path(10, 100, "/bin/ls");
	is_records(100, "", "waits for the window");
	part(10, 110, 0);
	tap_ok(is_clean(), "its first part has all: the rest is gone");
	is_records(110, "exec 10 @100 /bin/ls all 2: ls|-l|", "at once");
	part(10, 111, HALF);
	is_records(END, "", "the second part begins nothing");
	path(10, 200, "/bin/ls");
	part(10, 210, HALF);
	is_records(210, "", "the second part alone is nothing");
	part(10, 211, 0);
	tap_ok(is_clean(), "then the first: the rest is gone");
	is_records(211, "exec 10 @200 /bin/ls all 2: ls|-l|", "all");
	part(10, 300, 0);
	is_records(END, "", "without an exec: nothing");
	begin(EXEC_PATH_FIRST, 1, true);
	path(10, 100, "/bin/ls");
	part(10, 110, 0);
	tap_ok(is_clean() && !memmem(j.head->bytes.data, j.head->bytes.len,
	    "-l", 2), "only one wanted, only one kept");
	is_records(110, "exec 10 @100 /bin/ls cut 2: ls|", "only one");
	begin(EXEC_PATH_FIRST, 0, true);
	path(10, 100, "/bin/ls");
	part(10, 110, 0);
	is_records(110, "exec 10 @100 /bin/ls none 2: ", "none wanted");
}

/* An argument in two parts, and what comes instead of the second one. */
static void
test_long(void)
{
	static char text[2000], cut[4096];

	memset(text, 'a', sizeof text - 1);
	begin(EXEC_PATH_FIRST, 8, true);
	top("ls", text, "end");
	path(10, 100, "/x");
	part(10, 110, 0);
	is_records(110, "", "waits for the second part");
	part(10, 111, HALF);
	tap_ok(is_clean() && j.head->args.piece[1].len == 1999, "both parts");
	snprintf(cut, sizeof cut, "exec 10 @100 /x all 3: ls|%.40s|end|", text);
	is_records(111, cut, "all, over two parts");
	path(10, 200, "/x");
	part(10, 210, 0);
	exits(10, 220);
	is_records(END, "exec 10 @200 /x cut 3: ls|; exit 10 @220",
	    "the second part never comes");
	path(10, 300, "/x");
	part(10, 310, 0);
	is_records(310 + 99 * MS, "", "not for ever");
	is_records(310 + 100 * MS, "exec 10 @300 /x cut 3: ls|", "cut");
	path(10, 400, "/x");
	part(10, 410, HALF);
	lost(415, 1);
	part(10, 420, 0);
	is_records(END, "exec 10 @400 /x none 3: ; lost 1 @415",
	    "nothing is joined across a gap");
}

/* The same program is at its loader's entry once more, by itself. */
static void
test_again(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	top("ls", "-l");
	path(10, 100, "/x");
	part(10, 110, 0);
	top("rm", "-r");
	part(10, 120, 0);
	part(10, 121, HALF);
	is_records(END, "exec 10 @100 /x all 2: ls|-l|", "the first hit counts");
	top("ls", "-l");
	path(10, 200, "/x");
	part(10, 210, HALF);
	top("rm", "-r", "/");
	part(10, 220, 0);
	is_records(END, "exec 10 @200 /x none 2: ", "another argc");
	top("ls", "-l");
	path(10, 300, "/x");
	part(10, 310, HALF);
	struct raw_event k = part_of(10, 320, 0, HALF);

	k.argv++;
	feed(k);
	is_records(END, "exec 10 @300 /x none 2: ", "another argv");
	path(10, 400, "/x");
	part(10, 410, 0);
	part(10, 411, 0);
	part(10, 412, HALF);
	is_records(END, "exec 10 @400 /x all 2: ls|-l|", "a part twice");
}

/* What is no stack of the kernel's: nothing of it is shown. */
static void
test_liars(void)
{
	static const int argc[] = { -1, 0, 1, 3, 100, INT32_MAX };

	for (size_t i = 0; i < sizeof argc / sizeof *argc; i++) {
		begin(EXEC_PATH_FIRST, 8, true);
		top("ls", "-l");
		top.argc = argc[i];
		path(10, 100, "/x");
		part(10, 110, 0);
		part(10, 111, HALF);
		tap_ok(!strstr(records(END), "ENVIR") && strstr(shown, "/x"),
		    "argc %d: %s", argc[i], shown);
	}
	begin(EXEC_PATH_FIRST, 8, true);
	top("ls", "-l");
	memset(top.bytes, 0, sizeof top.bytes);
	path(10, 100, "/x");
	part(10, 110, 0);
	part(10, 111, HALF);
	is_records(END, "exec 10 @100 /x none 2: ", "nothing could be fetched");
}

/* /proc is asked at once for what the window does not hold. */
static void
test_early(void)
{
	static char text[WINDOW_BYTES];
	struct raw_event k;

	memset(text, 'a', sizeof text - 1);
	begin_sample(EXEC_PATH_FIRST, 8, true);
	j.window = WINDOW_BYTES;
	top("ls", "-l");
	k = part_of(10, 100, 0, HALF);
	tap_ok(!exec_wants_sample(&j, &k), "all in the window");
	k.first = HALF;
	tap_ok(!exec_wants_sample(&j, &k), "a second part");
	top("ls", text, "end");
	top.pointer[2] = ARGV0 + 3 + WINDOW_BYTES;
	k = part_of(10, 100, 0, HALF);
	tap_ok(exec_wants_sample(&j, &k), "the second does not end there");
	j.want = 1;
	tap_ok(!exec_wants_sample(&j, &k), "but the first does");
	j.want = 0;
	tap_ok(!exec_wants_sample(&j, &k), "none wanted");
	j.want = 8;
	k.pointer[2] = ARGV0 + 3000;
	k.pointer[4] = 0;
	k.pointers = 5;
	tap_ok(!exec_wants_sample(&j, &k), "no environment, the last in it");
	k.pointer[2] = ARGV0 + WINDOW_BYTES + 1;
	tap_ok(exec_wants_sample(&j, &k), "no environment, the last after it");
	k.argc = 200;
	k.pointers = 63;
	k.pointer[8] = ARGV0 + 100;
	tap_ok(!exec_wants_sample(&j, &k), "200 arguments, 8 wanted");
	j.want = 200;
	tap_ok(exec_wants_sample(&j, &k), "200 arguments, all wanted");
	k.argc = -1;
	tap_ok(!exec_wants_sample(&j, &k), "argc is none");
	begin_sample(EXEC_PATH_FIRST, 8, true);
	top("ls", "b", "c");
	k = part_of(10, 110, 0, 3);
	proc_says("ls\0b\0c\0", 115);
	path(10, 100, "/x");
	feed_with(&k, read_sample(NULL, 10));
	exits(10, 120);
	is_records(END, "exec 10 @100 /x proc 3: ls|b|c|; exit 10 @120",
	    "filled in");
	proc_says("ls\0b\0c\0", 215);
	proc.bytes = "rm\0b\0c\0";
	path(10, 200, "/x");
	k.ts = 210;
	feed_with(&k, read_sample(NULL, 10));
	exits(10, 220);
	is_records(END, "exec 10 @200 /x cut 3: ls|; exit 10 @220",
	    "it may not contradict");
}

int
main(void)
{
	test_plain();
	test_long();
	test_again();
	test_liars();
	test_early();
	exec_free(&j);
	return tap_done();
}
