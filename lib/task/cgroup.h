/*
 * cgroup: the cgroup of every task of the table.
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

#include "event.h"

/* A path, shared by all tasks that are there. */
struct cgroup;

#define CGROUP_BUCKETS 256

/* All of them, by their hash. */
struct cgroup_names {
	struct cgroup *bucket[CGROUP_BUCKETS];
};

/* Of a task.  Zeros: it is not known. */
struct task_cgroup {
	struct cgroup *name; /* NULL not known */
	uint64_t since;	     /* ns since boot: it is there from then on */
	unsigned epoch;	     /* losses and renames when that was certain */
	unsigned moves;	     /* of the first thread, so far */
	bool put;	     /* by another task; it has not forked since */
	bool unproven;	     /* then; it is not known whether it ended */
};

/* The path: owned by the names, for as long as somebody has it; each calls
 * cgroup_release (NULL does nothing).  NULL without memory. */
struct cgroup *cgroup_intern(struct cgroup_names *, const char *path);
struct cgroup *cgroup_share(struct cgroup *);
void cgroup_release(struct cgroup_names *, struct cgroup *);

struct task;
struct tasks;

/* The cgroup of a task at that time; NULL not known. */
const char *task_cgroup(const struct tasks *, const struct task *, uint64_t ts);

/* Must /proc be asked of where the child of a fork is?  Before the event is
 * applied; the answer is its path. */
bool task_cgroup_unsure(const struct tasks *, const struct event *);

/* What is known of a task, as the two events that make another table know as
 * much; a type of 0: that one is not needed. */
void task_cgroup_events(
    const struct tasks *, const struct task *, struct event out[2]);

/* What the other files of task/ call if there is one: a program that never asks
 * for cgroups has no pointer to it. */
struct task_cgroup_table {
	/* Fill in the cgroup of an event, that of the first thread of its
	 * process, which may be NULL.  It is valid until the next event. */
	void (*show)(struct tasks *, struct event *, const struct task *leader);
	/* A fork, of n by parent, which may be NULL. */
	void (*fork)(struct tasks *, struct event *, struct task *n,
	    struct task *parent);
	/* A thread becomes the first one of its process; both may be NULL. */
	void (*exec)(
	    struct tasks *, struct task *leader, const struct task *thread);
	/* An EVENT_CGROUP, of a task that may be NULL. */
	void (*apply)(struct tasks *, const struct event *, struct task *);
	/* cgroup_release of a task's, or the last event's. */
	void (*release)(struct cgroup_names *, struct cgroup *);
};

extern const struct task_cgroup_table task_cgroup_table;

#endif
