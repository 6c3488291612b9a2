/*
 * lives: when the processes of a tree lived, to be asked which child ended last
 * before a moment.  Pure.
 */
#ifndef LIVES_H
#define LIVES_H

#include <stdint.h>

#include "tree/tree.h"

/* A process that is drawn, and the node above it. */
struct life {
	uint32_t node, parent;
	uint64_t from, to; /* ns since boot, as of tree_span; from < to */
	uint64_t waited;   /* as of tree_waited; 0: not known */
	uint32_t last;	   /* of these, up to this one: the index of that which
			      ended last */
};

/* By parent, and those of a parent in the order they were waited for, or, if
 * that is not known, ended. */
struct lives {
	struct life *life;
	uint32_t count;
};

/* Collect them from ns since boot on; those of which it is not known are
 * missing, and those that took no time.  Returns 0, or -1 without memory.  They
 * are the caller's, to be freed by lives_free. */
int lives_find(struct lives *, const struct tree *, uint64_t since);
void lives_free(struct lives *);

/* Of the children that the parent had waited for at ts, and those that had
 * ended of which that is not known: the one that ended last; of several the
 * longest. NULL: there is none. */
const struct life *
lives_last(const struct lives *, uint32_t parent, uint64_t ts);

#endif
