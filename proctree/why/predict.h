/*
 * predict: how long a tree would have taken with another number of CPUs.  Pure.
 *
 * Each process is played again: its own time, in parts between the forks of its
 * children.  Before a part it waits for the child whose end came last before
 * the end of that part, as the critical path has it.  A part takes its share of
 * the CPU time of the process, and of the time that it neither ran nor waited
 * for a CPU.  All that are ready share the CPUs evenly.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "why/critical.h"

struct prediction {
	uint64_t least, most; /* ns, by the bounds of the CPU times, and where
				 it is not known if it waited for a CPU */
	bool unbounded;	      /* of some the CPU time is not known, nor what it
				 is at most: then least and most are bounds */
};

/* Predict the life of the root of a path, of a tree and its lives, with so many
 * CPUs.  Returns 0, or -1: without memory, or there is no path. */
int predict_wall(struct prediction *, const struct tree *, const struct lives *,
    const struct critical *, unsigned cpus);

#endif
