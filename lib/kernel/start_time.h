/*
 * start_time: when a task began, in ns since boot by the clock of the kernel's
 * events, and which of two such times may be the same.
 */
#ifndef START_TIME_H
#define START_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define USER_TICK_NS 10000000u /* ns: start times in /proc are cut to it */

/* Two start times of one list that are not in steps of 10 ms may be wrong
 * against each other by so many ns, at most; usually it is a hundredth. */
#define LIST_SLACK   4000000u

/* Are these the start of one task, each from an event or cut to a tick?  Two
 * tasks of one number cannot both begin so close to each other. */
bool proc_same_start(uint64_t, uint64_t);

/* When a process began, from its proc_stat: ns since boot by the clock of the
 * kernel's events, in steps of USER_TICK_NS. */
uint64_t proc_start_ns(uint64_t ticks);

/* How much later it may have begun than that says, in ns, at most. */
uint64_t proc_start_error(void);

#endif
