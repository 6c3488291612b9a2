/*
 * replay: the source of -i, a file.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "input/source_state.h"

/* Open the file ("-": standard input) and find out whether it is a recording or
 * trace output.  Returns 0, or -1 with an error. */
int replay_open(struct source *);

/* As source_next. */
enum source_result replay_next(struct source *, struct event *);

/* Close it. */
void replay_close(struct source *);

#endif
