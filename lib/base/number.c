/* Arithmetic and text of numbers. */
#include "base/number.h"

#include <stdbool.h>
#include <string.h>

#include "base/scan.h"

uint64_t
number_share(uint64_t n, uint64_t part, uint64_t whole)
{
	if (part >= whole)
		return n;
	for (; whole >> 32; whole >>= 1)
		part >>= 1;
	return n / whole * part + n % whole * part / whole;
}

/* Of an unsigned number above 2^63 the compiler makes another way, at each
 * place. */
double
number_real(uint64_t n)
{
	return (double)n;
}

int64_t
number_parse(const char *s, char **end)
{
	int64_t n = 0;
	bool minus;

	s += strspn(s, SCAN_BLANKS);
	minus = *s == '-';
	for (s += minus; *s >= '0' && *s <= '9'; s++) {
		int digit = *s - '0';

		n = n > (INT64_MAX - digit) / 10 ? INT64_MAX : 10 * n + digit;
	}
	if (end)
		*end = (char *)s;
	return minus ? -n : n;
}

void
number_put(struct buf *b, uint64_t n, size_t width, char pad)
{
	char text[20], *end = text + sizeof text, *p = end;

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	while ((size_t)(end - p) < width)
		*--p = pad;
	buf_add(b, p, (size_t)(end - p));
}
