/*
 * tree: everything that ran, each process under the one that forked it.
 *
 * A node is an incarnation: a number that is reused is another node.  Parents
 * come from fork events; a process that was there before stands under the one
 * named in /proc, if that was there before it.  A parent is older than its
 * children, so there is never a cycle.
 *
 * Node 0 is not a process: its children are the roots.  Nodes are named by
 * their index, and are never moved or freed before tree_free.  An empty tree is
 * all zeros.
 */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "tree/cmdlines.h"

struct tasks;

#define TREE_CHUNK 4096 /* nodes that are allocated together */

/* node.flags */
enum {
	NODE_THREAD = 1,     /* only if tree.threads */
	NODE_BEFORE = 2,     /* was there before; parent from /proc */
	NODE_COARSE = 4,     /* start is in steps of 10 ms */
	NODE_REPAIRED = 8,   /* found in /proc after a loss, parent and all */
	NODE_UNKNOWN = 16,   /* seen only as a parent, or by an exec or exit:
				its start is not known (0) */
	NODE_ORPHAN = 32,    /* its parent is not known because of a loss */
	NODE_ENDED = 64,     /* its end was seen */
	NODE_LOST = 128,     /* whether it has ended is not known */
	NODE_HIDDEN = 256,   /* not drawn: of another subtree, or tree_hide */
	NODE_CHOSEN = 512,   /* of the subtree asked for, if one was */
	NODE_CALLED = 1024,  /* has execs of its own: exec is not inherited */
	NODE_PENDING = 2048, /* parent not yet looked for */
	NODE_MARK = 4096,    /* for a pass over the tree */
	NODE_ZOMBIE = 8192,  /* had ended when it was found, and its parent had
				not waited for it */

	/* Wait(2) gave it a number that can only be that of the kernel; one
	 * that is not, or is of no child, or came twice. */
	NODE_TRUSTED = 16384,
	NODE_STRANGE = 32768
};

struct node {
	uint64_t start, end; /* ns since boot; end 0: none was seen */
	uint64_t waited;     /* when its parent got its number from wait(2), see
				tree_waited; 0: that was not seen */
	struct usage usage;  /* of one that ended */
	struct event_by by;  /* who killed it */
	int tid;	     /* of a process its pid */
	int ppid;	     /* PPID_UNKNOWN, 0: none */
	int code;	     /* a wait status, CODE_UNKNOWN */
	uint32_t generation; /* earlier incarnations of this number, seen */
	uint32_t threads;    /* that it ever had, the first included */
	uint32_t zombies;    /* children that ended, and it did not get yet */
	uint32_t exec;	     /* the last, 0: none known */
	uint32_t prev;	     /* node of that earlier one */
	uint32_t parent;     /* 0: none; NODE_PENDING: losses when it was
				found, until tree_finish */
	uint32_t first, last, next; /* children, sibling: by tree_finish */
	uint32_t id; /* 1 for the first that is drawn; tree_number */
	uint16_t flags;
	uint32_t epoch;	     /* losses when it was last certain to live */
	char comm[COMM_LEN]; /* the last; "" not known */
};

/* One exec of a process, or what it ran when it was found. */
struct tree_exec {
	uint64_t ts;   /* 0: before the trace */
	uint32_t next; /* of the same process; the last leads to the first */
	uint32_t
	    cmdline; /* its path and arguments, see cmdlines.h; 0: not known */
	char comm[COMM_LEN];
};

struct tree_counts {
	uint64_t processes, threads;
	uint64_t orphans;     /* began while tracing, parent not known */
	uint64_t nameless;    /* missing comms */
	uint64_t argless;     /* missing arguments: not all are known */
	uint64_t strangers;   /* left out because after a loss it is not known
				 whether they belong to the chosen subtree */
	uint64_t repaired;    /* found in /proc after a loss */
	uint64_t endless;     /* not known whether they have ended */
	uint64_t reuses;      /* of pids */
	uint64_t wraparounds; /* of the pid counter */
};

struct tree {
	bool threads;  /* threads as nodes; set by the owner */
	bool chosen;   /* only a subtree is kept; set by the owner */
	bool failed;   /* memory ran out: the tree is not complete */
	uint64_t from; /* ns since boot: what has ended before is not kept */
	uint64_t end;  /* of the trace, by tree_finish */
	uint32_t losses;
	bool untimed;	/* the clock of an event counts no seconds */
	uint64_t until; /* where the last gap ends */
	int choose;	/* the next of that number is chosen; 0: none is */
	struct tree_counts counts; /* by tree_finish */

	struct node **chunk;
	uint32_t nodes; /* node 0 included */
	uint32_t chunks;
	struct tree_exec **exec_chunk;
	uint32_t execs, exec_chunks;
	struct cmdline_table cmdlines;
	uint32_t *map; /* number -> its last node; open addressing by tid */
	uint32_t map_size, map_used, factor; /* of hash_number */
	int last_tid, max_tid;		     /* of the forks: for wraparounds */
};

/*
 * Apply an event that tasks_apply has completed (struct tasks, seen), in the
 * same order.  Without memory, failed is set and the event ignored.
 */
void tree_apply(struct tree *, const struct event *);

/* Choose the last incarnation of this number and its descendants: what is
 * applied later and is not inside gets no node.  Returns its node, 0 when there
 * is none. */
uint32_t tree_choose(struct tree *, int pid);

/*
 * The trace is over: find the parents of what was there before, hide what
 * ended before from, mark what no longer runs though no end was seen (by
 * tasks), and count.  Nothing may be applied afterwards.
 */
void tree_finish(struct tree *, const struct tasks *, uint64_t end);

/* Hide every node that certainly took less than ns, or began before since, and
 * has no other node below it; after tree_finish.  Returns how many processes
 * are hidden. */
uint64_t tree_hide(struct tree *, uint64_t ns, uint64_t since);

/* Number what is drawn, in the order it is drawn; after tree_finish. */
void tree_number(struct tree *);

struct node *tree_node(const struct tree *, uint32_t index);
struct tree_exec *tree_exec(const struct tree *, uint32_t index);

/* The parent of a node, also before tree_finish; 0: none, or not known. */
uint32_t tree_parent(const struct tree *, uint32_t index);

/* The last incarnation of that number, or 0. */
uint32_t tree_find(const struct tree *, int tid);

/* The next node that is drawn in preorder: parents before children, in the
 * order they began; 0 after the last.  Begin with 0.  *depth is changed along
 * (0 for a root) if it is not NULL; begin with -1. */
uint32_t tree_next(const struct tree *, uint32_t index, int *depth);

/* The next child of the same parent that is drawn, or 0. */
uint32_t tree_sibling(const struct tree *, uint32_t index);

/* From when to when it lived, but not before since; until the end of the trace
 * if it still runs.  Returns false if that is not known. */
bool tree_span(const struct tree *, const struct node *, uint64_t since,
    uint64_t *from, uint64_t *to);

/*
 * When the parent of a process that ended had that from wait(2), in ns since
 * boot; 0: not known.  The number that wait(2) returns is of the PID namespace
 * of the parent.  It is that of the kernel if the parent once got that of its
 * only child that had ended, and never one that is of no child.
 */
uint64_t tree_waited(const struct tree *, const struct node *);

/* How long that was, in ns, and of that time, since then, during how much no
 * child that is drawn lived; 0 when it is not known. */
uint64_t tree_wall(const struct tree *, const struct node *);
uint64_t tree_self(const struct tree *, const struct node *, uint64_t since);

/* Make *e an exec with the path and arguments of one in the tree, which the
 * tree owns. */
void tree_program(const struct tree *, uint32_t exec, struct event *e);

/* Empty it. */
void tree_free(struct tree *);

#endif
