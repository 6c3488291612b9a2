/*
 * selftest: whether a session shows what a child of this tool does: run a
 * program with a random argument, fail to run one, end.
 *
 * Records that arrive meanwhile go to the session's seen.  Each test returns 0
 * when it passed, or -1 with an error.
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include "trace/session.h"

/* The hidden option: a tool called so ends at once (see tool_is_proof). */
#define SELFTEST_OPTION	  "--prove"
#define SELFTEST_ARGS	  3 /* program, option, random word */
#define SELFTEST_STRANGER -2

/*
 * Run the program at path as "tool --prove WORD", quietly: its exec has to be
 * seen, with all arguments or with none.  Returns SELFTEST_STRANGER with an
 * error when they came under another PID.
 */
int selftest_exec(struct session *, const char *path, bool arguments);

/* Fail to run a program: its arguments have to be seen. */
int selftest_failed_exec(struct session *);

/* End: the wait status has to be seen, or, with usage, also the resource usage,
 * by taskstats. */
int selftest_exit(struct session *, bool usage);

/* Run, sleep and end: the CPU time that was counted has to be what wait4(2)
 * says. */
int selftest_cpu_time(struct session *);
/* Kill itself: who did it has to be seen. */
int selftest_killed(struct session *);

#endif
