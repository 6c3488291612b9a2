/*
 * cgroup: paths of cgroups, each kept once, and what a task has of its own.
 */
#ifndef CGROUP_NAMES_H
#define CGROUP_NAMES_H

#include "event.h"

/* A path, shared by all tasks that are there. */
struct cgroup;

/* All of them, by their hash. */
struct cgroup_names {
	struct cgroup **bucket;
	uint32_t buckets, count;
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

/* The path: owned by the names, as long as it has users; each of them calls
 * cgroup_release (NULL does nothing).  NULL without memory. */
struct cgroup *cgroup_intern(struct cgroup_names *, const char *path);
struct cgroup *cgroup_share(struct cgroup *);
void cgroup_release(struct cgroup_names *, struct cgroup *);

/* The path of one. */
const char *cgroup_name(const struct cgroup *);

struct task;
struct tasks;

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

#endif
