/*
 * run: from a trace, or a snapshot, to a picture and the closing line.
 */
#ifndef RUN_H
#define RUN_H

#include "cli/tool.h"
#include "output/view.h"

struct view_request {
	int (*draw)(const struct view *, struct buf *);
	struct view view;   /* its options; the rest is filled in */
	const char *output; /* -O */
	bool waits;	    /* draw has the critical path */
	bool follow;	    /* -f */
	bool new_only;	    /* -n */
	bool answer;	    /* -A - */
	bool to_first;	    /* --all: -A goes up to the first process */
	long ancestors;	    /* -A, 0: none */
	uint64_t shortest;  /* -m, ns */
	uint64_t every;	    /* -r, ns; 0: one summary */
};

/* Trace, or replay, and draw.  Returns the exit status. */
int run_trace(struct tool *, struct view_request *);

/* Draw all processes as they are now.  Returns the exit status. */
int run_snapshot(struct tool *, struct view_request *);

#endif
