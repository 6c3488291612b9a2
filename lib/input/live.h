/*
 * live: the source of a live trace.
 */
#ifndef LIVE_H
#define LIVE_H

#include "input/source_state.h"

/* As source_open, for a live trace. */
int live_open(struct source *, const struct session_options *);

/* As source_next. */
enum source_result live_next(struct source *, struct event *);

/* As source_writable. */
bool live_writable(struct source *, int fd);

/* As source_stop. */
void live_stop(struct source *);

/* As source_close. */
int live_close(struct source *);

#endif
