/*
 * tasks: who is who.
 *
 * A process is not a pid: pids are reused every few seconds in a build.  A
 * task here is an incarnation, begun by its fork event (or found in the
 * baseline) and ended by its exit or by the next fork of the same number.
 * Parents come from fork events, never from a later look at /proc, except
 * after a loss, and then only if the start times agree.
 */
#ifndef TASKS_H
#define TASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "kept.h"
#include "status.h"

#define PPID_UNKNOWN -1

struct task {
	struct task *next;  /* in the bucket */
	int tid, pid, ppid; /* ppid may be PPID_UNKNOWN */
	int threads;	    /* of a process: tasks alive */
	bool ending;	    /* all of its threads are about to end */
	bool inside;	    /* belongs to the chosen subtree */
	unsigned epoch;	    /* losses when it was known to be right */
	unsigned born;	    /* losses when it began, or was found */
	unsigned counted;   /* losses when its threads were counted */
	bool coarse;	    /* start is in steps of 10 ms */
	bool gone;	    /* of a process: its first thread had ended when it
			       was found, and is not counted */
	uint64_t found;	    /* when it was read in /proc; 0: never, or not
			       known */
	uint64_t start;	    /* ns since boot */
	char comm[COMM_LEN];
	struct status status;
	struct usage usage; /* of a process: its threads that ended */
	struct kept *kept;  /* of a process; NULL: not known */
	bool own;	    /* they are of what it ran itself under its name */
};

struct tasks {
	struct task **bucket;
	size_t buckets, count;
	unsigned epoch;	  /* losses so far */
	uint64_t until;	  /* where the last gap ends */
	bool keep;	  /* the arguments of execs; set by the owner */
	bool groups;	  /* SIGN_GROUP is told; set by the owner */
	struct event end; /* made by the last tasks_apply, see there */
	struct kept *ended;
	/* Looks a process up now, as an EVENT_TASK; NULL in a replay.
	 * Returns 0, or -1 when it is gone. */
	int (*look)(void *, int tid, struct event *);
	void *look_arg;
	/* Is told of every event that was applied, completed, in order: a task
	 * only if it was not known before, or events were lost since, and the
	 * end of a process behind its exit.  May be NULL. */
	void (*seen)(void *, const struct event *);
	void *seen_arg;
};

/*
 * Apply an event, and fill in what it lacks: pid, ppid (the parent process,
 * or PPID_UNKNOWN), for an exit start, and inside.  Events come in the order
 * of time; a task found in /proc never replaces what an event has told, unless
 * events were lost since.  When the exit is the last of its process, end is
 * its EVENT_END, else its type is 0; it is valid until the next call.
 * Returns 0, or -1 (ENOMEM).
 */
int tasks_apply(struct tasks *, struct event *);

/* Complete a copy of an exit, made before it was applied, with what it came to
 * here: a recording holds less than there was to conclude from. */
void tasks_tell(
    const struct tasks *, const struct event *applied, struct event *raw);

/* What is known began in the middle of them: what they used is not known, but
 * of root, which has just begun (0: there is none such). */
void tasks_forget_usage(struct tasks *, int root);

/* The task of that number, or NULL.  Valid until the next tasks_apply. */
struct task *tasks_find(const struct tasks *, int tid);

/* Choose a process and all of its descendants, present and future, as
 * inside. */
void tasks_choose(struct tasks *, int pid);

/* Call seen for every task as an EVENT_TASK, leaders before their threads
 * in any case. */
void tasks_each(
    const struct tasks *, void (*seen)(void *, const struct event *), void *);

void tasks_free(struct tasks *);

#endif
