/*
 * interval: what happened during a part of the trace, for -S -r.
 */
#ifndef INTERVAL_H
#define INTERVAL_H

#include "output/commands.h"
#include "output/view.h"

struct interval {
	uint64_t from, to; /* ns since boot; both 0: not known */
	struct event_machine machine[2];
	uint64_t forks, execs;	 /* of processes */
	uint64_t ended, failed;	 /* processes */
	uint64_t running;	 /* that began while tracing */
	uint64_t lost;		 /* events, as far as they were counted */
	bool uncounted;		 /* more were lost */
	struct cost short_lived; /* what began and ended in it */
	uint64_t short_count;
	struct commands commands; /* sorted */
};

/* Count what an event shows; of an EVENT_END its process began at start, ns
 * since boot, 0 not known. */
void interval_count(struct interval *, const struct event *, uint64_t start);

/* Count a process that runs at its end: an event with the path and arguments of
 * its program. */
void interval_add_running(struct interval *, const struct event *);

/* Append it as lines of text. */
void interval_put(const struct view *, struct buf *, const struct interval *);

/* Append it as a JSON object in one line. */
void
interval_put_json(const struct view *, struct buf *, const struct interval *);

#endif
