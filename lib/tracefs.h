/*
 * tracefs: finds the kernel's tracing directory and opens it.
 *
 * Everything else works relative to the directory descriptor, so a test can
 * hand over any folder in its place.
 */
#ifndef TRACEFS_H
#define TRACEFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buf.h"
#include "why.h"

/*
 * Open the tracing directory: a mounted tracefs, else "tracing" in a mounted
 * debugfs, else tracefs (4.1+) or debugfs is mounted, opened and the mount
 * detached again, so that nobody sees it and it ends with the descriptor.
 * Returns a directory descriptor, or -1 with a sentence in why (WHY_LEN
 * bytes) that says what to do.
 */
int tracefs_open(char *why);

/*
 * Find a mounted tracing directory in the text of /proc/mounts.  Returns 0
 * with its path (octal escapes undone) in path, or -1 when there is none.
 * Format: proc(5), fstab(5).
 */
int tracefs_find(const char *mounts, char *path, size_t size);

/* close(2) that keeps errno. */
void file_close(int fd);

/* Open a directory to list it.  Returns NULL with errno on failure. */
DIR *dir_open(int at, const char *name);

/* Read a whole small file into buf as a string; a longer one is cut.
 * Returns its length, or -1 with errno. */
ssize_t file_read(int dir, const char *name, char *buf, size_t size);

/* Append a whole file, of any length, and a NUL (not counted in len).
 * Returns 0, or -1 with errno. */
int file_read_all(int dir, const char *name, struct buf *);

/* Write text with one write(2), without O_TRUNC: kernel files take a command
 * per write.  Returns 0, or -1 with errno. */
int file_write(int dir, const char *name, const char *text);

/* file_write with a printf-formatted name. */
int file_writef(int dir, const char *text, const char *name, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Open, for reading, a file that somebody else may have chosen: only a regular
 * one, for opening a FIFO waits and opening a device may do something, and
 * none on FUSE, whose owner could have us wait for ever.  Returns a
 * descriptor, or -1 with errno.
 */
int file_open_regular(const char *path);

/* The same below another root ("": ours), whose symbolic links are followed
 * there (openat2, 5.6+; before that, below ours). */
int file_open_below(const char *root, const char *path);

/* Does the file exist? */
bool file_exists(int dir, const char *name);

#endif
