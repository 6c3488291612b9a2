/*
 * clock: the system's clocks, as the kernel's events have them.
 *
 * Events have the boot clock of the first time namespace.  In another one,
 * CLOCK_BOOTTIME and the start times in /proc are ahead of it by an offset
 * (time_namespaces(7), since Linux 5.6): what is here has it subtracted.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A clock of the system now, in ns; CLOCK_MONOTONIC where it has none such. */
uint64_t clock_now(clockid_t);

/* ns since boot, suspend included. */
uint64_t clock_boot(void);

/* ns since 1970 at boot: add to an event's time. */
int64_t clock_wall_offset(void);

/* Find the offset of our time namespace, once /proc is known (proc_use). */
void clock_begin(void);

/* The time that events have when CLOCK_BOOTTIME of our time namespace is ns. */
uint64_t clock_of_events(uint64_t ns);

/* How far CLOCK_BOOTTIME is ahead of the clock of the events, in ns. */
int64_t clock_ahead(void);

/* Is that known?  If not, it has to be measured and set. */
bool clock_knows_ahead(void);
void clock_set_ahead(int64_t);

#endif
