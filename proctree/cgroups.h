/*
 * cgroups: the cgroup of every process of a growing tree, also after it ended.
 *
 * A process begins in the cgroup of its parent.  The kernel reports each move
 * (cgroup:cgroup_attach_task, Linux 4.11 or later); after it, and for processes
 * that existed before, /proc/PID/cgroup is read.  If the process has ended by
 * then, its cgroup is not known.
 */
#ifndef CGROUPS_H
#define CGROUPS_H

#include "output/labels.h"
#include "tree/tree.h"

struct cgroups {
	struct labels labels; /* texts of /proc/PID/cgroup */
	bool ignored;	      /* -A --all: they do not matter */
	bool blind;	      /* /proc has other PIDs: nothing is read there */
};

/* Take an event that the tree has taken. */
void cgroups_apply(struct cgroups *, const struct tree *, const struct event *);

/* The cgroup that a process is in now, as a label: the same if it is the same
 * in every hierarchy; LABEL_NONE: not known. */
uint32_t cgroups_read(struct cgroups *, int pid);

#endif
