/*
 * exit_status: how a process ended, from what is known of its threads.  Pure.
 *
 * The status that wait(2) returns is that of a group exit (exit_group(2), a
 * fatal signal) if there was one (wait_task_zombie(), kernel/exit.c).  If all
 * threads ended each for itself it is that of the first thread, or, on newer
 * kernels, of the last that began to end (synchronize_group_exit(), Linux 6.0
 * or later; tried on 5.10 and 6.1): known when these agree.
 *
 * What is known of a thread comes from the code do_exit was called with, from
 * taskstats, or from hints: the calls of exit and exit_group, and signals.  A
 * signal that kills a process shows in its threads as a SIGKILL each
 * (complete_signal() and get_signal(), kernel/signal.c), so the signals that
 * were sent decide which one it was.  What cannot be known is CODE_UNKNOWN.
 */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/* Part of a task. */
struct status {
	int code, grouped;    /* of the thread, as in struct event_exit */
	bool dumps;	      /* it was the first to take a signal, of those
				 that dump core */
	bool killed_by_group; /* made to end by another one */
	bool inferred;	      /* the code: from a signal that was sent */
	/* of a process, in its first thread */
	bool group_inferred;
	uint64_t sent;	     /* fatal signals sent and not taken, a bit each */
	bool dying;	     /* a group exit has begun */
	bool conflict;	     /* two calls asked for different codes */
	bool exit_vs_signal; /* exit(2) was called, and a signal sent */
	bool group;	     /* another thread ended by group exit */
	bool ambiguous;	     /* or it is not known whether it did */
	bool first;	     /* the first thread ended */
	bool many;	     /* has, or had, other threads: set by the caller */
	bool began;	     /* the first thread began to end; since then: */
	bool other_code;     /* another ended for itself, with another code */
	int group_code;	     /* of the group exit */
	int first_code;	     /* of the first thread */
	int first_grouped;
	int core_signal; /* for which a thread dumped core */
};

/* Does its default action not end a process? */
bool status_is_harmless(int sig);

/* A new task, or a new program in it. */
void status_init(struct status *);

/* A hint for a thread: its own status, and that of its process, which are the
 * same for the first thread.  have_group_exit: HINT_GROUP is reported on this
 * machine, so a code without it is not a group's. */
void exit_hint(struct status *, struct status *process,
    const struct event_status *, bool have_group_exit);

/* A thread ends: set code and grouped of its event's task member, and note them
 * in the process.  first: it is the first thread. */
void status_exit(
    struct status *, struct status *process, struct event *, bool first);

/* The wait status of a process whose last thread has ended, or CODE_UNKNOWN.
 * last: the last one was the first thread. */
int status_end(const struct status *process, bool last);

#endif
