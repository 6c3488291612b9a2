/* Text that is built piece by piece, with one check for memory at the end. */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define ROOM_PRINTF 128		  /* for most of what is formatted, at once */
#define PTMX	    makedev(5, 2) /* Documentation/admin-guide/devices.txt */

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

/*
 * poll(2) promises room, but not enough for a write: a terminal has less, and
 * of a pipe another process may be the first to take it.  O_NONBLOCK belongs to
 * the open file, which the user's shell shares: so it is opened once more.
 * Returns a descriptor of the caller's, or -1: it is of another kind, or cannot
 * be, or that would make another terminal.
 */
static int
open_again(int fd)
{
	char path[32];
	struct stat st;

	if (fstat(fd, &st) != 0 || (!S_ISFIFO(st.st_mode) && !isatty(fd)) ||
	    st.st_rdev == PTMX)
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Write all while there is room for it.  Returns 0, or -1 with errno. */
static int
write_waiting(const struct buf *b, size_t len, int fd,
    bool (*writable)(void *, int fd), void *arg)
{
	size_t done = 0;

	while (done < len) {
		size_t left = len - done;
		ssize_t n;

		if (writable && !writable(arg, fd)) {
			errno = EINTR;
			return -1;
		}
		/* Of a pipe that is all or nothing: pipe(7). */
		n = write(fd, b->data + done,
		    writable && left > PIPE_BUF ? PIPE_BUF : left);
		if (n < 0 && errno == EAGAIN && writable)
			poll(NULL, 0, 1); /* some room, but too little */
		else if (n < 0 && errno != EINTR)
			return -1;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int
buf_write(struct buf *b, int fd, bool (*writable)(void *, int fd), void *arg)
{
	size_t len = b->len;
	int own, r, error;

	if (b->failed) {
		errno = ENOMEM;
		return -1;
	}
	b->len = 0;
	own = writable && len ? open_again(fd) : -1;
	r = write_waiting(b, len, own < 0 ? fd : own, writable, arg);
	error = errno;
	if (own >= 0)
		close(own);
	errno = error;
	return r;
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
