/*
 * users_recorded: the users of tasks, of a replay only: it links little.
 */
#ifndef INPUT_USERS_RECORDED_H
#define INPUT_USERS_RECORDED_H

#include "input/source_state.h"

/* For struct session_options. */
extern const struct users_seen users_recorded;

#endif
