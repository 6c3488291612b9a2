/* number_share against a division bit by bit; how many CPUs there are. */
#include <stdint.h>

#include "kernel/cpus.h"
#include "base/number.h"
#include "tap.h"

static uint32_t seed = 1;

static unsigned
pick(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)seed * n >> 32);
}

/* n * part / whole by long division, bit by bit: whole is at most 2^62. */
static uint64_t
divide(uint64_t n, uint64_t part, uint64_t whole)
{
	uint64_t quotient = 0, rest = 0;

	for (int bit = 63; bit >= 0; bit--) {
		quotient *= 2;
		rest = 2 * rest + (n >> bit & 1 ? part : 0);
		for (; rest >= whole; rest -= whole)
			quotient++;
	}
	return quotient;
}

/* An error is that of parts of 32 bits. */
static void
shares(void)
{
	unsigned bad = 0;

	for (int i = 0; i < 200000; i++) {
		uint64_t n = ((uint64_t)pick(1u << 31) << 31) >> pick(40);
		uint64_t whole = 1 +
		    (((uint64_t)pick(1u << 31) << 31) >> pick(60));
		uint64_t part = whole / (1 + pick(100)) - pick(2);
		uint64_t got = number_share(n, part, whole);
		uint64_t want = part >= whole ? n : divide(n, part, whole);
		uint64_t off = got > want ? got - want : want - got;

		bad += got > n || off > (n >> 30) + 1 ||
		    (whole < 1ull << 32 && off);
	}
	tap_is_int(bad, 0, "shares");
	tap_is_int((int)number_share(7, 0, 0), 7, "a share of nothing");
}

static void
parsed(void)
{
	static const struct {
		const char *text;
		int64_t n;
		int end;
	} cases[] = {
		{ .text = "0", .n = 0, .end = 1 },
		{ .text = " \t\n12-3", .n = 12, .end = 5 },
		{ .text = "-7 8", .n = -7, .end = 2 },
		{ .text = "008x", .n = 8, .end = 3 },
		{ .text = "", .n = 0, .end = 0 },
		{ .text = "x1", .n = 0, .end = 0 },
		{ .text = "+1", .n = 0, .end = 0 },
		{ .text = "9223372036854775806",
		    .n = INT64_MAX - 1,
		    .end = 19 },
		{ .text = "9223372036854775807", .n = INT64_MAX, .end = 19 },
		{ .text = "9223372036854775808.", .n = INT64_MAX, .end = 19 },
		{ .text = "99999999999999999999", .n = INT64_MAX, .end = 20 },
	};
	char *end;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tap_ok(number_parse(cases[i].text, &end) == cases[i].n,
		    "number of \"%s\"", cases[i].text);
		tap_is_int((int)(end - cases[i].text), cases[i].end,
		    "what follows the number of \"%s\"", cases[i].text);
	}
	tap_is_int((int)number_parse("-42\n", NULL), -42, "without end");
}

int
main(void)
{
	shares();
	parsed();
	tap_ok(cpus_online() >= 1 && cpus_online() <= cpus_possible(),
	    "%d CPUs in use", cpus_online());
	tap_ok(cpus_possible() >= 1, "%d CPUs possible", cpus_possible());
	return tap_done();
}
