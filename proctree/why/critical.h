/*
 * critical: the processes of a finished tree that its end waited for.  Pure.
 *
 * The path goes back from the end of its first process: at each moment the next
 * one is the child that ended last of those that the process had got from
 * wait(2) by then.  Where that was not seen, it is worked out: as if it had
 * waited for a child until that ended.
 */
#ifndef CRITICAL_H
#define CRITICAL_H

#include <stdbool.h>
#include <stdint.h>

#include "why/lives.h"

/* A time during which the end of the path waited for a process, and for none of
 * its children.  Segments come in the order of time, and each begins where the
 * one before ends. */
struct segment {
	uint32_t node;	   /* of the tree */
	uint64_t from, to; /* ns since boot */
	uint32_t after;	   /* the child that ended when it begins; 0: it begins
			      with the process */
	uint64_t waited;   /* when the process got that child from wait(2); 0:
			      that it waited for it is worked out */
};

/* An empty one is all zeros. */
struct critical {
	uint32_t root; /* the node that it is the path of, 0: there is none */
	uint64_t from, to; /* ns since boot: its life within the trace */
	struct segment *segment;
	uint32_t segments;
	bool failed; /* memory ran out: there is no path */
};

/* The process whose end a trace waited for: the first one drawn, if the trace
 * is of a command or a subtree.  0: none, or its times are not known. */
uint32_t critical_root(const struct tree *);

/* The path of a node that is drawn, from ns since boot on, over the processes
 * that are drawn; lives are those of that tree since then.  The segments are
 * the caller's, to be freed by critical_free. */
void critical_find(struct critical *, const struct tree *, const struct lives *,
    uint32_t root, uint64_t since);

void critical_free(struct critical *);

#endif
