/*
 * top: -S -r, the summary again after each interval.
 */
#ifndef TOP_H
#define TOP_H

#include "run.h"

/* Trace, or replay, and print each interval (view_request.every) when it is
 * over.  Returns the exit status. */
int top_trace(struct tool *, struct view_request *);

#endif
