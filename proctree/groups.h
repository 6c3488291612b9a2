/*
 * groups: the cgroup, or the user, of each process of a tree, for --by: what it
 * had when it ended, or else when the trace did.  These do nothing if the view
 * does not ask for that.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include "output/view.h"

struct source;

/* Take an event that the tree has taken. */
void groups_apply(struct view *, const struct event *);

/* The trace is over: those that still run. */
void groups_finish(struct view *, struct source *);

/* Those of a snapshot, as they are now. */
void groups_snapshot(struct view *);

#endif
