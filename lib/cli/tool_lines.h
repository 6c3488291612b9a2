/*
 * tool_lines: what a tool prints of events while they come.
 */
#ifndef TOOL_LINES_H
#define TOOL_LINES_H

#include "cli/tool_state.h"

/* The column header; without one, complain that tracing has begun. */
void tool_header(const struct tool *, struct buf *);

/* Append the line of an event, if it is shown; with -j also of a gap and of a
 * mark. */
void tool_event(struct tool *, struct buf *, const struct event *);

#endif
