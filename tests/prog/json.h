/*
 * json: the members of an object, the elements of an array, one after the
 * other, where they lie. For programs that check what the tools print; what is
 * not JSON is refused, as far as it is looked at.
 */
#ifndef JSON_H
#define JSON_H

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lent from the text. Of a string, with its quotes. */
struct piece {
	const char *p, *end;
};

/* What is left of an object or array. */
struct json {
	const char *p, *end;
	int first;
};

static inline const char *
json_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* Behind a string; NULL if it does not end. */
static inline const char *
json_past_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p == '\\' && ++p == end)
			return NULL;
	}
	return p < end ? p + 1 : NULL;
}

/* Behind an object or an array; their insides are not looked at. */
static inline const char *
json_past_nested(const char *p, const char *end)
{
	long depth = 0;

	while (p != NULL && p < end) {
		if (*p == '"') {
			p = json_past_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

/* Behind a value; NULL if there is none. */
static inline const char *
json_past(const char *p, const char *end)
{
	const char *begin = p;

	if (p == end)
		return NULL;
	if (*p == '"')
		return json_past_string(p, end);
	if (*p == '{' || *p == '[')
		return json_past_nested(p, end);
	while (p < end &&
	    (isalnum((unsigned char)*p) || *p == '-' || *p == '+' || *p == '.'))
		p++;
	return p > begin ? p : NULL;
}

/* Enter an object '{' or an array '['. Returns 0, -1 when it is neither. */
static inline int
json_open(struct json *json, struct piece value, char what)
{
	json->p = value.p + 1;
	json->end = value.end - 1;
	json->first = 1;
	return value.end - value.p >= 2 && *value.p == what &&
		*json->end == (what == '{' ? '}' : ']') ?
	    0 :
	    -1;
}

/* The next element of an array. Returns 1, 0 after the last, -1. */
static inline int
json_element(struct json *json, struct piece *value)
{
	json->p = json_blank(json->p, json->end);
	if (json->p == json->end)
		return 0;
	if (!json->first && *json->p++ != ',')
		return -1;
	json->first = 0;
	value->p = json_blank(json->p, json->end);
	value->end = json_past(value->p, json->end);
	if (value->end == NULL)
		return -1;
	json->p = value->end;
	return 1;
}

/* The next member of an object. Returns 1, 0 after the last, -1. */
static inline int
json_member(struct json *json, struct piece *name, struct piece *value)
{
	int found = json_element(json, name);

	if (found != 1)
		return found;
	json->p = json_blank(json->p, json->end);
	if (*name->p != '"' || json->p == json->end || *json->p != ':')
		return -1;
	value->p = json_blank(json->p + 1, json->end);
	value->end = json_past(value->p, json->end);
	if (value->end == NULL)
		return -1;
	json->p = value->end;
	return 1;
}

/* Is it that word: a name, or a string, without escapes? */
static inline int
json_is(struct piece value, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(value.end - value.p) == n + 2 && *value.p == '"' &&
	    memcmp(value.p + 1, word, n) == 0;
}

static inline int
json_is_null(struct piece value)
{
	return value.end - value.p == 4 && memcmp(value.p, "null", 4) == 0;
}

/* Returns 0, -1 when it is no number of that kind. */
static inline int
json_number(struct piece value, unsigned long max, unsigned long *n)
{
	const char *p;

	*n = 0;
	for (p = value.p; p < value.end; p++) {
		if (*p < '0' || *p > '9' || *n > (max - (*p - '0')) / 10)
			return -1;
		*n = *n * 10 + (unsigned long)(*p - '0');
	}
	return value.p < value.end ? 0 : -1;
}

/* Seconds to nanoseconds. Returns 0, -1. */
static inline int
json_time(struct piece value, uint64_t *ns)
{
	struct piece whole = value;
	unsigned long seconds;
	uint64_t unit = 1000000000;
	const char *p;

	for (p = value.p; p < value.end && *p != '.'; p++)
		;
	whole.end = p;
	if (json_number(whole, UINT32_MAX, &seconds) == -1)
		return -1;
	*ns = seconds * unit;
	for (p += p < value.end; p < value.end; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		unit /= 10;
		*ns += (uint64_t)(*p - '0') * unit;
	}
	return 0;
}

static inline long
json_hex(const char *p, const char *end)
{
	long n = 0;
	int i;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return -1;
		n = n * 16 +
		    (isdigit((unsigned char)p[i]) ? p[i] - '0' :
						    (p[i] | 32) - 'a' + 10);
	}
	return n;
}

static inline char *
json_utf8(char *to, long c)
{
	if (c >= 0xdc80 && c <= 0xdcff) { /* a byte that is no UTF-8 */
		*to++ = (char)(c - 0xdc00);
	} else if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 63));
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 63));
		}
		*to++ = (char)(0x80 | (c >> 6 & 63));
		*to++ = (char)(0x80 | (c & 63));
	}
	return to;
}

/*
 * The bytes of a string, without a NUL; it needs at most as much room as there.
 * Returns how many, -1 when it is none.
 */
static inline long
json_string(struct piece value, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *p = value.p + 1, *end = value.end - 1, *found;
	char *begin = to;
	long c, low;

	if (value.end - value.p < 2 || *value.p != '"')
		return -1;
	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		if (p[1] != 'u') {
			found = strchr(from, p[1]);
			if (p[1] == '\0' || found == NULL)
				return -1;
			*to++ = into[found - from];
			p += 2;
			continue;
		}
		c = json_hex(p + 2, end);
		if (c == -1)
			return -1;
		p += 6;
		if (c >= 0xd800 && c < 0xdc00 && end - p >= 6 && *p == '\\' &&
		    (low = json_hex(p + 2, end)) >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			p += 6;
		}
		to = json_utf8(to, c);
	}
	return to - begin;
}

#endif
