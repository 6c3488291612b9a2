/*
 * sink: where lines and pictures are written: standard output, or the file of
 * -O.
 */
#ifndef SINK_H
#define SINK_H

#include "base/buf.h"

struct source;

struct sink {
	int fd; /* 0: standard output */
	struct source
	    *source; /* what ends a wait for a reader; NULL: nothing */
};

/* Write and empty the buffer.  Returns 0, or -1 after a message; errno is then
 * EPIPE, without a message, if nothing reads the output any more. */
int sink_flush(struct sink *, struct buf *);

/* The same, once the buffer holds enough to be worth a write. */
int sink_flush_some(struct sink *, struct buf *);

#endif
