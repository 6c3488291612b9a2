/*
 * exit_hints: a process of a few threads, the hints of their ends made by hand,
 * and the status that follows from them.
 */
#ifndef EXIT_HINTS_H
#define EXIT_HINTS_H

#include <signal.h>
#include <string.h>

#include "events/exit_status.h"
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
hint(int t, enum exit_hint what, int code)
{
	struct event x = { .type = EVENT_STATUS, .status.hint = what, .status.code = code };

	s[0].many |= t != 0;
	exit_hint(&s[t], &s[0], &x.status, groups);
}

/* do_exit(code) with what was before it. */
unused static void
probe(int t, bool group, int code)
{
	if (group)
		hint(t, HINT_GROUP, CODE_UNKNOWN);
	hint(t, HINT_CODE, code);
}

/* A thread ends, with what taskstats says of it; what is known of it. */
unused static int
ends_with(int t, int stats)
{
	e = (struct event){ .type = EVENT_EXIT, .exit.code = CODE_UNKNOWN,
		.exit.grouped = -1, .exit.stats_code = stats };
	s[0].many |= t != 0;
	status_exit(&s[t], &s[0], &e, t == 0);
	last = t;
	return e.task.code;
}

unused static int
ends(int t)
{
	return ends_with(t, CODE_UNKNOWN);
}

unused static int
recorded(int t, int code, int grouped)
{
	e = (struct event){ .type = EVENT_EXIT, .exit.code = code,
		.exit.grouped = grouped, .exit.stats_code = CODE_UNKNOWN };
	s[0].many |= t != 0;
	status_exit(&s[t], &s[0], &e, t == 0);
	last = t;
	return e.task.code;
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
