#include "buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fmt.h"

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
	buf_add(b, &c, 1);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	char text[512], *p;
	size_t n = (size_t)fmt_vprint(text, sizeof text, format, ap);

	if (n < sizeof text)
		buf_add(b, text, n);
	else if ((p = buf_room(b, n + 1))) {
		fmt_vprint(p, n + 1, format, ap);
		b->len += n;
	}
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
buf_write(struct buf *b, int fd)
{
	size_t done = 0;

	if (b->failed) {
		errno = ENOMEM;
		return -1;
	}
	while (done < b->len) {
		ssize_t n = write(fd, b->data + done, b->len - done);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			done += (size_t)n;
	}
	done = b->len - done;
	b->len = 0;
	return done ? -1 : 0;
}

void
buf_column(struct buf *b, struct buf *field, int width)
{
	buf_putc(field, '\0');
	if (field->failed)
		b->failed = true;
	else
		buf_printf(b, "%*s ", width, field->data);
	field->len = 0;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
