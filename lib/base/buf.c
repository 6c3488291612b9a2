/* Text that is built piece by piece, with one check for memory at the end. */
#include "base/buf.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_PRINTF 128 /* for most of what is formatted, at once */

char *
buf_room(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;
	char *p;

	while (cap - b->len < n)
		cap *= 2;
	if (cap != b->cap) {
		p = realloc(b->data, cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		b->data = p;
		b->cap = cap;
	}
	return b->data + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *p = buf_room(b, n);

	if (!p || !n)
		return;
	memcpy(p, bytes, n);
	b->len += n;
}

void
buf_putc(struct buf *b, char c)
{
	char *p = buf_room(b, 1);

	if (!p)
		return;
	*p = c;
	b->len++;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	char *p = buf_room(b, ROOM_PRINTF);
	va_list again;
	int n;

	if (!p)
		return;
	va_copy(again, ap);
	n = vsnprintf(p, b->cap - b->len, format, ap);
	if (n < 0)
		b->failed = true;
	else if ((size_t)n >= b->cap - b->len &&
	    (p = buf_room(b, (size_t)n + 1)))
		vsnprintf(p, (size_t)n + 1, format, again);
	if (n > 0 && p)
		b->len += (size_t)n;
	va_end(again);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}

int
buf_write(struct buf *b, int fd, bool (*writable)(void *, int fd), void *arg)
{
	size_t done = 0, len = b->len;

	if (b->failed) {
		errno = ENOMEM;
		return -1;
	}
	b->len = 0;
	while (done < len) {
		size_t left = len - done;
		ssize_t n;

		if (writable && !writable(arg, fd)) {
			errno = EINTR;
			return -1;
		}
		/* A descriptor that can be written takes PIPE_BUF, pipe(7). */
		n = write(fd, b->data + done,
		    writable && left > PIPE_BUF ? PIPE_BUF : left);
		if (n < 0 && errno != EINTR)
			return -1;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

void
buf_column(struct buf *b, struct buf *field, int width)
{
	size_t whole = (size_t)(width < 0 ? -width : width), len = field->len;
	size_t pad = len < whole ? whole - len : 0;
	char *p = field->failed ? NULL : buf_room(b, len + pad + 1);

	field->len = 0;
	b->failed |= field->failed;
	if (!p)
		return;
	memset(p, ' ', len + pad + 1);
	if (len)
		memcpy(p + (width > 0 ? pad : 0), field->data, len);
	b->len += len + pad + 1;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
