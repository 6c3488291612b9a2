/*
 * args: joining what probes saw, and when /proc/PID/cmdline is believed.
 */
#include <stdlib.h>
#include <string.h>

#include "events/args.h"
#include "tap.h"

#define PIECES 6

static struct args_piece piece[PIECES];
static struct args_pieces pieces;
static char bytes[128];
static struct args a;
static struct buf text;
static char shown[512];

/* What the kernel showed: argc, and a string for each piece; NULL: no event,
 * "?" the string is not known. */
static void
know(int argc, const char *const *s, int count)
{
	size_t at = 0;

	memset(piece, 0, sizeof piece);
	for (int i = 0; i < count; i++) {
		size_t n = s[i] ? strlen(s[i]) : 0;

		piece[i].seen = s[i] != NULL;
		piece[i].known = s[i] && strcmp(s[i], "?") != 0;
		piece[i].offset = at;
		piece[i].len = n;
		if (s[i])
			memcpy(bytes + at, s[i], n);
		at += n;
	}
	pieces = (struct args_pieces){ .bytes = bytes, .piece = piece,
		.count = count, .argc = argc };
}

#define KNOW(argc, ...) know(argc, (const char *const[]){ __VA_ARGS__ }, \
	(int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)))

/* "all 2: a|b|" */
static const char *
show(void)
{
	static const char *const state[] = { "none", "cut", "proc", "all" };
	const char *s = a.text;
	int n = snprintf(shown, sizeof shown, "%s %d: ", state[a.state],
	    a.argc);

	for (int i = 0; i < a.count; i++, s += strlen(s) + 1)
		n += snprintf(shown + n, sizeof shown - (size_t)n, "%s|",
		    args_is_missing(&a, i) ? "?" : s);
	return s == a.text + a.len ? shown : "len is wrong";
}

static void
is_joined(int want, const char *result, const char *name)
{
	args_join(&a, &text, &pieces, want);
	tap_is_str(show(), result, "join: %s", name);
	tap_is_int(args_complete(&pieces, want), a.state == ARGS_ALL ||
	    (a.argc >= want && a.count == want && !a.missing),
	    "complete: %s", name);
}

static void
test_join(void)
{
	KNOW(-1, NULL);
	is_joined(8, "none -1: ", "nothing");
	KNOW(0, NULL);
	is_joined(8, "all 0: ", "no arguments");
	KNOW(3, NULL);
	is_joined(8, "none 3: ", "only their number");
	KNOW(2, "a", "b", "HOME=/", "TERM=x");
	is_joined(8, "all 2: a|b|", "nothing after argc");
	is_joined(2, "all 2: a|b|", "exactly what is wanted");
	is_joined(1, "cut 2: a|", "fewer wanted");
	is_joined(0, "none 2: ", "none wanted");
	KNOW(3, "", "", "");
	is_joined(8, "all 3: |||", "empty ones");
	KNOW(3, "a", "?", "c");
	is_joined(8, "cut 3: a|?|c|", "one unknown in between");
	is_joined(2, "cut 3: a|", "what is after it is not wanted");
	is_joined(1, "cut 3: a|", "it is not wanted");
	KNOW(3, "?", "b", "c");
	is_joined(8, "cut 3: ?|b|c|", "the first unknown");
	KNOW(3, "?", "?", "?");
	is_joined(8, "none 3: ", "all unknown");
	KNOW(5, "a", NULL, "", "?", "?");
	is_joined(8, "cut 5: a|?||", "an empty one after it");
	KNOW(4, "a", "b", NULL, NULL);
	is_joined(8, "cut 4: a|b|", "a chunk missing");
	KNOW(9, "a", "b");
	is_joined(8, "cut 9: a|b|", "more than were fetched");
	KNOW(-1, "a", "b");
	is_joined(8, "none -1: ", "number not known");
	KNOW(1, "b\nc");
	is_joined(8, "all 1: b\nc|", "text is emptied before");
}

/* /proc/PID/cmdline as a block of its own. */
static bool
believe_n(const char *cmdline, size_t len, bool whole, int want)
{
	char *block = malloc(len);
	bool r;

	memcpy(block, cmdline, len);
	r = args_from_cmdline(&a, &text, block, len, whole, &pieces, want);
	free(block);
	return r;
}

#define BELIEVE(s, whole, want) believe_n(s, sizeof s - 1, whole, want)

#define is_believed(s, whole, want, result, name) do {			\
	bool r_ = BELIEVE(s, whole, want);				\
	tap_is_str(r_ ? show() : "refused", result, "cmdline: %s", name);\
} while (0)

static void
test_believed(void)
{
	KNOW(-1, NULL);
	is_believed("a\0b\0", true, 8, "proc 2: a|b|", "nothing known");
	is_believed("a\0b\0", true, 1, "cut 2: a|", "fewer wanted");
	is_believed("a\0\0", true, 8, "proc 2: a||", "an empty one");
	is_believed("\0", true, 8, "proc 1: |", "only an empty one");
	is_believed("a\0b\0c", false, 8, "cut -1: a|b|", "more than was read");
	KNOW(2, "?", "b");
	is_believed("a\0b\0", true, 8, "proc 2: a|b|", "the known one agrees");
	KNOW(3, "a", "b");
	is_believed("a\0b\0c\0", true, 8, "proc 3: a|b|c|", "one more");
	is_believed("a\0b\0", false, 8, "cut 3: a|b|", "all that was read");
	is_believed("a\0b\0c\0", false, 8, "proc 3: a|b|c|",
	    "all of them, as far as it was read");
	KNOW(5, "a", "?", "?");
	is_believed("a\0x\0y\0z\0\0", true, 3, "cut 5: a|x|y|", "only three");
}

static void
test_refused(void)
{
	KNOW(-1, NULL);
	is_believed("", true, 8, "refused", "nothing");
	is_believed("abc", true, 8, "refused", "no NUL: overwritten");
	is_believed("a\0bc", true, 8, "refused", "no NUL at the end");
	is_believed("abc", false, 8, "refused", "not even one");
	KNOW(2, NULL);
	is_believed("a\0", true, 8, "refused", "too few");
	is_believed("a\0b\0c\0", true, 8, "refused", "too many");
	is_believed("a\0b\0c\0", false, 8, "refused", "too many already");
	is_believed("a\0b\0c", false, 8, "refused",
	    "one more begins than there are");
	KNOW(0, NULL);
	is_believed("a\0", true, 8, "refused", "there were none");
	KNOW(2, "a", "?");
	is_believed("x\0b\0", true, 8, "refused", "another first");
	is_believed("aa\0b\0", true, 8, "refused", "a longer first");
	is_believed("\0b\0", true, 8, "refused", "an empty first");
	KNOW(3, "?", "?", "c");
	is_believed("a\0b\0x\0", true, 1, "refused",
	    "another one after what is wanted");
	is_believed("a\0b\0x", false, 8, "refused",
	    "another one begins");
	KNOW(2, "a\0", "b");
	piece[0].len = 1;
	args_join(&a, &text, &pieces, 8);
	BELIEVE("x\0b\0", true, 8);
	tap_is_str(show(), "all 2: a|b|", "refused: leaves everything alone");
}

int
main(void)
{
	test_join();
	test_believed();
	test_refused();
	buf_free(&text);
	return tap_done();
}
