/*
 * clock: the time of events, ns since boot, and how the trace clock maps to
 * it.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

struct session;

/* ns since boot, suspend included. */
uint64_t clock_boot(void);

/* ns since 1970 at boot: add to an event's time. */
int64_t clock_wall_offset(void);

/* Give the session's instance the best trace clock there is, and set its
 * clock_offset and clock_slack.  Returns 0, or -1 with why. */
int clock_choose(struct session *);

#endif
