/*
 * replay: -i, the events of a file.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "source.h"

/* Open the file ("-": standard input) and find out what it is: a recording
 * of ours or kernel text.  Returns 0, or -1 with s->why. */
int replay_open(struct source *);

/* As source_next. */
enum source_result replay_next(struct source *, struct event *);

/* Close it. */
void replay_close(struct source *);

#endif
