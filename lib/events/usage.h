/*
 * usage: the resource usage of tasks and processes.  Pure.
 */
#ifndef USAGE_H
#define USAGE_H

#include "event.h"

/* Add a thread to its process: times and I/O are a sum, the memory is shared.
 * The sum is known while all of its parts are. */
void usage_add(struct usage *sum, const struct usage *);

/* CPU time in ns as in getrusage(2): the exact time on a CPU, if it is known,
 * divided as the ticks were (cputime_adjust(), kernel/sched/cputime.c). */
void usage_cpu(const struct usage *, uint64_t *user, uint64_t *system);

#endif
