/*
 * writer: the recording of a live trace, -w.  Without -w, and before
 * writer_begin, nothing is written.
 */
#ifndef WRITER_H
#define WRITER_H

#include "source.h"

/* Create the file.  Only root needs to see what others ran, also in a file
 * that was there.  Returns 0, or -1 with why, as all of these. */
int writer_open(struct source *);

/* The first lines, and all tasks that are known. */
int writer_begin(struct source *);

/* A task that was looked up later. */
void writer_task(void *source, const struct event *);

/* An event, as complete as tasks_apply made it. */
int writer_record(struct source *, const struct event *);

/* The last line, if nothing is missing, and the end. */
int writer_close(struct source *, bool complete);

#endif
