/*
 * Output must not keep a live trace from ending: a signal ends the wait for a
 * full pipe or a stopped terminal.
 */
#include "cli/sink.h"

#include <errno.h>
#include <unistd.h>

#include "cli/message.h"
#include "input/source.h"

#define FLUSH_AT (32 << 10)

static bool
sink_writable(void *source, int fd)
{
	return source_writable(source, fd);
}

int
sink_flush(struct sink *sink, struct buf *b)
{
	const char *name = sink->fd ? "output file" : "standard output";

	if (buf_write(b, sink->fd ? sink->fd : STDOUT_FILENO,
		sink->source ? sink_writable : NULL, sink->source) == 0)
		return 0;
	if (errno == EPIPE)
		return -1;
	if (errno == EINTR) {
		complain(
		    "%s: interrupted while nothing reads it: incomplete", name);
		errno = EPIPE;
		return -1;
	}
	if (b->failed)
		complain("%m");
	else
		complain("%s: %m", name);
	errno = EIO; /* whatever became of that */
	return -1;
}

int
sink_flush_some(struct sink *sink, struct buf *b)
{
	return b->len > FLUSH_AT || b->failed ? sink_flush(sink, b) : 0;
}
