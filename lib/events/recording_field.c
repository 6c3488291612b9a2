/* A file may hold anything, so each field is checked. */
#include "events/recording_field.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

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
line_int(char **line, int base, long long min, long long max, long long *n)
{
	char *s = line_field(line), *end;

	if (!s || (!isxdigit((unsigned char)*s) && *s != '-'))
		return false;
	errno = 0;
	*n = strtoll(s, &end, base);
	return !errno && end != s && !*end && *n >= min && *n <= max;
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
	char *s = line_field(line), *dot = s ? strchr(s, '.') : NULL, *end;
	long long sec, frac;

	if (!dot || strlen(dot) != 10 || !isdigit((unsigned char)*s) ||
	    strspn(dot + 1, "0123456789") != 9)
		return false;
	errno = 0;
	sec = strtoll(s, &end, 10);
	frac = strtoll(dot + 1, NULL, 10);
	if (errno || end != dot || sec > INT64_MAX / NS_PER_S - 1)
		return false;
	*ns = (int64_t)sec * NS_PER_S + frac;
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
