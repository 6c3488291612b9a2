/*
 * proclist: a snapshot of all processes, many of them per system call.
 *
 * The numbers come from /proc.  What is known of each comes from taskstats,
 * which can be asked for many at once: TASKSTATS_CMD_GET, kernel/taskstats.c.
 * It needs CONFIG_TASKSTATS, CONFIG_TASK_XACCT, CAP_NET_ADMIN in the first user
 * namespace, and on older kernels (5.10) the first network namespace; without
 * one of them, /proc/PID/stat is read for each.
 */
#ifndef PROCLIST_H
#define PROCLIST_H

#include "event.h"

/*
 * All processes that exist, without their threads, as EVENT_TASK records: tid
 * and pid, ppid, comm, start, group_dead (1: a zombie, or a first thread that
 * ended before others; 0: not).  seen returns non-zero to stop.  how, if not
 * NULL, is set to "taskstats", or to "/proc" and why, before seen is called.
 * Returns 0, what seen returned, or -1 with errno.
 */
int list_processes(
    int (*seen)(void *, const struct event *), void *, const char **how);

#endif
