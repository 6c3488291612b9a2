/*
 * run: from a trace, or a snapshot, to a picture and the closing line.
 */
#ifndef RUN_H
#define RUN_H

#include "../lib/tool.h"
#include "view.h"

struct request {
	int (*draw)(const struct view *, struct buf *);
	struct view view;   /* its options; the rest is filled in */
	const char *output; /* -O */
	bool follow;	    /* -f */
	bool fresh;	    /* -n */
	bool answer;	    /* -A - */
	long ancestors;	    /* -A, 0: none */
	uint64_t shortest;  /* -m, ns */
};

/* Trace, or replay, and draw.  Returns the exit status. */
int run_trace(struct tool *, struct request *);

/* Draw all processes as they are now.  Returns the exit status. */
int run_snapshot(struct tool *, struct request *);

#endif
