#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define READ_SIZE 65536

enum { LINE_WAITS = -2, LINE_END = -1 };

/*
 * The next line, without its newline but with a NUL behind it, in the bytes
 * read.  Returns its length, LINE_END, or LINE_WAITS (once) when the next
 * read may have to wait for whoever writes to us.
 */
static ssize_t
read_line(struct source *s, char **line)
{
	struct buf *b = &s->bytes;
	size_t seen = s->at;
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
	return p - *line;
}

int
replay_open(struct source *s)
{
	const char *name = s->opt->input;
	char *line;
	ssize_t n;

	s->root = s->opt->pid;
	signal(SIGPIPE, SIG_IGN);
	s->in = strcmp(name, "-") == 0 ? STDIN_FILENO :
					 open(name, O_RDONLY | O_CLOEXEC);
	errno = s->in < 0 ? errno : 0;
	if (s->in < 0 || (n = read_line(s, &line)) < 0)
		return why_set(
		    s->why, "%s: %s", name, errno ? strerror(errno) : "empty");
	if ((size_t)n == strlen(RECORDING_MAGIC) &&
	    memcmp(line, RECORDING_MAGIC, (size_t)n) == 0)
		return 0;
	if (strncmp(line, "procsnoop-recording ", 20) == 0)
		return why_set(s->why, "%s: made by another version", name);
	/* Kernel text has no first line of its own: give it back. */
	if (s->at > (size_t)n)
		line[n] = '\n';
	s->at = 0;
	s->line_number = 0;
	if (!text_detect(s->bytes.data, s->bytes.len))
		return why_set(s->why,
		    "%s: neither a recording nor kernel trace text", name);
	s->text = malloc(sizeof *s->text);
	if (!s->text)
		return why_memory(s->why);
	text_init(s->text);
	return 0;
}

/* 1: an event; 0: the end; LINE_WAITS; LINE_END: why says what failed. */
static int
next_recorded(struct source *s, struct event *e)
{
	char *line;
	ssize_t n;
	int r;

	while ((n = read_line(s, &line)) >= 0) {
		if (s->cut)
			break; /* written up to here, then killed */
		r = recording_parse(&s->recording, line, (size_t)n, e);
		s->wall_offset = s->recording.wall_offset;
		s->armed = s->recording.armed;
		if (!s->root)
			s->root = s->recording.root;
		if (r < 0)
			return why_set(s->why, "%s: line %llu: %s",
			    s->opt->input, (unsigned long long)s->line_number,
			    s->recording.why);
		if (r > 0)
			return 1;
	}
	if (n == LINE_WAITS)
		return LINE_WAITS;
	if (s->recording.ended)
		s->ended = s->recording.end;
	s->truncated = !s->recording.ended;
	return 0;
}

static int
next_text(struct source *s, struct event *e)
{
	char *line;
	ssize_t n;

	while ((n = read_line(s, &line)) >= 0)
		if (text_parse(s->text, line, (size_t)n, e) > 0)
			return 1;
	if (n == LINE_WAITS)
		return LINE_WAITS;
	s->unparsed = s->text->unparsed;
	return 0;
}

/*
 * -p: the first process of that number: of the baseline, which is complete
 * when the first event comes, or forked later.  Text has no baseline; there
 * the process may just be there.  To be called before the event is applied.
 */
static int
choose(struct source *s, const struct event *e)
{
	struct event root = { .type = EVENT_TASK,
		.tid = s->root,
		.pid = s->root,
		.ppid = PPID_UNKNOWN,
		.args.argc = -1 };

	if (s->chosen || e->type == EVENT_TASK)
		return 0;
	if (!tasks_find(&s->tasks, root.tid)) {
		if (e->tid != root.tid && e->ppid != root.tid)
			return 0;
		if (e->type == EVENT_FORK && e->tid == root.tid)
			return 0; /* the next event finds it */
		if (tasks_apply(&s->tasks, &root) != 0)
			return -1;
	}
	s->chosen = true;
	tasks_choose(&s->tasks, root.tid);
	return 0;
}

enum source_result
replay_next(struct source *s, struct event *e)
{
	int r;

	do {
		errno = 0;
		r = s->text ? next_text(s, e) : next_recorded(s, e);
		if (r == 0 && errno)
			r = why_set(s->why, "%s: %m", s->opt->input);
		if (r <= 0)
			return r == LINE_WAITS ? SOURCE_IDLE :
			    r == 0	       ? SOURCE_END :
						 SOURCE_ERROR;
		if (r > 0 && e->type == EVENT_STATUS && e->sign == SIGN_GROUP)
			s->tasks.groups = true;
		if (e->type != EVENT_TASK && !s->begun) {
			s->begun = true;
			tasks_forget_usage(&s->tasks, s->recording.root);
		}
		if ((s->root && choose(s, e) != 0) ||
		    tasks_apply(&s->tasks, e) != 0) {
			why_memory(s->why);
			return SOURCE_ERROR;
		}
		if (e->type == EVENT_FORK && e->tid == s->root && !s->chosen)
			e->inside = true;
	} while (e->type == EVENT_STATUS ||
	    (e->type != EVENT_LOST &&
		((s->root && !e->inside) || e->ts < s->armed)));
	if (e->type != EVENT_TASK)
		s->ended = e->ts;
	return SOURCE_EVENT;
}

void
replay_close(struct source *s)
{
	if (s->in > STDIN_FILENO)
		close(s->in);
	buf_free(&s->bytes);
	free(s->text);
	tasks_free(&s->tasks);
}
