/*
 * proc: what /proc says of one process, and the list of all.
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

#define PROC_TICK 10000000u /* ns: start times in /proc are cut to it */

struct proc_stat {
	int pid, ppid;
	int threads;
	bool zombie; /* this task has ended, or is about to */
	int dead;    /* 1 its process, too; 2 other threads live; 0 neither */
	char comm[COMM_LEN];
	uint64_t start; /* clock ticks since boot */
};

/*
 * Parse the text of /proc/PID/stat, len bytes and a NUL: proc(5).  comm may
 * hold anything, so it ends at the last ')'.  Returns 0, or -1 (EINVAL), also for
 * a task that is just gone: do_task_stat(), fs/proc/array.c, has no parent then.
 */
int proc_stat_parse(struct proc_stat *, const char *text, size_t len);

/* Read and parse it.  Returns 0, or -1 with errno (ENOENT or ESRCH: no such
 * process now). */
int proc_stat_read(struct proc_stat *, int pid);

/*
 * A task as it is now: an EVENT_TASK with its process, also for the number of
 * a thread.  Returns 0, or -1 with errno.
 */
int proc_look(int tid, struct event *);

/* Are these the start of one task, each from an event or cut to a tick?  Two
 * tasks of one number cannot both begin so close to each other. */
bool proc_same_start(uint64_t, uint64_t);

/* Clock ticks since boot, as /proc/PID/stat counts them, in ns. */
uint64_t proc_ticks_ns(uint64_t ticks);

/* All processes and threads that exist, as EVENT_TASK records: processes
 * first with their threads behind them.  seen returns non-zero to stop.
 * Returns 0, what seen returned, or -1 with errno. */
int proc_list(int (*seen)(void *, const struct event *), void *);

/*
 * Read up to size bytes of /proc/PID/cmdline.  Returns the number of bytes
 * (size means there may be more), 0 when it has none or has ended, or -1 with
 * errno.  The strings are separated by NUL; the process can overwrite them.
 */
long proc_cmdline(int pid, char *, size_t size);

/* The first namespaces: PROC_*_INIT_INO, include/linux/proc_ns.h. */
#define PROC_FIRST_PIDS	 0xEFFFFFFCu
#define PROC_FIRST_USERS 0xEFFFFFFDu
#define PROC_FIRST_TIME  0xEFFFFFFAu

/* The number of our namespace ("pid", "time", "user"); 0: none to read. */
unsigned proc_namespace(const char *type);

/* A number in /proc/sys/kernel; 0 when it cannot be read. */
int proc_sysctl(const char *name);

#endif
