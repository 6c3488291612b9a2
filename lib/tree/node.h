/*
 * node: how nodes of a tree are made and marked.  For lib/tree, and those that
 * fill a tree without events.
 */
#ifndef TREE_NODE_H
#define TREE_NODE_H

#include "tree/tree.h"

/* A new incarnation of that number; the one before it has ended.  Returns NULL
 * without memory; then tree.failed is set. */
struct node *node_begin(struct tree *, int tid);

/* The same for a task of which nothing is known but the number. */
struct node *node_begin_unknown(struct tree *, int tid);

/* The last incarnation of that number, or NULL. */
struct node *node_last(const struct tree *, int tid);

/* The same, if it still lives as far as is known; or NULL. */
struct node *node_living(const struct tree *, int tid);

/* Did it begin then, as exactly as /proc shows it? */
bool node_is_near(const struct node *, uint64_t start);

/* Its parent is the process of that number, to be found by tree_finish. */
void node_seek_parent(const struct tree *, struct node *, int ppid);

/* What descends from a chosen node is chosen.  Each node is passed once, also
 * where some seem to be each other's parent. */
void tree_inherit_chosen(struct tree *);

/* One more exec, or what a process ran when it was found. */
void node_add_exec(struct tree *, struct node *, const struct event *);

/* Clear flags, a set of NODE_*. */
static inline void
node_clear(struct node *n, int flags)
{
	n->flags &= (uint16_t)~flags;
}

/* It is not known what it runs. */
static inline void
node_forget_exec(struct node *n)
{
	n->exec = 0;
	node_clear(n, NODE_CALLED);
}

#endif
