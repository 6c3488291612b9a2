/*
 * cost: the CPU time of many processes, of some of which only bounds are known,
 * and which share of the machine that was.  Pure.
 */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "event.h"

struct cost {
	uint64_t min, max; /* ns of CPU time: at least, at most */
	uint64_t wait;	   /* ns ready to run, without a CPU: at least */
	bool inexact;	   /* of some the CPU time is not known */
	bool unbounded;	   /* nor what it is at most: max is not known */
	bool no_wait;	   /* of some wait is not known */
};

/* A time and a part of the machine. */
struct cost_span {
	uint64_t elapsed;		 /* ns; 0: not known */
	struct event_machine machine[2]; /* at its begin and end */
};

/* Add what a process used, or what others did. */
void cost_add_usage(struct cost *, const struct usage *);
void cost_add(struct cost *, const struct cost *);

/* What to sort by: the CPU time, or the middle of its bounds, or where there
 * is no upper one the lower one; ns. */
uint64_t cost_rank(const struct cost *);

/* Append the CPU time, or WAIT, in seconds, right-aligned in width columns, and
 * a blank: ">=" is before a lower bound, "<=" before an upper one where the
 * lower one is 0, "?" stands where nothing is known. */
void cost_put_cpu(struct buf *, const struct cost *, int width);
void cost_put_wait(struct buf *, const struct cost *, int width);

/* How much of all CPU time the machine used in that time, in ns.  Returns false
 * if that is not known. */
bool cost_used(const struct cost_span *, uint64_t *ns);

/* Append the line on short-lived processes, without its newline: their share of
 * the CPUs during that time, and of all CPU time that was used. */
void
cost_put_share(struct buf *, const struct cost *, const struct cost_span *);

#endif
