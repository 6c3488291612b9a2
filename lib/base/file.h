/*
 * file: small files, read and written whole.
 *
 * A name is relative to a directory descriptor, so a test can hand over any
 * folder in place of the kernel's.
 */
#ifndef FILE_H
#define FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

/* close(2) that keeps errno. */
void file_close(int fd);

/* Open a directory to list it.  Returns NULL with errno on failure. */
DIR *dir_open(int at, const char *name);

/* Read a whole small file into buf as a string; a longer one is cut.
 * Returns its length, or -1 with errno. */
ssize_t file_read(int dir, const char *name, char *buf, size_t size);

/* The same of the first line of a file, without its newline. */
ssize_t file_read_line(int dir, const char *name, char *buf, size_t size);

/* Append a whole file, of any length, and a NUL (not counted in len).
 * Returns 0, or -1 with errno. */
int file_read_all(int dir, const char *name, struct buf *);

/* Write text with one write(2), without O_TRUNC: kernel files take a command
 * per write.  Returns 0, or -1 with errno. */
int file_write(int dir, const char *name, const char *text);

/* file_write with a printf-formatted name. */
int file_writef(int dir, const char *text, const char *name, ...)
    __attribute__((format(printf, 3, 4)));

/* Open with O_TRUNC, which empties trace (the buffers of all CPUs) and
 * set_event_pid: tracing_open(), kernel/trace/trace.c,
 * ftrace_event_set_pid_open(), kernel/trace/trace_events.c. */
void file_empty(int dir, const char *name);

/*
 * Open, for reading, a file that another user may have chosen: only a regular
 * one, because opening a FIFO waits and opening a device may do something, and
 * none on FUSE, whose owner could have us wait for ever.  Returns a
 * descriptor, or -1 with errno.
 */
int file_open_regular(const char *path);

/* The same below another root ("": ours), whose symbolic links are followed
 * there (openat2, 5.6+; before that, below ours). */
int file_open_below(const char *root, const char *path);

/* Random bytes; without /dev/urandom, those of a clock again and again. */
void file_random(void *, size_t);

/* Does the file exist? */
bool file_exists(int dir, const char *name);

#endif
