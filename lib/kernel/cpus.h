/*
 * cpus: how many this machine may have.
 */
#ifndef CPUS_H
#define CPUS_H

/* One more than the largest number of a CPU, from
 * /sys/devices/system/cpu/possible, else of those that /proc/stat has; at
 * least 1.  (sysconf(3) of musl counts those we may run on: taskset(1).) */
int cpus_possible(void);

/* How many are in use now: /sys/devices/system/cpu/online, else the lines of
 * /proc/stat.  0 when neither can be read. */
int cpus_online(void);

/* How many a list such as "0-3,8" has, 0 if it is none (cpulist, the format of
 * /sys/devices/system/cpu/online). */
int cpus_listed(const char *);

#endif
