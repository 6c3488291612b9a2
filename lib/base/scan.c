/* A parser for text that is not terminated and may hold anything. */
#include "base/scan.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

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

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
same_word(const char *p, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != word[i] && !(word[i] == ' ' && is_blank(p[i])))
			return false;
	return true;
}

const char *
span_find(const struct span *s, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = s->p; (size_t)(s->end - p) >= n; p++)
		if (same_word(p, word, n))
			return p;
	return NULL;
}

bool
span_split(struct span *s, const char *word, struct span *tail)
{
	size_t n = strlen(word);

	for (const char *q = s->end; (size_t)(q - s->p) >= n; q--) {
		if (q[-1] == word[n - 1] && same_word(q - n, word, n)) {
			*tail = (struct span){ q, s->end };
			s->end = q - n;
			return true;
		}
	}
	return false;
}

void
span_trim(struct span *s)
{
	while (s->end > s->p && (is_blank(s->end[-1]) || s->end[-1] == '\r'))
		s->end--;
}

bool
span_copy(const struct span *s, char *to, size_t size)
{
	if (span_len(s) >= size || memchr(s->p, '\n', span_len(s)))
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

		if (digit > max || *value > (max - digit) / base)
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
			ok = scan_set(&t, SCAN_BLANKS) > 0;
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

char *
find_line(const char *line)
{
	line += strcspn(line, "\n");
	return (char *)line + (*line != '\0');
}
