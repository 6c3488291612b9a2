/*
 * arm: the events, probes and sources that a session needs.
 */
#ifndef ARM_H
#define ARM_H

#include "trace/session.h"

/* Enable the events of tasks, before the tasks that exist are listed: one that
 * is not in the list is in the events.  Returns 0, or -1 with an error. */
int arm_tasks(struct session *);

/*
 * Choose how the arguments of execs and the status of exits are seen: each way
 * has to pass a self-test first.  Records that arrive meanwhile go to seen.
 * From its return on events are shown.  Returns 0, or -1 with an error.
 */
int arm_session(struct session *, session_seen, void *);

#endif
