/*
 * ancestors: the way from a process up to the root of its cgroup.
 *
 * The root is the last ancestor that is in the same cgroup as the process: in
 * the same one of every hierarchy, v1 and v2, as cgroups(7) has it in
 * /proc/PID/cgroup.  In a container that is its first process.
 */
#ifndef ANCESTORS_H
#define ANCESTORS_H

#include "../lib/tree.h"
#include "../lib/why.h"
#include "cgroups.h"
#include "view.h"

/* The root of a node; *why is set, else empty, when the cgroup of somebody on
 * the way is not known: then it may be too far up.  The tree may be finished or
 * not. */
uint32_t ancestors_root(
    const struct tree *, struct cgroups *, uint32_t node, char why[WHY_LEN]);

/* Leave of a finished tree only a node and its ancestors up to its root. */
void ancestors_keep(struct tree *, uint32_t node, uint32_t root);

/*
 * Answer the pids that are asked on standard input, a line each, while the
 * trace goes on (tool.idle): the lines of its ancestors, the root first, and
 * an empty line.  A pid is the last process that had it.  Returns false at the
 * end of the input.
 */
bool ancestors_answer(struct view *, struct cgroups *, struct buf *);

#endif
