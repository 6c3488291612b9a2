/*
 * runtime: the CPU time of each task, as the sum of what the scheduler adds to
 * it.  Pure.
 *
 * The kernel adds to a task's CPU time at a tick, a switch or a wakeup, and
 * records each addition as sched:sched_stat_runtime (update_curr(),
 * kernel/sched/fair.c).  The last one is made when the dead task leaves its
 * CPU, just before sched_switch, so the sum of a whole life is what wait4(2)
 * says.
 *
 * A sum is only taken for that if nothing can be missing.  The events were seen
 * since before its fork, and none was lost (since).  There is one after the
 * exit: update_curr_rt() of older kernels, for one, records none.  And what
 * came before the exit is no less than taskstats had.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

#define RUNTIME_BUCKETS 1024
#define RUNTIME_PARTS	16

struct runtime_part {
	uint64_t ts, ns;
};

/* A task that runs. */
struct runtime_task {
	struct runtime_task *next;
	int tid;
	bool spoiled;	 /* some of its parts may be of a task before it */
	int count;	 /* of part */
	uint64_t sum;	 /* ns of the parts that were dropped */
	uint64_t summed; /* ns since boot: of the last one of these */
	struct runtime_part part[RUNTIME_PARTS]; /* the last ones, by time */
};

struct runtime {
	uint64_t since; /* ns since boot: all events since then are known */
	struct runtime_task *bucket[RUNTIME_BUCKETS];
};

/* Add ns to the CPU time of a task, at ts, ns since boot.  Parts of one task
 * come nearly in the order of time.  Returns 0, or -1 without memory. */
int runtime_add(struct runtime *, int tid, uint64_t ts, uint64_t ns);

/* Complete an EVENT_EXIT: counted and counted_since.  All parts up to
 * exit.left were added; usage is as taskstats has it.  Exits of one number come
 * in the order of time; to be called for each.  Returns 0, or -1 without
 * memory. */
int runtime_exit(struct runtime *, struct event *);

/* The task has another number from now on: it is not counted. */
void runtime_drop(struct runtime *, int tid);

/* Events may be lost up to that time: no task that began before is counted.
 * What was added is forgotten up to then. */
void runtime_forget(struct runtime *, uint64_t until);

void runtime_free(struct runtime *);

#endif
