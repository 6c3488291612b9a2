#include "scan.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "find.h"

size_t
span_len(const struct span *s)
{
	return (size_t)(s->end - s->p);
}

bool
span_is(const struct span *s, const char *word)
{
	return span_len(s) == strlen(word) &&
	    memcmp(s->p, word, span_len(s)) == 0;
}

const char *
span_find(const struct span *s, const char *word)
{
	return find_bytes(s->p, span_len(s), word, strlen(word));
}

bool
span_split(struct span *s, const char *word, struct span *tail)
{
	size_t n = strlen(word);

	for (const char *q = s->end; (size_t)(q - s->p) >= n; q--) {
		if (memcmp(q - n, word, n) == 0) {
			*tail = (struct span){ q, s->end };
			s->end = q - n;
			return true;
		}
	}
	return false;
}

bool
span_copy(const struct span *s, char *to, size_t size)
{
	if (span_len(s) >= size)
		return false;
	memcpy(to, s->p, span_len(s));
	to[span_len(s)] = '\0';
	return true;
}

size_t
scan_set(struct span *s, const char *set)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p && strchr(set, *s->p))
		s->p++;
	return (size_t)(s->p - from);
}

bool
scan_number(struct span *s, unsigned base, uint64_t max, uint64_t *value)
{
	static const char digits[] = "0123456789abcdef";
	const char *from = s->p, *d;

	*value = 0;
	while (s->p < s->end && (d = memchr(digits, *s->p, base))) {
		uint64_t digit = (uint64_t)(d - digits);

		if (*value > (max - digit) / base)
			return false;
		*value = *value * base + digit;
		s->p++;
	}
	return s->p > from;
}

bool
scan(struct span *s, const char *fmt, ...)
{
	struct span t = *s;
	uint64_t n = 0;
	bool ok = true;
	va_list ap;

	va_start(ap, fmt);
	for (; ok && *fmt; fmt++) {
		if (*fmt == ' ') {
			ok = scan_set(&t, " ") > 0;
		} else if (*fmt == '$') {
			ok = t.p == t.end;
		} else if (*fmt != '%') {
			ok = t.p < t.end && *t.p++ == *fmt;
		} else if (*++fmt == 'd') {
			ok = scan_number(&t, 10, INT_MAX, &n);
			*va_arg(ap, int *) = (int)n;
		} else {
			ok = scan_number(
			    &t, *fmt == 'x' ? 16 : 10, UINT64_MAX - 1, &n);
			*va_arg(ap, uint64_t *) = n;
		}
	}
	va_end(ap);
	if (ok)
		*s = t;
	return ok;
}

bool
scan_signed(struct span *s)
{
	struct span t = *s;
	bool minus = scan(&t, "-");
	uint64_t n;

	if (!scan_number(&t, 10, (uint64_t)INT_MAX + minus, &n))
		return false;
	*s = t;
	return true;
}
