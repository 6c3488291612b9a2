/*
 * exec_node: the records that exec works on, shared by its parts: the way in
 * (exec_feed.c), calls that failed (execfail.c), and the way out (exec.c).
 */
#ifndef EXEC_NODE_H
#define EXEC_NODE_H

#include "exec.h"

/* The kernel cuts a fetched string here: MAX_STRING_SIZE (PATH_MAX),
 * kernel/trace/trace_probe.h. */
#define FETCH_MAX 4095

enum part { PART_STACK = 1, PART_PATH = 2, PART_RETURN = 4, PART_ARGS = 8 };

struct exec_node {
	struct exec_node *next;	 /* in the queue, or spare */
	struct exec_node *chain; /* in the bucket */
	struct event e;
	bool is_exec, open, dropped;
	bool compat; /* a 32-bit program: no strings come */
	unsigned parts;
	unsigned hash; /* of the path */
	uint64_t hit;  /* when a probe was hit */
	uint64_t hold; /* wait for all events up to here: peek was taken */
	struct exec_peek *peek;
	struct buf bytes; /* path, arguments as they came */
	size_t path;	  /* its offset */
	int argc;
	struct args_piece *piece;
	int pieces;
	uint64_t argv; /* entry of execve: the pointer */
};

/* Which bucket a task belongs to. */
unsigned node_bucket(int tid);

/* An empty node, with what a used one had allocated; NULL without memory. */
struct exec_node *node_new(struct exec_joiner *);

/* Give a node back for use again. */
void node_release(struct exec_joiner *, struct exec_node *);

/* Free a list of nodes linked by next. */
void node_free_list(struct exec_node *);

/* Put a node at the end of the queue. */
void node_enqueue(struct exec_joiner *, struct exec_node *);

/* The newest node of a task in a table of EXEC_BUCKETS, or NULL. */
struct exec_node *node_find(struct exec_node *const *table, int tid);

/* A new node for the task of k, put into the table; NULL without memory. */
struct exec_node *node_add(
    struct exec_joiner *, struct exec_node **table, const struct kevent *k);

/* Take a node out of the table. */
void node_unchain(struct exec_node **table, struct exec_node *);

/* Keep a path, and remember where. */
void node_path(struct exec_node *, const char *path, size_t len);

/* Keep the strings of a probe event, those below argc. */
void node_args(struct exec_node *, const struct kevent *, int argc);

/* Give it what /proc said (may be NULL), which it owns from then on. */
void node_peek(struct exec_node *, struct exec_peek *);

/*
 * No more parts can come: learn whether the program passed by a loader, and
 * ask /proc for what is missing, unless the program is gone.
 */
void node_close(struct exec_joiner *, struct exec_node *, bool gone);

/*
 * A bit a thread for the part of its exec that is still to come though the
 * record may be gone by then: the return value behind a path, or, where the
 * path comes last, the path behind a record that waited for it too long.
 * Returns what was owed before; without the table everything may be.
 */
bool node_owe(struct exec_joiner *, int tid, bool owed);

/* What args works on. */
struct args_pieces node_view(const struct exec_node *);

/* Calls of execve, for those that fail: their path, their arguments, and the
 * return value, which queues a record. */
void fail_entry(struct exec_joiner *, const struct kevent *);
void fail_entry_args(struct exec_joiner *, const struct kevent *);
int fail_return(struct exec_joiner *, const struct kevent *);

/* Fill in the arguments of a record that is lent now. */
void fail_finish(struct exec_joiner *, struct exec_node *);

/* The path, where no event of the kernel tells it (before 3.4). */
void fail_path(struct exec_joiner *, const struct kevent *);

/* The call that tid made succeeded: its record, new as yet, takes what the
 * order of events wants from there.  The call is forgotten. */
void fail_adopt(struct exec_joiner *, struct exec_node *, int tid);

/* Forget the call: it succeeded, or the thread ended. */
void fail_drop(struct exec_joiner *, int tid);

#endif
