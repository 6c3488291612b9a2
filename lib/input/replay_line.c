/* A file is read as a stream: it may come from a pipe, and wait. */
#include "input/replay_line.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"

#define READ_SIZE 65536
#define TEXT_MB	  1  /* the longest line of trace output */
#define LINE_MB	  16 /* and of a recording */

/* In MB: the first line of a recording is a short one. */
static int
line_longest(const struct source *s)
{
	return s->text || !s->line_number ? TEXT_MB : LINE_MB;
}

ssize_t
replay_line(struct source *s, char **line)
{
	struct buf *b = &s->bytes;
	size_t seen = s->at;
	bool skipped;
	ssize_t n;
	char *p;

	for (;;) {
		p = b->len > seen ?
		    memchr(b->data + seen, '\n', b->len - seen) :
		    NULL;
		if (p || (s->eof && b->len > s->at))
			break;
		if (s->eof)
			return LINE_END;
		if (!s->waits && s->line_number) {
			s->waits = true;
			return LINE_WAITS;
		}
		if (s->at)
			memmove(b->data, b->data + s->at, b->len - s->at);
		b->len -= s->at;
		s->at = 0;
		seen = b->len;
		if (b->len > (size_t)line_longest(s) << 20) {
			errno = EMSGSIZE;
			if (!s->text)
				return LINE_END;
			s->skipping = true;
		}
		if (s->skipping)
			seen = b->len = 0;
		if (!buf_room(b, READ_SIZE + 1))
			return LINE_END;
		n = read(s->in, b->data + b->len, READ_SIZE);
		if (n < 0)
			return LINE_END;
		b->len += (size_t)n;
		s->eof = n == 0;
	}
	s->waits = false;
	s->line_number++;
	*line = b->data + s->at;
	s->cut = !p;
	if (!p)
		p = b->data + b->len;
	*p = '\0';
	s->at = (size_t)(p - b->data) + (b->data + b->len > p);
	skipped = s->skipping;
	s->skipping = false;
	return skipped ? LINE_TOO_LONG : p - *line;
}

int
replay_failed(struct source *s)
{
	if (errno == EMSGSIZE)
		return error_set(&s->error, "%s: line %llu: longer than %d MB",
		    s->request->input, (unsigned long long)s->line_number + 1,
		    line_longest(s));
	return error_set(&s->error, "%s: %m%s", s->request->input,
	    errno == EISDIR ? " (a file in it is expected)" : "");
}

const char *
replay_foreign(const struct buf *b)
{
	static const struct {
		const char *magic, *reader;
	} formats[] = {
		{ "\037\213", "zcat" }, { "\050\265\057\375", "zstdcat" },
		{ "\3757zXZ", "xzcat" }, { "BZh", "bzcat" },
		{ "\004\042\115\030", "lz4cat" },
		{ "\027\010\104tracing",
		    "trace-cmd report -i" },	  /* trace.dat(5) */
		{ "PERFILE2", "perf script -i" }, /* tools/perf/util/header.c */
	};

	for (size_t i = 0; i < COUNT(formats); i++) {
		size_t n = strlen(formats[i].magic);

		if (b->len >= n && memcmp(b->data, formats[i].magic, n) == 0)
			return formats[i].reader;
	}
	return NULL;
}
