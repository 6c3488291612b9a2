/*
 * replay_line: the lines of a file that is replayed, as they come.
 */
#ifndef REPLAY_LINE_H
#define REPLAY_LINE_H

#include <sys/types.h>

#include "input/source_state.h"

enum { LINE_TOO_LONG = -3, LINE_WAITS = -2, LINE_END = -1 };

/*
 * The next line in the bytes that were read, without its newline, ended by a
 * NUL.  Returns its length, LINE_END (with errno if it failed; EMSGSIZE: the
 * line is too long), LINE_TOO_LONG for such a one of trace output, or
 * LINE_WAITS (once) when the next read may have to wait.
 */
ssize_t replay_line(struct source *, char **line);

/* Set the error of what replay_line failed with, and errno has.  Returns -1. */
int replay_failed(struct source *);

/* What makes trace output of a file that is something else, by its first bytes;
 * NULL: not known. */
const char *replay_foreign(const struct buf *);

#endif
