#include "writer.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_AT 4096 /* less is written, and lost with us, together */

/* Returns 0, -1 with s->why. */
static int
flush_lines(struct source *s)
{
	return buf_write(&s->line, s->out) != 0 ?
	    why_set(s->why, "%s: %m", s->opt->output) :
	    0;
}

void
writer_task(void *arg, const struct event *e)
{
	writer_record(arg, e);
}

int
writer_record(struct source *s, const struct event *e)
{
	if (s->out < 0 || !s->writing)
		return 0;
	recording_write(&s->line, e);
	return s->line.failed || s->line.len >= FLUSH_AT ? flush_lines(s) : 0;
}

int
writer_open(struct source *s)
{
	struct stat st;
	int fd;

	if (!s->opt->output)
		return 0;
	if (strcmp(s->opt->output, "-") == 0)
		return why_set(s->why, "-w -: standard output is taken");
	fd = open(
	    s->opt->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		fchmod(fd, 0600);
	if (fd < 0)
		return why_set(s->why, "%s: %m", s->opt->output);
	s->out = fd;
	return 0;
}

int
writer_close(struct source *s, bool complete)
{
	int r = 0;

	if (s->out < 0)
		return 0;
	if (complete)
		recording_end(&s->line, s->ended);
	r = flush_lines(s);
	if (close(s->out) != 0)
		r = why_set(s->why, "%s: %m", s->opt->output);
	s->out = -1;
	return r;
}

int
writer_begin(struct source *s)
{
	if (s->out < 0)
		return 0;
	s->writing = true;
	recording_begin(&s->line, s->wall_offset, s->session.armed);
	if (s->root)
		recording_root(&s->line, s->root);
	tasks_each(&s->tasks, writer_task, s);
	return flush_lines(s);
}
