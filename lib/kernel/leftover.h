/*
 * leftover: instances of our tools that are no longer in use.
 *
 * One is left when its owner was killed, and when it could not be removed:
 * rmdir fails with EBUSY while a process has a trace pipe of it open, from
 * Linux 4.0 to 5.8 one of any instance, or of the top level (cf6ab6d9143b,
 * 7ef282e05132: the reference is counted in the tracer that all of them share,
 * "nop").  A second tool is such a process, and rasdaemon, which never ends.
 *
 * So a tool that cannot remove its instance gives it up, and others remove it:
 * tools when they start, and when they end, after they closed their own pipes.
 * A tool closes its pipes, gives its instance up, tries to remove it, and then
 * sweeps.  Of several that end at once, one is the last to close its pipes:
 * what the others gave up before that, it finds; and a tool that gives up later
 * is not hindered any more.  An instance that could not be removed is used
 * again by the next tool, because each takes 4 to 7 MB of the kernel's memory
 * (4.4, 5.10).
 *
 * A tool holds a lock (flock(2)) on the directory of its instance, which the
 * kernel releases when the process ends, however that comes.  Given up is one
 * that is not locked and has stopped (tracing_on is 0).
 */
#ifndef LEFTOVER_H
#define LEFTOVER_H

#include <stdbool.h>

/* Is it an instance of our tools that is no longer in use? */
bool leftover_is(int tracefs, const char *name);

/* Lock an instance that was just made; dir is its directory. */
void leftover_lock(int dir);

/* Give an instance up, whose directory is closed here, and try to remove it,
 * for a moment.  Returns 0, or -1 with errno; EBUSY: it has become silent and
 * small, and others will remove it. */
int leftover_give(int tracefs, int dir, const char *name);

/* Remove those that are given up or whose owner is dead.  Returns how many. */
int leftover_sweep(int tracefs);

/* Use one again that could not be removed.  Returns its directory, locked and
 * with all settings as those of a new one, and its name (OWNER_NAME bytes),
 * or -1: there is none. */
int leftover_adopt(int tracefs, char *name);

#endif
