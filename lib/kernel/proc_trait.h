/*
 * proc_trait: the working directory, program, terminal, session and login of a
 * task, as /proc has them.
 */
#ifndef PROC_TRAIT_H
#define PROC_TRAIT_H

#include <stdint.h>

#include "event.h"

/*
 * Of the task that began at start (ns since boot), a set of 1 << enum trait.
 * Returns 0 and strings, NULL for what is not known: valid until the next call;
 * or -1, it is gone.  What was in the middle of an exec has no program.
 */
int proc_traits(int tid, uint64_t start, unsigned set, const char **text);

/* The name of a terminal, by its number in /proc/PID/stat, in size bytes. */
void proc_tty_name(char *name, size_t size, unsigned long number);

#endif
