/*
 * usage: the resource usage of tasks and processes.  Pure.
 */
#ifndef USAGE_H
#define USAGE_H

#include "event.h"

/* Add a thread to its process: times and I/O are a sum, the memory is shared.
 * The sum is known while all of its parts are. */
void usage_add(struct usage *sum, const struct usage *);

/* How wrong CPU time may be that is said to be known: the larger of 5 % and
 * 100 us, in ns. */
uint64_t usage_error(uint64_t cpu);

/*
 * Bound the CPU time of a thread that ended, which the kernel counts up only at
 * a tick or a switch: cpu_min is what it had counted, and cpu_max that and one
 * tick (0: not known), both without what came after.  ts is when it ended,
 * start when it began, ns since boot; rough: it may have begun later.
 *
 * Between its fork, which comes before it runs, and the last time that it was
 * on a CPU it ran, waited for one, or slept.  One that never slept ran all of
 * the time that it did not wait.  What was counted (exit.counted) is exact.
 */
void usage_bound(struct usage *, const struct event_exit *, uint64_t ts,
    uint64_t start, bool rough);

/* CPU time divided as the ticks were (cputime_adjust(),
 * kernel/sched/cputime.c), in ns.  Returns false if that is not known: no tick
 * fell into it. */
bool usage_split(const struct usage *, uint64_t *user, uint64_t *system);

/* How long it neither ran nor waited for a CPU, in ns; of several threads the
 * sum.  Returns false if that is not known. */
bool usage_blocked(const struct usage *, uint64_t *ns);

#endif
