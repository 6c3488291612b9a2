/*
 * clock: the time of events, ns since boot, and how the trace clock maps to
 * it.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

struct session;
struct ring_record;

/* ns since boot, suspend included. */
uint64_t clock_boot(void);

/* ns since 1970 at boot: add to an event's time. */
int64_t clock_wall_offset(void);

/* Give the session's instance the best trace clock there is, and set its
 * clock_offset and clock_slack.  Returns 0, or -1 with why. */
int clock_choose(struct session *);

/* Now, in ns since boot, by the trace clock, at least: an event that comes
 * later has no smaller time.  Follows a clock that drifts. */
uint64_t clock_session(struct session *);

/* A record that is no event of ours: is it our mark in such a clock? */
void clock_marked(struct session *, const struct ring_record *);

/* The offset of a clock with a zero of its own; the reader is open, and no
 * event enabled yet.  Returns 0, or -1 with why. */
int clock_calibrate(struct session *);

#endif
