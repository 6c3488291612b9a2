/*
 * exec: joins the kernel events of one exec into one typed record, and keeps
 * everything in the order of time.
 *
 * An exec shows itself in parts: sched_process_exec with the path, a probe's
 * number of arguments, probe events with a few arguments each, the return
 * value, and, where those are missing, /proc/PID/cmdline.  The parts belong
 * to one thread; what comes in between from other threads waits behind the
 * record, so that the output stays in order.
 */
#ifndef EXEC_H
#define EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "event.h"
#include "kevent.h"

/* In which order the parts come: what probe row is in use. */
enum exec_order {
	EXEC_PATH_LAST,	 /* rows 1, 2: probes, then the path */
	EXEC_PATH_FIRST, /* row 3: the path, then the probes */
	EXEC_PATH_ONLY,	 /* rows 4, 5 */
	EXEC_STACK_ONLY	 /* row 1 before 3.4: an entry, then the probes */
};

/* What /proc/PID/cmdline said, and until when: it belongs to an exec only if
 * no other one of that pid came before taken.  Ends with exec_peek_free. */
struct exec_peek {
	uint64_t taken; /* trace clock, after the read, or: */
#define PEEK_IN_DOUBT UINT64_MAX /* may be of an exec that is under way */
	bool whole;
	size_t *held; /* len is a part of this sum; NULL: of none */
	size_t len;
	char bytes[];
};

struct exec_node;

#define EXEC_BUCKETS 1024
#define EXEC_TIDS    (4 << 20) /* PID_MAX_LIMIT, include/linux/threads.h */

struct exec_joiner {
	enum exec_order order;
	int fetch;	 /* arguments that probes give */
	int want;	 /* arguments anybody wants */
	bool blank;	 /* empty is what a caller's absent page reads as */
	bool entry_args; /* row 4: those of the call are those of the exec */
	/* Reads /proc/PID/cmdline, NULL in tests and replays. */
	struct exec_peek *(*peek)(void *, int pid);
	void *arg;

	struct exec_node *head, **tail; /* in order of time */
	struct buf text;		/* arguments of the last one */
	struct exec_node *last;		/* lent to the caller */
	struct exec_node *spare;
	uint8_t *owed; /* a bit a tid: a part of its exec is still to come */
	struct exec_node *bucket[EXEC_BUCKETS]; /* execs, by pid */
	struct exec_node *entry[EXEC_BUCKETS];	/* execve calls, by tid */
	struct {
		int tid;
		char comm[COMM_LEN];
	} renamed[EXEC_BUCKETS]; /* the last task_rename, by tid */
	struct {
		int tid;
		uint64_t flags;
	} cloned[EXEC_BUCKETS];	       /* the last call of do_fork, by tid */
	uint8_t linkage[EXEC_BUCKETS]; /* of a path: seen static, dynamic */
};

/* Begin; all is zero but what the caller set: order, fetch, want,
 * peek.  returns:
 * the return values of execve come too.  Returns 0, or -1 (ENOMEM). */
int exec_init(struct exec_joiner *, bool returns);

/*
 * Feed an event; events come in the order of time.  peek (may be NULL) is
 * what was read as soon as the event was seen; it is taken over.  Returns 0,
 * or -1 (ENOMEM).
 */
int
exec_feed(struct exec_joiner *, const struct kevent *, struct exec_peek *peek);

/* Free it (NULL: nothing), and take it out of its sum. */
void exec_peek_free(struct exec_peek *);

/* Is it worth reading /proc/PID/cmdline at once, before sorting? */
bool exec_wants_peek(const struct exec_joiner *, const struct kevent *);

/*
 * The next record that is complete.  until (trace clock): all events up to
 * then have been fed.  Returns 1 and the record, whose strings are valid
 * until the next call, or 0 when the next one still waits for a part.
 */
int exec_next(struct exec_joiner *, uint64_t until, struct event *);

/* A hash of a path, below EXEC_BUCKETS. */
unsigned exec_path_hash(const char *, size_t len);

/* Does a record wait? */
bool exec_pending(const struct exec_joiner *);

void exec_free(struct exec_joiner *);

#endif
