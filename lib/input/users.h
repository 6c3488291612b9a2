/*
 * users: the users of tasks, of a live trace or a replay.
 */
#ifndef INPUT_USERS_H
#define INPUT_USERS_H

#include "input/source_state.h"

/* For struct session_options. */
extern const struct users_seen users_seen;

#endif
