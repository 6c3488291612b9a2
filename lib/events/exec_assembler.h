/*
 * exec_assembler: joins the kernel's events of one exec into one typed record,
 * and keeps all records in the order of time.
 *
 * An exec shows itself in parts: sched_process_exec with the path, a probe's
 * number of arguments, probe events with a few arguments each, the return
 * value, and, where those are missing, /proc/PID/cmdline.  The parts belong
 * to one thread; events of other threads between them wait until the record
 * is complete, so that the output stays in order.
 */
#ifndef EXEC_ASSEMBLER_H
#define EXEC_ASSEMBLER_H

#include "events/exec_state.h"

/* Begin; all is zero but what the owner set.  Returns 0, or -1 (ENOMEM). */
int exec_init(struct exec_assembler *);

/*
 * Feed an event; events come in the order of time.  sample (may be NULL) was
 * read as soon as the event was seen; the assembler frees it.  Returns 0, or -1
 * (ENOMEM).
 */
int exec_feed(struct exec_assembler *, const struct raw_event *,
    struct cmdline_sample *sample);

/* Is it worth reading /proc/PID/cmdline at once, before sorting? */
bool exec_wants_sample(const struct exec_assembler *, const struct raw_event *);

/* Does an argument that is wanted reach beyond the window? */
bool
exec_exceeds_window(const struct exec_assembler *, const struct raw_event *);

/*
 * The next record that is complete.  until (trace clock): all events up to
 * then have been fed.  Returns 1 and the record, whose strings are valid
 * until the next call, or 0 when the next one still waits for a part.
 */
int exec_next(struct exec_assembler *, uint64_t until, struct event *);

/* A hash of a path, below EXEC_BUCKETS. */
unsigned exec_path_hash(const char *, size_t len);

/* Is a record waiting? */
bool exec_pending(const struct exec_assembler *);

/* Does the first one of them, an exit, only wait for the event of its task
 * leaving its CPU? */
bool exec_leaving(const struct exec_assembler *);

/* Does a record wait that says that a task may be elsewhere: a move of it, or
 * of its process (0: none), or a loss of events? */
bool exec_moves(const struct exec_assembler *, int tid, int pid);

/* Call each with the records that wait, in their order. */
void exec_each(const struct exec_assembler *,
    void (*each)(void *, const struct event *), void *);

/* The time of the first record that is waiting, ns; UINT64_MAX: none is. */
uint64_t exec_waits_since(const struct exec_assembler *);

void exec_free(struct exec_assembler *);

#endif
