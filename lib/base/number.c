/* Arithmetic and text of numbers. */
#include "base/number.h"

uint64_t
number_share(uint64_t n, uint64_t part, uint64_t whole)
{
	if (part >= whole)
		return n;
	for (; whole >> 32; whole >>= 1)
		part >>= 1;
	return n / whole * part + n % whole * part / whole;
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
