/*
 * cgroups: what the table of tasks cannot know of their cgroups is looked up in
 * /proc, as far as that is certain, and recorded.  Nothing is done where
 * nobody has asked for cgroups.
 */
#ifndef CGROUPS_LOOKUP_H
#define CGROUPS_LOOKUP_H

#include "input/source_state.h"

/*
 * A tool that never asks for cgroups need not have all that: it has no pointer
 * to cgroup_lookup.
 */
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

extern const struct cgroup_lookup cgroup_lookup;

#endif
