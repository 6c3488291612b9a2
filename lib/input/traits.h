/*
 * traits: the working directory, program, terminal, session and login of tasks,
 * of a live trace or a replay.
 */
#ifndef INPUT_TRAITS_H
#define INPUT_TRAITS_H

#include "input/source_state.h"

/* For struct session_options. */
extern const struct traits_seen traits_seen;

#endif
