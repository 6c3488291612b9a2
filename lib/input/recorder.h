/*
 * recorder: what becomes of a recording other than one file (-k, --rotate).  A
 * tool that never asks for it has no pointer to it, and so none of its
 * functions.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <stdint.h>

#include "event.h"

struct source;

struct recorder {
	/* In place of opening the file.  Returns 0, or -1 with an error. */
	int (*open)(struct source *);
	/* In place of the first lines; may be NULL. */
	void (*begin)(struct source *);
	/* In place of writing a line of an event, or of a mark; may be NULL. */
	void (*event)(struct source *, const struct event *);
	/* An event has been written, and the task table has it.  May be NULL.
	 * Returns as open, as the next one. */
	int (*written)(struct source *, const struct event *);
	/* Nothing happens now. */
	int (*idle)(struct source *);
	/* Nothing is traced any more; may be NULL. */
	void (*close)(struct source *);
};

extern const struct recorder keep_recorder;   /* keep.c: -k */
extern const struct recorder rotate_recorder; /* rotate.c: --rotate */

#endif
