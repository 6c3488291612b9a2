/*
 * status: how a process ended, from what is known of its threads.  Pure.
 *
 * The status that wait(2) tells is that of a group exit (exit_group(2), a
 * fatal signal) if there was one (wait_task_zombie(), kernel/exit.c).  If all
 * threads ended each for itself it is that of the first thread, or, on newer
 * kernels, of the last that began to end (synchronize_group_exit(), 6.0+;
 * tried on 5.10 and 6.1): known when these agree.
 *
 * What is known of a thread comes from the code do_exit was called with, from
 * taskstats, or from signs: the calls of exit and exit_group, and signals.  A
 * signal that kills a process shows in its threads as a SIGKILL each
 * (complete_signal() and get_signal(), kernel/signal.c), so it takes what was
 * sent to know which one it was.  What cannot be known is CODE_UNKNOWN.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/* Part of a task. */
struct status {
	int code, grouped; /* of the thread, as in struct event */
	bool dumps;	   /* it was the first to take a signal, of those
			      that dump core */
	bool zapped;	   /* made to end by another one */
	bool inferred;	   /* the code: from a signal that was sent */
	/* of a process, in its first thread */
	bool group_inferred;
	uint64_t sent;	   /* fatal signals sent and not taken, a bit each */
	bool dying;	   /* a group exit has begun */
	bool conflict;	   /* two calls asked for different codes */
	bool clash;	   /* exit(2) was called, and a signal sent */
	bool group, doubt; /* another ended by group exit; or nobody knows */
	bool first;	   /* the first thread ended */
	bool many;	   /* has, or had, other threads: set by the caller */
	bool began;	   /* the first thread began to end; since then: */
	bool differs;	   /* another ended for itself, with another code */
	int group_code;	   /* of the group exit */
	int first_code;	   /* of the first thread */
	int first_grouped;
	int core_signal; /* that a thread dumped core for */
};

/* A new task, or a new program in it. */
void status_init(struct status *);

/* A sign (EVENT_STATUS) of a thread: its own status, and that of its process,
 * which are the same for the first thread.  groups: SIGN_GROUP is told on this
 * machine, so a code without it is not a group's. */
void status_sign(
    struct status *, struct status *process, const struct event *, bool groups);

/* A thread ends: fill in code and grouped of its EVENT_EXIT where they are not
 * known, and note them in the process.  first: it is the first thread. */
void status_exit(
    struct status *, struct status *process, struct event *, bool first);

/* The wait status of a process whose last thread has ended, or CODE_UNKNOWN.
 * last: the last one was the first thread. */
int status_end(const struct status *process, bool last);

#endif
