/*
 * trace_clock: the clock of the events of a buffer, and how it maps to ns since
 * boot.
 */
#ifndef TRACE_CLOCK_H
#define TRACE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/clock.h"
#include "kernel/instance.h"
#include "ring/reader.h"
#include "trace/finding.h"

struct trace_clock {
	const struct instance *instance; /* borrowed; named */
	struct reader *reader;		 /* borrowed; open from calibrate on */
	const struct findings *findings; /* borrowed */
	int64_t offset;	     /* trace clock + this = ns since boot */
	uint64_t slack;	     /* how far the two may differ */
	uint64_t boot_step;  /* ns the system's clock advances at once, and */
	uint64_t trace_step; /* the trace clock (see ties.h); 0: few */
	bool drifts;	     /* the offset is measured again and again */
	uint64_t set;	     /* when it was measured; ns since boot */
	uint64_t mark;	     /* when a mark was left that is not read yet */
	uint64_t late;	     /* ns a mark may wait for longer: a slow machine */
	uint64_t read;	     /* trace clock of the last mark that was read */
	unsigned marks;	     /* so many */
	char word[80];	     /* the mark */
	int writer;	     /* the PID of this tool in a mark; 0: not known */
};

/* Give the instance the best trace clock there is, and set offset, slack and
 * steps.  Takes some ticks where the system's clock advances by ticks.  Returns
 * 0, or -1 with an error. */
int trace_clock_choose(struct trace_clock *, struct error *error);

/* The offset of a clock with a zero of its own; the reader is open, and no
 * event enabled yet.  Returns 0, or -1 with an error. */
int trace_clock_calibrate(struct trace_clock *, struct error *error);

/* The PID of this tool in events, which is that of a mark, or -1 with an error.
 * As trace_clock_calibrate. */
int trace_clock_find_writer(struct trace_clock *, struct error *error);

/* Now, in ns since boot, by the trace clock, at least: an event that comes
 * later has no smaller time.  Follows a clock that drifts. */
uint64_t trace_clock_now(struct trace_clock *);

/* Where the system's clock has steps, wait for the next one: what happened
 * before has an earlier time then than what happens from now on. */
void trace_clock_await_step(const struct trace_clock *);

/* A record that is no event of ours: is it our mark in such a clock? */
void trace_clock_marked(struct trace_clock *, const struct ring_record *);

#endif
