/*
 * tree_node: how nodes are made; for who fills a tree.
 */
#ifndef TREE_NODE_H
#define TREE_NODE_H

#include "tree.h"

/* A new incarnation of that number; the one before it has ended.  Returns NULL
 * without memory; then tree.failed is set. */
struct node *node_begin(struct tree *, int tid);

/* The same for somebody of whom nothing is known but the number. */
struct node *node_begin_unknown(struct tree *, int tid);

/* The last incarnation of that number, if it still lives for all we know; or
 * NULL. */
struct node *node_living(const struct tree *, int tid);

/* Did it begin then, as exactly as /proc tells it? */
bool node_is_near(const struct node *, uint64_t start);

/* One more exec, or what a process ran when it was found. */
void node_add_exec(struct tree *, struct node *, const struct event *);

#endif
