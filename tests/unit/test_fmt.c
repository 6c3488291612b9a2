/* Our printf against the C library's; the letters of a command line. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>

#include "../../lib/buf.h"
#include "../../lib/fmt.h"
#include "../../lib/letters.h"
#include "tap.h"

static unsigned long compared, other;

static void
same(size_t size, const char *format, int got, const char *a, int want,
    const char *b)
{
	compared++;
	if ((got != want || (size && strcmp(a, b) != 0)) && ++other < 20)
		printf("# %s: %d \"%s\", want %d \"%s\"\n", format, got, a,
		    want, b);
}

/* Both in buffers of a size too small, and large enough. */
#define COMPARE(format, ...)                                          \
	do {                                                          \
		static const size_t sizes[] = { 0, 1, 2, 7, 64 };     \
		for (size_t k_ = 0; k_ < 5; k_++) {                   \
			char a_[64] = "unset", b_[64] = "unset";      \
			int got_ = fmt_print(                         \
			    a_, sizes[k_], format, __VA_ARGS__);      \
			int want_ = snprintf(                         \
			    b_, sizes[k_], format, __VA_ARGS__);      \
			same(sizes[k_], format, got_, a_, want_, b_); \
		}                                                     \
	} while (0)

#define FLAGS(width, size, kind, value)                    \
	do {                                               \
		COMPARE("<%" width size kind ">", value);  \
		COMPARE("<%-" width size kind ">", value); \
		COMPARE("<%0" width size kind ">", value); \
	} while (0)

#define KINDS(kind, small, large)                                   \
	do {                                                        \
		FLAGS("", "", kind, small);                         \
		FLAGS("9", "", kind, small);                        \
		FLAGS("2", "l", kind, (unsigned long)large);        \
		FLAGS("21", "ll", kind, (unsigned long long)large); \
		FLAGS("", "z", kind, (size_t)large);                \
	} while (0)

#pragma GCC diagnostic ignored "-Wformat"

static void
numbers(void)
{
	static const long long values[] = { 0, 1, -1, 9, 10, -10, 15, 16, 255,
		INT_MAX, INT_MIN, UINT_MAX, LLONG_MAX, LLONG_MIN, 1234567890 };

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		KINDS("d", (int)values[i], values[i]);
		KINDS("u", (unsigned)values[i], values[i]);
		KINDS("x", (unsigned)values[i], values[i]);
		COMPARE("%*d|%-*d|", (int)(i * 2) - 9, (int)values[i], 4, 7);
		COMPARE("%0*llu.%03llu", 7, (unsigned long long)values[i],
		    (unsigned long long)i);
	}
}

static void
texts(void)
{
	static const char *const values[] = { "", "x", "/usr/bin/env",
		"\xff\x80\t" };

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		const char *s = values[i];

		COMPARE("%s", s);
		COMPARE("a %s b %s c", s, s);
		COMPARE("[%8s][%-8s]", s, s);
		COMPARE("[%*s][%-*s]", -5, s, 5, s);
		COMPARE("[%.3s][%.*s][%.0s]", s, 2, s, s);
		COMPARE("[%9.3s][%-9.*s]", s, -1, s);
	}
	COMPARE("%c%c%3c%-3c|", 'a', '\xe9', 'b', 'c');
	COMPARE("100%%%d%%", 1);
	errno = ENOENT;
	COMPARE("%s: %m, %d", "x", 2);
}

static void
long_text(void)
{
	struct buf b = { 0 };
	char text[2000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	buf_printf(&b, "<%s>", text);
	tap_is_int(b.len, sizeof text + 1, "buf_printf does not cut");
	tap_ok(b.data[0] == '<' && b.data[b.len - 1] == '>' &&
		memcmp(b.data + 1, text, sizeof text - 1) == 0,
	    "all of it");
	buf_free(&b);
}

static void
command_line(void)
{
	char *argv[] = { "tool", "-ab", "-cd", "-c", "--", "-x", "-", "-a",
		NULL };
	struct letters l = { .argv = argv, .argc = 8, .at = 1 };

	tap_is_int(letters_next(&l, "abc:"), 'a', "the first of a word");
	tap_is_int(letters_next(&l, "abc:"), 'b', "the second");
	tap_is_int(letters_next(&l, "abc:"), 'c', "with an argument");
	tap_is_str(l.arg, "d", "in the same word");
	tap_is_int(letters_next(&l, "abc:"), 'c', "again");
	tap_is_str(l.arg, "--", "the next word, whatever it is");
	tap_is_int(letters_next(&l, "abc:"), '?', "unknown");
	tap_is_int(l.letter, 'x', "its letter");
	tap_is_int(letters_next(&l, "abc:"), -1, "- is an operand");
	tap_is_int(l.at, 6, "the first one");
	l = (struct letters){ .argv = argv, .argc = 4, .at = 3 };
	tap_is_int(letters_next(&l, "abc:"), ':', "an argument is missing");
	l = (struct letters){ .argv = argv, .argc = 8, .at = 4 };
	tap_is_int(letters_next(&l, "abc:"), -1, "-- ends the options");
	tap_is_int(l.at, 5, "and is passed by");
	argv[1] = "-:";
	l = (struct letters){ .argv = argv, .argc = 2, .at = 1 };
	tap_is_int(letters_next(&l, "abc:"), '?', "a : is no option");
}

int
main(void)
{
	numbers();
	texts();
	tap_ok(compared > 1000, "%lu compared", compared);
	tap_is_int(other, 0, "the same as snprintf(3)");
	long_text();
	command_line();
	return tap_done();
}
