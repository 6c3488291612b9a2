/*
 * cpus: how many this machine may have.
 */
#ifndef CPUS_H
#define CPUS_H

/* One more than the largest number of a CPU, from
 * /sys/devices/system/cpu/possible, else of those that /proc/stat has; at
 * least 1.  (sysconf(3) of musl tells of those we may run on: taskset(1).) */
int cpus_possible(void);

/* How many are in use now: the lines of /proc/stat.  0 when it cannot be
 * read. */
int cpus_online(void);

#endif
