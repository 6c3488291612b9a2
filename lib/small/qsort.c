/*
 * qsort(3) for the static tools: Shell's sort, in an eighth of the size of
 * musl's.  The records of a sweep, one CPU after the other, it sorts faster.
 * Not stable either.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
swap(char *a, char *b, size_t size)
{
	for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
		uint64_t x, y;

		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		memcpy(a, &y, sizeof y);
		memcpy(b, &x, sizeof x);
		a += sizeof x;
		b += sizeof x;
	}
	for (; size; size--) {
		char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

void
qsort(void *base, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	for (size_t n = count / 2; n; n = n == 2 ? 1 : n * 5 / 11) {
		char *first = (char *)base + n * size, *end;

		end = (char *)base + count * size;
		for (char *next = first; next < end; next += size)
			for (char *p = next;
			     p >= first && compare(p - n * size, p) > 0;
			     p -= n * size)
				swap(p - n * size, p, size);
	}
}
