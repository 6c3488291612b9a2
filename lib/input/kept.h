/*
 * kept: the last seconds of a recording, in memory.
 *
 * The lines of events are kept as they are written.  What leaves is applied to
 * a table of its own, so that this always has what lived when the lines begin.
 * Pure.
 */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "event.h"
#include "task/table.h"

struct kept_chunk;

struct kept {
	uint64_t ns;	   /* how long lines are kept; set by the owner */
	size_t most;	   /* bytes of memory for them; set by the owner */
	struct tasks base; /* what lived before the first line */
	size_t size;	   /* of all chunks */
	uint64_t last;	   /* ns since boot: of the last line */
	uint64_t mark;	   /* the same, if a look at the machine came later */
	uint64_t gone;	   /* of the last one that left; 0: none has */
	bool failed;	   /* memory ran out: something is missing */
	uint64_t looked;   /* of the last look at the machine that left */
	struct event_machine machine; /* which is this */
	struct kept_chunk *first, *newest;
};

/* Add the lines in the buf, which are those of an event, and empty it. */
void kept_add(struct kept *, struct buf *, const struct event *);

/* Drop what is too old at that time, ns since boot.  Returns since when all is
 * there, which is later than asked for when there was not enough memory. */
uint64_t kept_since(struct kept *, uint64_t now);

/* Give put the bytes of all lines, in order, in pieces of some.  Stops when it
 * returns other than 0, and returns that. */
int kept_each(
    const struct kept *, int (*put)(void *, const char *, size_t), void *);

/* Empty it. */
void kept_free(struct kept *);

#endif
