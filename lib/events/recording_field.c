/* A file may hold anything, so each field is checked. */
#include "events/recording_field.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/scan.h"
#include "base/units.h"
#include "event.h"

char *
line_field(char **line)
{
	char *s = *line;

	if (!s)
		return NULL;
	*line = strchr(s, ' ');
	if (*line)
		*(*line)++ = '\0';
	return s;
}

bool
line_int(char **line, unsigned base, long long min, long long max, long long *n)
{
	char *s = line_field(line);
	struct span t = { s, s ? strchr(s, '\0') : s };
	bool minus = scan(&t, "-");
	uint64_t v;

	if (!scan_number(&t, base, INT64_MAX, &v) || t.p != t.end)
		return false;
	*n = minus ? -(int64_t)v : (int64_t)v;
	return *n >= min && *n <= max;
}

bool
line_number(char **line, int min, int *n)
{
	long long v;

	if (!line_int(line, 10, min, INT_MAX, &v))
		return false;
	*n = (int)v;
	return true;
}

bool
line_time(char **line, int64_t *ns)
{
	char *s = line_field(line);
	struct span t = { s, s ? strchr(s, '\0') : s };
	uint64_t sec, frac;

	if (!scan_number(&t, 10, INT64_MAX / NS_PER_S - 1, &sec) ||
	    span_len(&t) != 10 || !scan(&t, ".%u$", &frac))
		return false;
	*ns = (int64_t)(sec * NS_PER_S + frac);
	return true;
}

static int
hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Undo escape_word, in place.  A NUL cannot be part of a string. */
static bool
get_escaped(char *s)
{
	static const char escapes[] = "ntr\\", bytes[] = "\n\t\r\\";
	const char *p;
	char *out = s;

	for (; *s; s++) {
		if (*s != '\\') {
			*out++ = *s;
			continue;
		}
		s++;
		if (*s == 'x' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			*out = (char)(hex(s[1]) << 4 | hex(s[2]));
			if (!*out++)
				return false;
			s += 2;
		} else if (*s && (p = strchr(escapes, *s)))
			*out++ = bytes[p - escapes];
		else
			return false;
	}
	*out = '\0';
	return true;
}

bool
line_string(char **line, const char **string)
{
	char *s = line_field(line);

	*string = NULL;
	if (!s || strcmp(s, "-") == 0)
		return s != NULL;
	if (*s != '=' || !get_escaped(s + 1))
		return false;
	*string = s + 1;
	return true;
}

bool
line_comm(char **line, char *comm)
{
	const char *s;

	if (!line_string(line, &s) || !s || strlen(s) >= COMM_LEN)
		return false;
	memcpy(comm, s, strlen(s) + 1);
	return true;
}
