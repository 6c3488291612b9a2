/*
 * users: the users of tasks, of a live trace or a replay.
 */
#ifndef INPUT_USERS_H
#define INPUT_USERS_H

#include "input/source_state.h"

/* For struct session_options. */
extern const struct users_seen users_seen;

/*
 * From now on the task table knows users.  Of a live trace, whose session was
 * armed: look up those of all tasks that exist; what comes later is shown.
 * Returns 0, or -1 with an error.
 */
int users_open(struct source *);

#endif
