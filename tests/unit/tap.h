/*
 * tap: test results in TAP (https://testanything.org), for plain C programs.
 * What went wrong follows as comments.  Arguments are evaluated once.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static int tap_count, tap_failed;

/* Is it run by an emulator ($RUN, tests/unit/run)? */
__attribute__((unused)) static int
tap_emulated(void)
{
	const char *run = getenv("RUN");

	return run && *run;
}

/* One result; returns ok, so that a caller can say more or give up. */
__attribute__((format(printf, 4, 5), unused)) static int
tap_result(int ok, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!ok) {
		tap_failed++;
		printf("# failed at %s:%d\n", file, line);
	}
	return ok;
}

/* tap_ok(condition, name format, ...) */
#define tap_ok(cond, ...) \
	tap_result((cond) != 0, __FILE__, __LINE__, __VA_ARGS__)

/* tap_is_int(got, want, name format, ...): any integers */
#define tap_is_int(got, want, ...) do {					\
	long long tap_got_ = (long long)(got);				\
	long long tap_want_ = (long long)(want);			\
	if (!tap_ok(tap_got_ == tap_want_, __VA_ARGS__))		\
		printf("# got %lld, want %lld\n", tap_got_, tap_want_);	\
} while (0)

/* tap_is_str(got, want, name format, ...): NULL is only NULL */
#define tap_is_str(got, want, ...) do {					\
	const char *tap_got_ = (got), *tap_want_ = (want);		\
	if (!tap_ok(tap_got_ && tap_want_ ?				\
	    !strcmp(tap_got_, tap_want_) : tap_got_ == tap_want_,	\
	    __VA_ARGS__))						\
		printf("# got \"%s\"\n# want \"%s\"\n",			\
		    tap_got_ ? tap_got_ : "(null)",			\
		    tap_want_ ? tap_want_ : "(null)");			\
} while (0)

/* How many of n rounds to do, of which each is as random as the others: all, or
 * one of $ROUNDS_ONE_OF where a processor is played (tests/cross). */
__attribute__((unused)) static int
tap_rounds(int n)
{
	const char *of = getenv("ROUNDS_ONE_OF");
	long part = of ? strtol(of, NULL, 10) : 1;

	return part > 1 && part < n ? (int)(n / part) : n;
}

/* Be killed after so many seconds of CPU time from now; 0: no more. */
__attribute__((unused)) static void
tap_limit(int seconds)
{
	setitimer(ITIMER_PROF,
	    &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
}

/* tap_done(): the plan; main returns it, 1 if any check failed. */
#define tap_done() (printf("1..%d\n", tap_count), tap_failed != 0)

#endif
