/*
 * session_read: reading a session that is open.
 */
#ifndef SESSION_READ_H
#define SESSION_READ_H

#include <signal.h>

#include "trace/session_state.h"

/* Read what is there.  Returns how many events, 0 when there were none (all
 * records that can be had are then ready), -1 with an error. */
long session_sweep(struct session *);

/* The next record.  Returns 1, or 0: sweep again. */
int session_next(struct session *, struct event *);

/*
 * Wait until something can be read, at most ns nanoseconds (UINT64_MAX: until
 * a signal), with the signals of mask.  While much is going on it is read a few
 * milliseconds later, in one go.
 */
void session_wait(struct session *, uint64_t ns, const sigset_t *mask);

/* All records up to this time were taken (session_next returned 0); ns since
 * boot. */
uint64_t session_taken(const struct session *);

/* Events the kernel dropped and no record counted; after the last sweep. */
uint64_t session_untold(struct session *);

/* What another program has changed makes a gap.  now: look in any case. Returns
 * 1, 0 if there is none, or -1 with an error. */
int session_look_at_changes(struct session *, bool now);

/* For the reader: look at /proc for a record as soon as it is read, because a
 * short-lived program is gone when the sweep is; sort records of one time. */
void *session_look_early(void *session, const struct ring_record *);
void session_settle(void *session, struct reader_record *, size_t count);

/* For the assembler: /proc/PID/cmdline as it is now, or NULL. */
struct cmdline_sample *session_peek(void *session, int pid);

#endif
