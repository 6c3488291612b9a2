/*
 * users: the user of each task in the table.
 *
 * A user is known from /proc, from a fork (that of the task that forked), or
 * from an event.  What may have changed without an event is not known.
 */
#ifndef TASK_USERS_H
#define TASK_USERS_H

#include "task/table.h"

/* Before an event is applied, and after that: complete e->task.user. */
void users_before(struct tasks *, struct event *);
void users_after(struct tasks *, struct event *);

/* Look up all tasks whose user is not known.  Returns how many there are. */
int users_look(struct tasks *);

/* All events up to ts were applied. */
void users_settle(struct tasks *, uint64_t ts);

#endif
