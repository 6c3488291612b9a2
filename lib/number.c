#include "number.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The digits from p on, at most max.  Returns how many there are. */
static size_t
digits(const char *p, unsigned base, unsigned long long max,
    unsigned long long *n, bool *over)
{
	const char *first = p;

	for (*n = 0;; p++) {
		unsigned c = (unsigned char)*p, digit = c - '0';

		if (digit > 9)
			digit = (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : base;
		if (digit >= base)
			break;
		*over |= *n > (max - digit) / base;
		*n = *n * base + digit;
	}
	return (size_t)(p - first);
}

/* Returns whether the number is negative; a larger one than max (one more if
 * it is negative and more is set) is that, and errno ERANGE. */
static bool
parse(const char *text, char **end, unsigned base, unsigned long long max,
    bool more, unsigned long long *n)
{
	const char *p = text + strspn(text, " \t\n\v\f\r");
	bool negative = *p == '-', over = false;
	size_t len, prefix;

	p += *p == '-' || *p == '+';
	max += negative && more;
	prefix = base == 16 && p[0] == '0' && (p[1] | 32) == 'x' ? 2 : 0;
	len = digits(p + prefix, base, max, n, &over);
	if (len == 0 && prefix) { /* the 0 of 0x */
		prefix = 0;
		len = 1;
	}
	if (end)
		*end = (char *)(len ? p + prefix + len : text);
	if (over) {
		errno = ERANGE;
		*n = max;
	}
	return negative && !(over && !more);
}

long long
number_signed(const char *text, char **end, int base)
{
	unsigned long long n;
	bool negative = parse(text, end, (unsigned)base, LLONG_MAX, true, &n);

	return (long long)(negative ? -n : n);
}

int
number_int(const char *text)
{
	return (int)number_signed(text, NULL, 10);
}

unsigned long long
number_unsigned(const char *text, char **end, int base)
{
	unsigned long long n;
	bool negative = parse(text, end, (unsigned)base, ULLONG_MAX, false, &n);

	return negative ? -n : n;
}

uint64_t
number_share(uint64_t n, uint64_t part, uint64_t whole)
{
	if (part >= whole)
		return n;
	for (; whole >> 32; whole >>= 1)
		part >>= 1;
	return n / whole * part + n % whole * part / whole;
}
