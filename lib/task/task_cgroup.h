/*
 * task_cgroup: the cgroup of every task of the table.
 *
 * A task begins in the cgroup of the task that forked it, and stays there until
 * it is moved.  What is not certain is not known:
 *
 * - An event of the table has the cgroup of the first thread of its process;
 *   that of /proc/PID/cgroup.  Other threads may be elsewhere, and what a
 *   thread forks is where that thread is; so all tasks have one.
 * - A move of the first thread may or may not be one of all threads.
 * - The kernel reports a fork when the child has long been made: after a move
 *   by another task, the next fork may be of before it.
 * - A task that is about to end is not moved any more, though the kernel
 *   reports it.
 */
#ifndef TASK_CGROUP_H
#define TASK_CGROUP_H

#include "task/table.h"

/* The cgroup of a task at that time; NULL not known. */
const char *task_cgroup(const struct tasks *, const struct task *, uint64_t ts);

/* Must /proc be asked of where the child of a fork is?  Before the event is
 * applied; the answer is its path. */
bool task_cgroup_unsure(const struct tasks *, const struct event *);

/* What is known of a task, as the two events that make another table know as
 * much; a type of 0: that one is not needed. */
void task_cgroup_events(
    const struct tasks *, const struct task *, struct event out[2]);

/* For tasks.cgroup. */
extern const struct task_cgroup_table task_cgroup_table;

#endif
