/*
 * ancestors: the way from a process up to the root of its cgroup.
 *
 * The root is the last ancestor in the same cgroup as the process, in every
 * hierarchy, v1 and v2 (/proc/PID/cgroup, cgroups(7)).  In a container that is
 * its first process.
 */
#ifndef ANCESTORS_H
#define ANCESTORS_H

#include "tree/tree.h"
#include "base/error.h"
#include "cgroups.h"
#include "output/view.h"

/* The root of a node.  The error is empty, or says that the cgroup of an
 * ancestor is not known, and the root may be too far up.  The tree need not be
 * finished. */
uint32_t ancestors_root(
    const struct tree *, struct cgroups *, uint32_t node, struct error *error);

/* Leave of a finished tree only a node and its ancestors up to its root. */
void ancestors_keep(struct tree *, uint32_t node, uint32_t root);

/* What was read of standard input.  Zeros at first. */
struct ancestors_asked {
	char line[32]; /* up to here; a longer one is no PID */
	size_t len;
	char bytes[4096]; /* read, but not yet answered */
	size_t count;
	uint64_t when; /* they were read, ns since boot */
};

/*
 * Answer the PIDs that are asked on standard input, a line each, while the
 * trace goes on (tool.idle): the lines of its ancestors, the root first, and
 * an empty line.  A PID is the last process that had it.  taken: all events up
 * to then are in the tree (source_taken).  Returns false at the end of the
 * input.
 */
bool ancestors_answer(struct ancestors_asked *, struct view *, struct cgroups *,
    struct buf *, uint64_t taken);

#endif
