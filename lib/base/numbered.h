/*
 * numbered: files that follow each other, FILE.1, FILE.2, ...
 *
 * Root writes them, also into a directory that other users can write to.  A
 * number is taken only if no file has it, and only regular files of this user
 * count, or are removed: so no link is followed, and nothing of another user is
 * changed.
 */
#ifndef NUMBERED_H
#define NUMBERED_H

#include <stdbool.h>

#include "base/error.h"

/* Can there be such files?  Returns 0, or -1 with an error, as all of these. */
int numbered_check(const char *path, struct error *);

/* Create the next one, readable by its owner only; or give FILE.new, which is
 * complete, the next number (finish).  All but the last keep ones (0: all) are
 * removed.  Returns a descriptor, which the caller closes, or 0 if finish. */
int numbered_next(
    const char *path, bool finish, int keep, int *number, struct error *);

/* Create FILE.new, which has no number yet; what a tool has left there that was
 * killed is replaced.  Returns a descriptor.  Without create, only remove it.
 */
int numbered_begin(const char *path, bool create, struct error *);

#endif
