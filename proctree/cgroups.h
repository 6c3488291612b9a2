/*
 * cgroups: the cgroup of every process of a growing tree, also when it is gone.
 *
 * A process begins in the cgroup of the one that forked it.  The kernel tells
 * of each move (cgroup:cgroup_attach_task, 4.11+); then, and for those that
 * were there before, /proc/PID/cgroup says where it is now.  If it is gone by
 * then, its cgroup is not known.
 */
#ifndef CGROUPS_H
#define CGROUPS_H

#include "../lib/lines.h"
#include "../lib/tree.h"

#define CGROUP_UNKNOWN 0

struct cgroups {
	struct lines lines; /* texts of /proc/PID/cgroup */
	uint32_t *of;	    /* by node; CGROUP_UNKNOWN or a line */
	uint32_t room;
	bool failed; /* memory ran out */
};

/* Take an event that the tree has taken. */
void cgroups_apply(struct cgroups *, const struct tree *, const struct event *);

/* The cgroup that a process is in now; CGROUP_UNKNOWN with errno. */
uint32_t cgroups_read(struct cgroups *, int pid);

/* The cgroup of a node, as a number: the same in every hierarchy if it is the
 * same. */
uint32_t cgroups_of(const struct cgroups *, uint32_t node);

#endif
