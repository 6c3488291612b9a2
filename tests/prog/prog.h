/*
 * prog.h - what several of these programs need
 */

#ifndef PROG_H
#define PROG_H

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* Seconds of CLOCK_MONOTONIC. */
__attribute__((unused)) static double
seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The argument s of an option, which is what; exits with 2 if it is none. */
__attribute__((unused)) static long
number_parse(const char *s, const char *what, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n < min || n > max)
		errx(2, "%s: not a number from %ld to %ld: %s", what, min, max,
		    s);
	return n;
}

#endif
