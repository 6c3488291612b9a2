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

/* For task_users.infer, of a live trace. */
void users_infer(struct tasks *, struct task *, struct event *);

/* For users_infer.c: */

#define USER_BIT(id) (1u << (id)) /* in event_user.known */
#define USER_ALL     (USER_BIT(USER_IDS) - 1)

/* These, a set, are not known: and 0, so that two users can be compared. */
void user_forget(struct event_user *, unsigned ids);

/* What is known of a task at the time of an event. */
struct task_user *
user_now(const struct tasks *, struct task *, const struct event *);

/* Report the user of a task, if it is another one than before. */
void user_changed(const struct tasks *, const struct event *,
    const struct task *, const struct event_user *before);

/* A look may have been just before the change that this event reports. */
void user_doubt_look(struct task_user *, const struct event *);

/* Is it certainly at home, see struct task_user? */
bool user_is_home(const struct tasks *, const struct task *);

#endif
