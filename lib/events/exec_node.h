/*
 * exec_node: the records that the assembler of execs works on, shared by its
 * parts: the way in (exec_feed.c, exec_window.c, exec_other.c), calls of execve
 * (exec_call.c), and the way out (exec_assembler.c).
 */
#ifndef EXEC_NODE_H
#define EXEC_NODE_H

#include "events/exec_state.h"
#include "ring/window.h"

/* The kernel cuts a fetched string here: MAX_STRING_SIZE (PATH_MAX),
 * kernel/trace/trace_probe.h. */
#define FETCH_MAX 4095

enum part { PART_STACK = 1, PART_PATH = 2, PART_RETURN = 4, PART_ARGS = 8 };

struct exec_node {
	struct exec_node *next;	 /* in the queue, or spare */
	struct exec_node *chain; /* in the bucket */
	struct event e;
	bool is_exec;	/* an exec that succeeded */
	bool open;	/* parts of it may still come */
	bool discarded; /* it gives no record */
	bool renamed;	/* begun by a rename in a call of execve */
	bool hit_over;	/* what a probe shows now is of another hit */
	bool compat;	/* a 32-bit program: no strings come */
	unsigned parts; /* a set of enum part */
	unsigned hash;	/* of the path */
	uint64_t hit;	/* when a probe was hit, ns */
	uint64_t hold;	/* when sample was taken: wait for all events before */
	struct cmdline_sample *sample;
	struct buf bytes;	 /* path, arguments as they came */
	size_t path;		 /* offset of the path */
	struct args_pieces args; /* argc is -1 if not known */
	struct window *window;	 /* the parts that came; NULL: none */
	bool windowed;		 /* all that is wanted was taken from it */
	int strings;		 /* arguments taken from it */
	uint64_t argv, name;	 /* of a call: the pointers */
	bool confirmed;		 /* a call: by an event of the kernel */
};

/* The bucket of a task. */
unsigned node_bucket(int tid);

/* An empty node, with what a used one had allocated; NULL without memory. */
struct exec_node *node_new(struct exec_assembler *);

/* Give a node back for use again. */
void node_release(struct exec_assembler *, struct exec_node *);

/* Free a list of nodes linked by next. */
void node_free_list(struct exec_node *);

/* Put a node at the end of the queue. */
void node_enqueue(struct exec_assembler *, struct exec_node *);

/* The newest node of a task in a table of EXEC_BUCKETS, or NULL. */
struct exec_node *node_find(struct exec_node *const *table, int tid);

/* A new node for the task of k, put into the table; NULL without memory. */
struct exec_node *node_add(struct exec_assembler *, struct exec_node **table,
    const struct raw_event *k);

/* Take a node out of the table. */
void node_unchain(struct exec_node **table, struct exec_node *);

/* Keep a path, and remember where. */
void node_path(struct exec_node *, const char *path, size_t len);

/* Keep the strings of a probe event, those below argc. */
void node_args(struct exec_node *, const struct raw_event *, int argc);

/* Keep one argument.  Returns false without memory. */
bool node_string(struct exec_node *, int i, const char *, size_t len);

/* Can this part of a window belong to the node? */
bool node_wants_window(const struct exec_node *, const struct raw_event *);

/* Keep the arguments in a part of a window, and the window itself until its
 * other parts have come. */
void node_window(
    struct exec_assembler *, struct exec_node *, const struct raw_event *);

/* No other part comes: free the window, of which only arguments are kept. */
void node_forget_window(struct exec_node *);

/* Give it a sample to own, in place of the one it had; without a node the
 * sample is freed, NULL changes nothing. */
void node_sample(struct exec_node *, struct cmdline_sample *);

/* Free its sample. */
void node_forget_sample(struct exec_node *);

/* What /proc said of this PID from ts on may be about its successor. */
void node_discard_samples(struct exec_assembler *, int pid, uint64_t ts);

/* An event of the task: what /proc says later may be of another program. */
void node_suspect_samples(struct exec_assembler *, const struct raw_event *);

/* Copy the name that an event has to COMM_LEN bytes; "" if it has none. */
void node_comm(char *comm, const struct raw_event *);

/* Does /proc still show the program of a record? */
enum program_is { PRESENT, GONE };

/* No more parts can come (of NULL: nothing is done): note whether the program
 * passed by a loader, and read from /proc what is missing, if it is PRESENT. */
void node_close(struct exec_assembler *, struct exec_node *, enum program_is);

/* A table with a bit for each thread (NULL: all are clear): set one; clear one,
 * and return whether it was set. */
void tid_mark(uint8_t *table, int tid);
bool tid_clear(uint8_t *table, int tid);

/* An event that is no part of an exec: queue its record.  Returns 0, or -1
 * (ENOMEM). */
int exec_other(struct exec_assembler *, const struct raw_event *);

/* Queue an EVENT_TRAIT: a call begins, or ends, that may change traits.
 * Returns 0, or -1 (ENOMEM). */
int exec_change(struct exec_assembler *, const struct raw_event *,
    unsigned begins, unsigned ends);

/* Calls of execve, which may fail: note their path, their arguments; their
 * return value queues a record.  call_return returns 0, or -1 (ENOMEM). */
void call_entry(struct exec_assembler *, const struct raw_event *);
void call_entry_args(struct exec_assembler *, const struct raw_event *);
void call_confirm(struct exec_assembler *, const struct raw_event *);
int call_return(struct exec_assembler *, const struct raw_event *);

/* Fill in the arguments of a record that goes out now. */
void call_finish(struct exec_assembler *, struct exec_node *);

/* Note the path, where no event of the kernel has it (before Linux 3.4). */
void call_path(struct exec_assembler *, const struct raw_event *);

/* The call of tid succeeded: its record, still empty, takes from the call what
 * no other event has.  The call is forgotten. */
void call_take(struct exec_assembler *, struct exec_node *, int tid);

/* Forget the call: it succeeded, or the thread ended. */
void call_forget(struct exec_assembler *, int tid);
void call_forget_all(struct exec_assembler *);

#endif
