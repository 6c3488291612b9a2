/*
 * event_filter: events of a subtree only, chosen by the kernel.
 */
#ifndef EVENT_FILTER_H
#define EVENT_FILTER_H

#include <stddef.h>

#include "trace/session.h"

/* Have the kernel itself drop the events of all tasks but these and their
 * descendants (set_event_pid and event-fork, 4.7+).  Returns 0, or -1 when
 * this kernel cannot, or cannot do it safely. */
int session_filter(struct session *, const int *tids, size_t count);

#endif
