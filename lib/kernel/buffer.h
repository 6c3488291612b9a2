/*
 * buffer: which ring buffer a trace records in, and what is done to either
 * kind: a private instance, or the kernel's own at the top level.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "base/error.h"
#include "kernel/instance.h"

#define BUFFER_GLOBAL 1u /* the top level's, though there may be instances */
#define BUFFER_FORCE  2u /* that one, though it is in use */

/*
 * Make a private instance; where that is not possible, acquire the buffer of
 * the top level, with *reason saying error (else NULL).  Returns 0, or -1 with
 * an error.
 */
int buffer_open(struct instance *, int tracefs, const char *tool,
    unsigned flags, const char **reason, struct error *error);

/* Write a setting of it; that of the top level is remembered, to be put back.
 * Returns 0, or -1 with errno. */
int buffer_write(const struct instance *, const char *text, const char *name,
    ...) __attribute__((format(printf, 3, 4)));

/* Remove a private one as instance_remove does, or put everything at the top
 * level back; then sweep.  Returns as instance_remove; 0 when none was opened;
 * 1 with EDEADLK when its uprobes must stay (dynevent_must_stay). */
int buffer_close(struct instance *);

/* Remove instances and probe events of our tools whose owner is dead, and put
 * back what they changed at the top level.  Returns how many things. */
int buffer_sweep(int tracefs);

#endif
