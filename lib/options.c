#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

#define NS_PER_S    1000000000u
#define SECONDS_MAX (366 * 24 * 3600)
#define ROWS	    5	      /* of probes, see probe.h */
#define KB_MAX	    (1 << 20) /* 1 GB a CPU */

int
parse_number(const char *s, long min, long max, long *n)
{
	char *end;
	long long v;

	errno = 0;
	v = number_signed(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || errno || v < min || v > max)
		return -1;
	*n = (long)v;
	return 0;
}

int
parse_seconds(const char *s, uint64_t *ns)
{
	size_t whole = strspn(s, "0123456789");
	const char *p = s + whole;
	uint64_t frac = 0, unit = NS_PER_S;
	char *end;
	unsigned long sec = number_unsigned(s, &end, 10);

	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++) {
			unit /= 10;
			frac += (uint64_t)(*p - '0') * unit;
		}
	if (*p || p == s || (whole == 0 && p == s + 1) || whole > 9 ||
	    sec > SECONDS_MAX)
		return -1;
	*ns = (uint64_t)sec * NS_PER_S + frac;
	return *ns ? 0 : -1;
}

static int
take_long(struct options *o, const char *arg, const char **why)
{
	long n;

	*why = strncmp(arg, "row", 3) == 0 ? "--row=1 to --row=5 is expected" :
					     "no such option";
	if (strcmp(arg, "check") == 0)
		o->check = true;
	else if (strcmp(arg, "top-level") == 0)
		o->toplevel = true;
	else if (strncmp(arg, "row=", 4) == 0 &&
	    parse_number(arg + 4, 1, ROWS, &n) == 0)
		o->row = (int)n;
	else
		return -1;
	return 1;
}

int
options_take(struct options *o, int letter, const char *arg, const char **why)
{
	long n;

	switch (letter) {
	case 'b':
		*why = "a number of KB from 1 to 1048576 is expected";
		if (parse_number(arg, 1, KB_MAX, &n) != 0)
			return -1;
		o->kb = (unsigned)n;
		return 1;
	case 'd':
		*why = "a number of seconds above 0 is expected";
		return parse_seconds(arg, &o->duration) == 0 ? 1 : -1;
	case 'F':
		o->insist = true;
		return 1;
	case 'H':
		o->bare = true;
		return 1;
	case 'i':
		o->input = arg;
		return 1;
	case 'j':
		o->json = true;
		return 1;
	case 'p':
		*why = "a pid is expected";
		if (parse_number(arg, 1, INT_MAX, &n) != 0)
			return -1;
		o->pid = (int)n;
		return 1;
	case 't':
		o->seconds = true;
		return 1;
	case 'T':
		o->wall = true;
		return 1;
	case 'v':
		o->verbose = true;
		return 1;
	case 'w':
		o->output = arg;
		return 1;
	case '-':
		return take_long(o, arg, why);
	default:
		return 0;
	}
}

int
options_check(const struct options *o, const char **why)
{
	if (o->input && o->command)
		*why = "-i and a command exclude each other";
	else if (o->input && o->duration)
		*why = "-i and -d exclude each other";
	else if (o->input && o->output)
		*why = "-i and -w exclude each other";
	else if (o->pid && o->command)
		*why = "-p and a command exclude each other";
	else if (o->check && (o->input || o->command))
		*why = "--check traces nothing: no -i, no command";
	else
		return 0;
	return -1;
}
