/*
 * signs: a process of a few threads, the signs of their ends made by hand,
 * and the status that comes of them.
 */
#ifndef SIGNS_H
#define SIGNS_H

#include <signal.h>
#include <string.h>

#include "../../lib/status.h"
#include "tap.h"

#define unused __attribute__((unused))

#define THREADS	8
#define CODE(n)	((n) << 8)
#define ANY	CODE_CORE_ANY

static struct status s[THREADS];
static struct event e;	/* the last exit */
static bool groups;
static int last;

unused static void
begin(bool with_groups)
{
	for (int i = 0; i < THREADS; i++)
		status_init(&s[i]);
	groups = with_groups;
}

unused static void
sign(int t, enum status_sign what, int code)
{
	struct event x = { .type = EVENT_STATUS, .sign = what, .code = code };

	s[0].many |= t != 0;
	status_sign(&s[t], &s[0], &x, groups);
}

/* do_exit(code) with what was before it. */
unused static void
probe(int t, bool group, int code)
{
	if (group)
		sign(t, SIGN_GROUP, CODE_UNKNOWN);
	sign(t, SIGN_CODE, code);
}

/* A thread ends, with what taskstats says of it; what is known of it. */
unused static int
ends_with(int t, int stats)
{
	e = (struct event){ .type = EVENT_EXIT, .code = CODE_UNKNOWN,
		.grouped = -1, .stats_code = stats };
	s[0].many |= t != 0;
	status_exit(&s[t], &s[0], &e, t == 0);
	last = t;
	return e.code;
}

unused static int
ends(int t)
{
	return ends_with(t, CODE_UNKNOWN);
}

unused static int
told(int t, int code, int grouped)
{
	e = (struct event){ .type = EVENT_EXIT, .code = code,
		.grouped = grouped, .stats_code = CODE_UNKNOWN };
	s[0].many |= t != 0;
	status_exit(&s[t], &s[0], &e, t == 0);
	last = t;
	return e.code;
}

unused static int
status(void)
{
	return status_end(&s[0], last == 0);
}

/* Threads 0 to n - 1 end, the first one at that place; the status. */
unused static int
all_end(int n, int place)
{
	for (int i = 1, at = 0; at < n; at++)
		ends(at == place ? 0 : i++);
	return status();
}

#endif
