/*
 * buf: bytes that grow.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL until something was added */
	size_t len, cap;
	bool failed; /* memory ran out: what was added since is missing */
};

/* Make room for n more bytes behind len; NULL (and failed set) without
 * memory.  The pointer is valid until the next call. */
char *buf_room(struct buf *, size_t n);

/* Append n bytes, one byte, a string. */
void buf_add(struct buf *, const void *, size_t n);
void buf_putc(struct buf *, char);
void buf_puts(struct buf *, const char *);

/* Append formatted text of fewer than 512 bytes (longer is cut). */
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Append what was built in field, shorter than 512 bytes, padded with blanks to
 * a width (on the right if that is negative), and a blank; empty the field. */
void buf_column(struct buf *, struct buf *field, int width);

/* Free the bytes; the buf can be used again. */
void buf_free(struct buf *);

#endif
