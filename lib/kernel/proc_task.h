/*
 * proc_task: the tasks that exist now, as records, from /proc.
 */
#ifndef PROC_TASK_H
#define PROC_TASK_H

#include "event.h"

/*
 * A task as it is now: an EVENT_TASK with its process, also for the number of
 * a thread.  Returns 0, or -1 with errno.
 */
int proc_look(int tid, struct event *);

/* All processes and threads that exist, as EVENT_TASK records: processes
 * first with their threads after them.  seen returns non-zero to stop.
 * Returns 0, what seen returned, or -1 with errno. */
int proc_list(int (*seen)(void *, const struct event *), void *);

#endif
