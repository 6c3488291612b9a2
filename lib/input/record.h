/*
 * writer: the recording of a live trace, -w.  Without -w, and before
 * writer_begin, nothing is written.
 */
#ifndef WRITER_H
#define WRITER_H

#include "input/source_state.h"

/* Create the file; only its owner can read it, also if it existed.  Returns 0,
 * or -1 with an error, as all of these. */
int writer_open(struct source *);

/* Write the first lines, and all tasks that are known. */
int writer_begin(struct source *);

/* Write a task that was looked up later. */
void writer_task(void *source, const struct event *);

/* Write what an event shows of the traits of its task; before the event. */
void writer_traits(struct source *, const struct event *);

/* Has writing failed?  Then nothing more is written, and the caller reports the
 * error: -1, once. */
int writer_report(struct source *);

/* Write an event, as complete as tasks_apply made it. */
int writer_record(struct source *, const struct event *);

/* Nothing happens now: who reads it from standard output is to have all; with
 * -k or --rotate it may be time for a file. */
int writer_idle(struct source *);

/* Write what the machine had used, if that is known; an error is reported by
 * the next of these. */
void writer_machine(struct source *, uint64_t ts, const struct event_machine *);

/* Write the last lines, if the trace is complete, and close the file. */
int writer_close(struct source *, bool complete);

/* -k: a line was shown. */
void writer_mark(struct source *, uint64_t ts, const char *line);

/* Nothing is traced any more: with -k, write what is still to be written. */
void writer_end(struct source *);

/* For a struct recorder: write the first lines of a recording that begins at a
 * later time, with what the task table has; only that; and what is in the
 * buf. */
int writer_head(struct source *, uint64_t from);
void writer_known(struct source *);
int writer_flush(struct source *);

#endif
