/*
 * window: stacks as the kernel makes them, and as it does not; windows in
 * parts, cut, with zeros where a fetch failed.  What it gives is an argument,
 * whole, or nothing.
 */
#include "ring/window.h"
#include "tap.h"

#define ARGV0 0x7ffd00001235ull /* on no boundary, as most are */
#define ARGS  2000

/* The top of a stack: what lies from argv[0] on. */
static struct {
	char bytes[2 * WINDOW_BYTES];
	size_t len, args; /* of all, of the arguments */
	size_t begins[ARGS];
	uint64_t pointer[ARGS + 8];
	int argc, pointers;
} stack;

static struct window w;

static void
stack_begin(void)
{
	memset(&stack, 0, sizeof stack);
}

static void
stack_add(const char *s, size_t len)
{
	stack.pointer[stack.pointers++] = ARGV0 + stack.len;
	if (stack.args == 0)
		stack.begins[stack.argc++] = stack.len;
	memcpy(stack.bytes + stack.len, s, len);
	stack.len += len + 1;
}

static void
stack_arg(const char *s)
{
	stack_add(s, strlen(s));
}

/* argv ends, the environment follows, and behind it the path. */
static void
stack_end(bool environment)
{
	stack.args = stack.len;
	stack.pointers++;
	if (environment) {
		stack_add("HOME=/root", 10);
		stack_add("SECRET=x", 8);
	}
	stack.pointers++;
	memcpy(stack.bytes + stack.len, "/bin/x", 6);
	stack.len += 7;
}

static void
stack_make(int argc, const char *const *argv)
{
	stack_begin();
	for (int i = 0; i < argc; i++)
		stack_arg(argv[i]);
	stack_end(true);
}

#define make(...)                                                     \
	stack_make((int)(sizeof((const char *const[]){ __VA_ARGS__ }) / \
		       sizeof(char *)),                               \
	    (const char *const[]){ __VA_ARGS__ })

static void
begin(int pointers)
{
	window_init(&w, stack.argc, ARGV0);
	memset(w.bytes, 'Z', sizeof w.bytes);
	window_point(&w, stack.pointer,
	    pointers < stack.pointers ? pointers : stack.pointers);
}

/* All of it, in one part. */
static void
fill(int pointers)
{
	begin(pointers);
	window_add(&w, 0, stack.bytes, WINDOW_BYTES);
}

/* How many arguments it gives, -1 if one of them is wrong. */
static int
count(void)
{
	const char *s;
	size_t len;
	int n = 0;

	for (; window_next(&w, &s, &len); n++) {
		const char *want = stack.bytes + stack.begins[n];

		if (n == stack.argc || len != strlen(want) ||
		    memcmp(s, want, len) != 0 || s < w.bytes ||
		    s + len >= w.bytes + WINDOW_BYTES)
			return -1;
	}
	return n;
}

static void
test_plain(void)
{
	make("ls", "-l", "", "/tmp");
	fill(WINDOW_POINTERS);
	tap_is_int(count(), 4, "all, an empty one too");
	tap_is_int(count(), 0, "and no more");
	fill(1);
	tap_is_int(count(), 4, "without pointers");
	fill(0);
	tap_is_int(count(), 0, "not without even that to argv[0]");
	make("", "", "");
	fill(WINDOW_POINTERS);
	tap_is_int(count(), 3, "empty ones only");
	make("x");
	fill(WINDOW_POINTERS);
	tap_is_int(count(), 1, "one");
	stack_begin();
	stack_arg("ls");
	stack_arg("-l");
	stack_end(false);
	fill(WINDOW_POINTERS);
	tap_is_int(count(), 2, "no environment");
	stack_make(0, NULL);
	fill(WINDOW_POINTERS);
	tap_is_int(count(), 0, "no arguments: not the environment");
}

/* argc as it cannot be, or a program of its own loader. */
static void
test_argc(void)
{
	static const int wrong[] = { -1, INT32_MIN, 0 };

	make("ls", "-l");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		fill(WINDOW_POINTERS);
		w.argc = wrong[i];
		tap_is_int(count(), 0, "argc %d", wrong[i]);
	}
	fill(WINDOW_POINTERS);
	w.argc = 1;
	tap_is_int(count(), 0, "argc 1: argv does not end there");
	fill(WINDOW_POINTERS);
	w.argc = INT32_MAX;
	tap_is_int(count(), 1, "argc 2^31 - 1: the second has no next one");
	fill(WINDOW_POINTERS);
	w.argv0 = 0;
	tap_is_int(count(), 0, "argv[0] NULL");
}

static void
test_pointers(void)
{
	/* argv[3] is NULL; then comes the environment, that of it the first */
	static const int want[] = { 0, 0, 1, 0, 2, 3 };

	for (int i = 0; i < 6; i++) {
		make("ls", "-l", "/tmp");
		stack.pointer[i] += stack.pointer[i] ? 1 : ARGV0;
		fill(WINDOW_POINTERS);
		tap_is_int(count(), want[i], "pointer %d lies", i);
	}
	/* A program for 32 bits: argc and argv[0], argv[1] and NULL, ... */
	make("ls", "-l");
	begin(0);
	window_init(&w, 2, stack.pointer[1]);
	window_point(&w,
	    (const uint64_t[]){ stack.pointer[1], stack.pointer[3], 32 }, 3);
	window_add(&w, 0, stack.bytes + 3, 1024);
	tap_is_int(count(), 0, "pointers of 4 bytes");
	window_init(&w, 2, ARGV0 | ARGV0 << 32);
	memset(stack.bytes, 0, WINDOW_BYTES);
	window_point(&w, (const uint64_t[]){ ARGV0 | ARGV0 << 32, 1, 1 }, 3);
	window_add(&w, 0, stack.bytes, 1024);
	tap_is_int(count(), 0, "pointers of 4 bytes, nothing there");
}

/* In parts of any size, in any order. */
static void
test_parts(void)
{
	static const size_t at[] = { 0, 1000, 1001, 2000, WINDOW_BYTES };
	int good = 0, orders = 0;

	make("ls", "-l", "/tmp");
	stack_begin();
	for (int i = 0; stack.len < 2500; i++)
		stack_arg(i % 3 ? "an argument" : "");
	stack_end(true);
	for (int n = 0; n < 256; n++) {
		int o[4] = { n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 }, seen = 0;

		if ((1 << o[0] | 1 << o[1] | 1 << o[2] | 1 << o[3]) != 15)
			continue;
		begin(WINDOW_POINTERS);
		for (int i = 0; i < 4; i++) {
			window_add(&w, at[o[i]], stack.bytes + at[o[i]],
			    at[o[i] + 1] - at[o[i]]);
			/* What is there is whole, and comes once. */
			for (const char *s; window_next(&w, &s, &(size_t){ 0 });
			    seen++)
				good -= strcmp(
				    s, stack.bytes + stack.begins[seen]) != 0;
		}
		good += seen == stack.argc;
		orders++;
	}
	tap_is_int(good, orders, "4 parts in each of %d orders", orders);
	begin(WINDOW_POINTERS);
	window_add(&w, 1000, stack.bytes + 1000, 1000);
	tap_is_int(count(), 0, "not the second part without the first");
	tap_ok(!window_wants(&w, stack.argc, ARGV0, 1000) &&
	    window_wants(&w, stack.argc, ARGV0, 0), "a part comes once");
	tap_ok(!window_wants(&w, stack.argc + 1, ARGV0, 0) &&
	    !window_wants(&w, stack.argc, ARGV0 + 1, 0), "of this stack");
	for (int i = 0; i < 2 * WINDOW_PARTS; i++)
		window_add(&w, 2000, stack.bytes + 2000, 8);
	tap_ok(!window_wants(&w, stack.argc, ARGV0, 0), "too many parts");
	begin(WINDOW_POINTERS);
	window_add(&w, 3000, stack.bytes + 3000, 1000);
	window_add(&w, SIZE_MAX, stack.bytes, 1000);
	tap_is_int(w.part[0].to, WINDOW_BYTES, "a part too long is cut");
	tap_is_int(w.parts, 1, "one behind it is none");
}

/* Two arguments, the second of which ends with the window, or near. */
static void
test_end(void)
{
	static char text[WINDOW_BYTES + 8];

	memset(text, 'a', sizeof text);
	for (size_t n = WINDOW_BYTES - 8; n <= WINDOW_BYTES + 4; n++) {
		bool whole = n <= WINDOW_BYTES;

		stack_begin();
		stack_arg("ls");
		stack_add(text, n - 4);
		stack_end(true);
		fill(WINDOW_POINTERS);
		tap_is_int(count(), whole ? 2 : 1, "%zu bytes", n);
		fill(1); /* a zero at the end may be anything */
		tap_is_int(count(), n < WINDOW_BYTES ? 2 : 1,
		    "%zu bytes, without pointers", n);
	}
}

/* More than there are pointers to. */
static void
test_many(void)
{
	for (int argc = 58; argc < 70; argc++) {
		stack_begin();
		for (int i = 0; i < argc; i++)
			stack_arg(&"an argument"[i % 12]);
		stack_end(argc & 1);
		fill(WINDOW_POINTERS - 1);
		tap_is_int(count(), argc, "%d arguments", argc);
	}
	stack_begin();
	for (int i = 0; i < 1530; i++)
		stack_arg("x");
	stack_end(true);
	fill(WINDOW_POINTERS - 1);
	tap_is_int(count(), 1530, "1530 arguments");
	stack_begin();
	for (int i = 0; i < 100; i++)
		stack_arg("");
	stack_arg("x");
	stack_end(true);
	fill(WINDOW_POINTERS - 1);
	tap_is_int(count(), 62,
	    "many empty ones without pointers may be a fault");
}

/*
 * A page is not there: zeros from some byte to some other.  What is given then
 * is still right, with pointers or without; and what lies before is given.
 */
static void
test_faults(void)
{
	static char before[WINDOW_BYTES];
	int wrong = 0, before_it = 0, all = 0;

	stack_begin();
	for (int i = 0; i < 90; i++)
		stack_arg(&"some argument"[i % 13]);
	stack_end(true);
	memcpy(before, stack.bytes, sizeof before);
	for (size_t from = 0; from < stack.len; from++)
		for (int pointers = 1; pointers <= 63; pointers += 62) {
			int n, whole = 0;

			memcpy(w.bytes, before, sizeof before);
			memset(w.bytes + from, 0, WINDOW_BYTES - from);
			begin(pointers);
			memcpy(w.bytes, before, from);
			memset(w.bytes + from, 0, WINDOW_BYTES - from);
			w.part[w.parts++] =
			    (struct window_part){ 0, WINDOW_BYTES };
			w.len = WINDOW_BYTES;
			n = count();
			while (whole < 89 && stack.begins[whole + 1] <= from)
				whole++;
			wrong += n < 0;
			before_it += n >= whole - 1;
			all++;
		}
	tap_is_int(wrong, 0, "%d faults: nothing wrong", all);
	tap_is_int(before_it, all, "and all before them");
}

int
main(void)
{
	test_plain();
	test_argc();
	test_pointers();
	test_parts();
	test_end();
	test_many();
	test_faults();
	return tap_done();
}
