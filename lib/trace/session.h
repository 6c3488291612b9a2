/*
 * session: one live trace, from tracefs to typed records.
 *
 * Open, list what exists, arm, sweep and take records, close.  Every deed
 * has its undo in session_close, which is right at any point after
 * session_open was called.
 */
#ifndef SESSION_H
#define SESSION_H

#include "trace/session_read.h"
#include "trace/session_state.h"

/* Enable a tracepoint of the kernel.  Returns 0, or -1 with an error. */
int session_enable(struct session *, enum raw_event_kind, const char *name,
    const char *filter);

/* Probe a kernel function, if that is possible: format has the name of a field,
 * %s for the first argument and, of a number, %d for its bits. */
void session_probe(struct session *, enum raw_event_kind, const char *name,
    const char *function, const char *format);

/* Find tracefs, sweep leftovers, make the instance, choose the clock and open
 * the reader: no event is enabled yet (arm_tasks).  Returns 0, or -1 with an
 * error.
 */
int session_open(struct session *, const struct session_options *);

/* Is it the fork of a child of ours?  As tasks_apply has completed it. */
bool session_is_child(const struct session *, const struct event *);

/* Is it, listed in /proc, a helper of ours (kernel/helper.h)?  That is not
 * shown, nor are its events. */
bool session_is_helper(const struct session *, const struct event *);

/* Has a signal come that ends the tool?  Then nothing is armed or tested any
 * more, because nothing will be shown. */
bool session_is_ending(const struct session *);

/* From here on events are shown: what comes later has no smaller time. */
void session_armed(struct session *);

/* From here on what another program changes is reported, and put back. */
void session_watch(struct session *);

/* Stop recording: what was recorded can still be swept and taken. */
void session_stop(struct session *);

/* Undo everything.  Returns 0; 1 with an error when the instance had to be left
 * to others (buffer_close), which is no failure of this session; or -1 with
 * when something else could not be undone. */
int session_close(struct session *);

#endif
