/* --rotate: recordings that follow each other, each beginning with what lives
 * when the one before it ends. */
#include <errno.h>
#include <unistd.h>

#include "base/numbered.h"
#include "base/units.h"
#include "input/record.h"
#include "input/recorder.h"

static int
rotate_open(struct source *s)
{
	const struct request *q = s->request;
	int n;

	s->soon = q->rotate < NS_PER_S ? q->rotate : NS_PER_S;
	s->out = numbered_next(q->output, false, q->files, &n, &s->error);
	return s->out < 0 ? -1 : 0;
}

/* Is the file long enough at that time?  Not in a gap, after which it is not
 * yet known what lives. */
static bool
is_full(const struct source *s, uint64_t ts)
{
	const struct request *q = s->request;

	return s->out >= 0 && s->writing && !s->write_failed &&
	    !s->losses.gap &&
	    ((q->rotate_size && s->written + s->line.len >= q->rotate_size) ||
		(q->rotate && ts >= s->from + q->rotate));
}

/* The file ends at that time, and the next one begins. */
static int
rotate(struct source *s, uint64_t ts)
{
	recording_end(&s->line, ts);
	if (writer_flush(s) != 0)
		return -1;
	if (close(s->out) != 0) {
		s->out = -1;
		return error_set(&s->error, "%s: %m", s->request->output);
	}
	return rotate_open(s) == 0 ? writer_head(s, ts) : -1;
}

/* What lives is in the table, up to that event and no later one. */
static int
rotate_written(struct source *s, const struct event *e)
{
	bool last = e->type == EVENT_FORK || e->type == EVENT_EXEC ||
	    e->type == EVENT_EXIT;

	return last && is_full(s, e->ts) ? rotate(s, e->ts) : 0;
}

static int
rotate_idle(struct source *s)
{
	uint64_t taken = session_taken(&s->session);

	if (s->over || !s->request->rotate || !is_full(s, taken))
		return 0;
	return rotate(s, taken);
}

const struct recorder rotate_recorder = {
	.open = rotate_open, .written = rotate_written, .idle = rotate_idle
};
