/* Our strtoll, strtoull, memmem and strstr against the C library's. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../lib/cpus.h"
#include "../../lib/find.h"
#include "../../lib/number.h"
#include "tap.h"

static uint32_t seed = 1;

static unsigned
pick(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)seed * n >> 32);
}

static int
same_number(const char *s, int base)
{
	char *a, *b;
	long long got, want;
	unsigned long long ugot, uwant;
	int e, ok;

	errno = 0;
	got = number_signed(s, &a, base);
	e = errno;
	errno = 0;
	want = strtoll(s, &b, base);
	ok = got == want && a == b && e == errno;
	errno = 0;
	ugot = number_unsigned(s, &a, base);
	e = errno;
	errno = 0;
	uwant = strtoull(s, &b, base);
	ok &= ugot == uwant && a == b && e == errno;
	if (!ok)
		printf(
		    "# \"%s\" in base %d: %lld and %llu\n", s, base, got, ugot);
	return ok;
}

static void
numbers(void)
{
	static const char *const texts[] = { "", "-", "+", "0", "-0", "0x",
		"0x1f", "0xg", "-0x1F", "x1", " \t\n42z", "--1", "+-1",
		"9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "-9223372036854775809",
		"18446744073709551615", "18446744073709551616",
		"-18446744073709551615", "-18446744073709551616",
		"99999999999999999999999", "-99999999999999999999999",
		"ffffffffffffffff", "10000000000000000", "0012", "1 2",
		"7fffffffffffffff", "-8000000000000000" };
	char text[32];
	int bad = 0;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		bad += !same_number(texts[i], 10) + !same_number(texts[i], 16);
	for (int i = 0; i < 200000 && bad < 20; i++) {
		unsigned n = pick(24);

		for (unsigned k = 0; k < n; k++)
			text[k] = (i % 2 ?
				"0123456789" :
				"0189afFxX-+ g.")[pick(i % 2 ? 10 : 14)];
		text[n] = '\0';
		bad += !same_number(text, i % 3 ? 10 : 16);
	}
	tap_is_int(bad, 0, "the same as strtoll(3) and strtoull(3)");
}

static void
places(void)
{
	unsigned bad = 0, found = 0;

	for (int i = 0; i < 200000; i++) {
		char text[24], word[5];
		unsigned n = pick(sizeof text), len = pick(sizeof word);
		char *want;

		for (unsigned k = 0; k < n; k++)
			text[k] = "aab"[pick(3)];
		for (unsigned k = 0; k < len; k++)
			word[k] = "aab"[pick(3)];
		want = memmem(text, n, word, len);
		found += want != NULL;
		bad += find_bytes(text, n, word, len) != want;
		text[n ? n - 1 : 0] = word[len ? len - 1 : 0] = '\0';
		bad += find_text(text, word) != strstr(text, word);
	}
	tap_ok(found > 50000 && found < 190000, "%u found", found);
	tap_is_int(bad, 0, "the same as memmem(3) and strstr(3)");
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

int
main(void)
{
	numbers();
	places();
	shares();
	tap_ok(cpus_online() >= 1 && cpus_online() <= cpus_possible(),
	    "%d CPUs in use", cpus_online());
	tap_ok(cpus_possible() >= 1, "%d CPUs possible", cpus_possible());
	return tap_done();
}
