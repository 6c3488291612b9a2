/*
 * toplevel: the kernel's own ring buffer, where there is no instance for us
 * alone (2.6.32 to 3.15).
 *
 * It is everybody's: it is taken only if nobody else traces, with the lock
 * file of perf-tools, and every setting is remembered there before it is
 * changed, so that whoever comes after a SIGKILL can put it back.
 */
#ifndef TOPLEVEL_H
#define TOPLEVEL_H

#include "instance.h"

/*
 * Borrow the buffer for in, whose names are set and whose tracefs is open.
 * insist: even if somebody traces; the buffer of another tool of ours that
 * runs is never taken.  What the buffer holds is discarded.  Returns 0, or -1
 * with a sentence in why (WHY_LEN bytes); then nothing is changed.
 */
int toplevel_take(struct instance *in, bool insist, char *why);

/* Remember what the setting is, in the lock file, and write it.  Returns 0, or
 * -1 with errno. */
int
toplevel_write(const struct instance *in, const char *name, const char *text);

/* Put everything back as it was, empty the buffer, give up the lock.  Returns
 * 0, or -1 with errno when something could not be put back. */
int toplevel_give(struct instance *in);

/* The same for a tool of ours that was killed.  Returns 1, or 0: there was
 * none. */
int toplevel_sweep(int tracefs);

#endif
