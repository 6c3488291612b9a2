/*
 * cgroup_lookup: what a source calls if cgroups are asked for.  A tool that
 * never asks has no pointer to it (input/cgroups.h), and so none of its
 * functions.
 */
#ifndef CGROUP_LOOKUP_H
#define CGROUP_LOOKUP_H

#include "event.h"

struct session;
struct source;

struct cgroup_lookup {
	void (*arm)(struct session *);	       /* session_options.arm_cgroups */
	const struct task_cgroup_table *table; /* tasks.cgroup */
	/* Mark a move in another hierarchy as one. */
	void (*mark)(const struct source *, struct event *);
	/* Before an event is applied: mark it; and where are the tasks that it
	 * is about?  A fork gets the path of the child. */
	void (*before)(struct source *, struct event *);
	/* After it: where are they, if that is not known, or if another task
	 * moved this one? */
	void (*after)(struct source *, const struct event *);
	/* Write what is known of the cgroup of a task that was just written. */
	void (*record)(struct source *, int tid);
};

#endif
