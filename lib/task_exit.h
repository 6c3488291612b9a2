/*
 * task_exit: the part of tasks_apply for exits.
 */
#ifndef TASK_EXIT_H
#define TASK_EXIT_H

#include "tasks.h"

/* Apply an EVENT_STATUS to a task that is known for certain.  Returns 0. */
int task_status(struct tasks *, struct event *);

/* Apply an EVENT_EXIT, and make the EVENT_END if it is the last one of its
 * process.  Returns 0. */
int task_exit(struct tasks *, struct event *);

/* From tasks.c: the first thread of a task's process, or NULL; forget a
 * task. */
struct task *task_leader(const struct tasks *, const struct task *);
void task_drop(struct tasks *, int tid);

#endif
