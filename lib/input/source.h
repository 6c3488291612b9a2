/*
 * source: where the events come from, live or replayed, with every task
 * known by its process and its parent.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "input/source_state.h"

/*
 * Open a live trace, or a file; a trace is armed when this returns, and the
 * command of -- still waits.  The request stays valid until source_close, which
 * must be called in any case.  Returns 0, or -1 with an error.
 */
int source_open(
    struct source *, const struct request *, const struct session_options *);

/* Start the command of --, if there is one, after the header was written.
 * Returns 0, or -1 with an error: it could not be run. */
int source_go(struct source *);

/* The next event; its strings are valid until the next call.  The exit of the
 * last thread of a process is followed by the EVENT_END of the process. */
enum source_result source_next(struct source *, struct event *);

/* Wait until a descriptor can be written.  Returns false if a signal ends the
 * trace, and the output is not read. */
bool source_writable(struct source *, int fd);

/* At a SOURCE_IDLE: all events up to this time were returned; ns since boot,
 * UINT64_MAX in a replay. */
uint64_t source_taken(const struct source *);

/* Look at the CPU time of the machine now, and record that: an EVENT_MACHINE,
 * with cpus 0 if it cannot be read.  Only of a live trace; a replay returns
 * those of the recording by source_next. */
void source_machine(struct source *, struct event *);

/* Stop tracing now. */
void source_stop(struct source *);

/* Undo everything, and wait for the command.  Returns as session_close. */
int source_close(struct source *);

#endif
