/*
 * killer: who sent the signal that killed a process, from the signals that were
 * sent to it and taken.  Pure.
 *
 * A signal is pending in a queue: that of its process, or of one thread.  Below
 * SIGRTMIN, a queue holds each number once (legacy_queue(), kernel/signal.c):
 * the first sender counts, and when the kernel queues the number again, the one
 * before was taken meanwhile, which sigwait(3) and signalfd(2) do without an
 * event.  A fatal signal that no thread blocks ends the process at once, and
 * the kernel drops later ones (complete_signal(), prepare_signal()).  Where
 * several may have been the one, the sender is not known.
 */
#ifndef KILLER_H
#define KILLER_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

#define KILLER_SIGNALS 64 /* pending that are kept, of one process */

/* What is pending, or was taken as the end; of a process, all 0 at first. */
struct killer {
	struct sent_signal *first;
	int count;
	uint64_t unsure; /* a bit a signal: there may be other senders */
};

/* The sender of a HINT_SENT, from what the event says: BY_USER stands for
 * the sender's process, which may be the same. */
enum sent_by killer_kind(const struct event *);

/* It was sent, by by.  epoch: losses so far. */
void killer_sent(struct killer *, const struct event *, const struct event_by *,
    unsigned epoch);

/* HINT_OOM (as_kill: quirk_oom_as_kill), HINT_DELIVERED, HINT_HANDLED. */
void killer_oom(struct killer *, const struct event *, bool as_kill);
void killer_delivered(struct killer *, const struct event *);
void killer_handled(struct killer *, const struct event *);

/* A thread ended with this wait status, or CODE_UNKNOWN: what was pending for
 * it alone is gone. */
void killer_left(struct killer *, int tid, int code);

/* A thread executed a program, and all others are gone; its number is that of
 * the process now. */
void killer_exec(struct killer *, int old_tid, int tid);

/* Who sent the signal of this wait status, as of now: why is BY_UNKNOWN if that
 * is not known, events were lost since, or it is no signal. */
struct event_by killer_of(const struct killer *, int code, unsigned epoch);

/* Free it; then it is all 0. */
void killer_free(struct killer *);

#endif
