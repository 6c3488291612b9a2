/*
 * tracefs: finds the kernel's tracing directory and opens it.
 *
 * Everything else works relative to the directory descriptor, so a test can
 * hand over any folder in its place.
 */
#ifndef TRACEFS_H
#define TRACEFS_H

#include <stddef.h>

#include "base/error.h"

/*
 * Open the tracing directory: a mounted tracefs, else "tracing" in a mounted
 * debugfs, else tracefs (4.1+) or debugfs is mounted, opened and the mount
 * detached again, so that no process sees it and it ends with the descriptor.
 * Returns a directory descriptor, or -1 with an error that says what to do.
 */
int tracefs_open(struct error *error);

/*
 * Find a mounted tracing directory in the text of /proc/mounts.  Returns 0
 * with its path (octal escapes undone) in path, or -1 when there is none.
 * Format: proc(5), fstab(5).
 */
int tracefs_find(const char *mounts, char *path, size_t size);

#endif
