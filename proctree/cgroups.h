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

#include "tree/cmdlines.h"
#include "tree/tree.h"

#define CGROUP_UNKNOWN 0

struct cgroups {
	struct cmdline_table lines; /* texts of /proc/PID/cgroup */
	uint32_t *of;		    /* by node; CGROUP_UNKNOWN or a line */
	uint32_t room;
	bool ignored; /* -A --all: they do not matter */
	bool failed;  /* memory ran out */
	bool blind;   /* /proc has other PIDs: nothing is read there */
};

/* Take an event that the tree has taken. */
void cgroups_apply(struct cgroups *, const struct tree *, const struct event *);

/* The cgroup that a process is in now; CGROUP_UNKNOWN with errno. */
uint32_t cgroups_read(struct cgroups *, int pid);

/* The cgroup of a node, as a number: the same in every hierarchy if it is the
 * same. */
uint32_t cgroups_of(const struct cgroups *, uint32_t node);

#endif
