/*
 * buf: bytes that grow.
 */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL until something was added */
	size_t len, cap;
	bool failed; /* memory ran out: what was added since is missing */
};

/* Make room for n more bytes after len; NULL (and failed set) without
 * memory.  The pointer is valid until the next call. */
char *buf_room(struct buf *, size_t n);

/* Append n bytes, one byte, a string. */
void buf_add(struct buf *, const void *, size_t n);
void buf_putc(struct buf *, char);
void buf_puts(struct buf *, const char *);

/* Append text formatted as by printf(3). */
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

/* Write all to a descriptor, and empty it.  writable, if not NULL, waits until
 * that can be written, or returns false: give up.  Returns 0, or -1 with errno:
 * ENOMEM if the buf failed before, EINTR if it was given up, else why write(2)
 * failed. */
int
buf_write(struct buf *, int fd, bool (*writable)(void *, int fd), void *arg);

/* Append what was built in field, padded with blanks to a width (on the right
 * if that is negative), and a blank; empty the field. */
void buf_column(struct buf *, struct buf *field, int width);

/* Free the bytes; the buf can be used again. */
void buf_free(struct buf *);

#endif
