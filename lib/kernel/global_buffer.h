/*
 * global_buffer: the kernel's own ring buffer, where there is no instance for
 * us alone (2.6.32 to 3.15).
 *
 * All programs share it: it is taken only if no other one traces, with the lock
 * file of perf-tools, and every setting is remembered there before it is
 * changed, so that the next tool can put it back after a SIGKILL.
 */
#ifndef GLOBAL_BUFFER_H
#define GLOBAL_BUFFER_H

#include <stddef.h>

#include "base/error.h"
#include "kernel/instance.h"

/*
 * Borrow the buffer for in, whose names are set and whose tracefs is open.
 * force: even if another program traces; the buffer of another tool of ours
 * that runs is never taken.  What the buffer holds is discarded.  Returns 0, or
 * -1 with an error; then nothing is changed.
 */
int global_buffer_acquire(struct instance *in, bool force, struct error *error);

/* The value to write into a setting, from what its file shows, cut to size. */
void
setting_value(const char *name, const char *shown, char *value, size_t size);

/* Remember what the setting is, in the lock file, and write it.  Returns 0, or
 * -1 with errno. */
int global_buffer_write(
    const struct instance *in, const char *name, const char *text);

/* Put everything back as it was, empty the buffer, give up the lock.  Returns
 * 0, or -1 with errno when something could not be put back. */
int global_buffer_release(struct instance *in);

/* The same for a tool of ours that was killed.  Returns 1, or 0: there was
 * none. */
int global_buffer_sweep(int tracefs);

#endif
