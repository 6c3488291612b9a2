#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int
flush_line(struct source *s)
{
	bool bad = s->line.failed ||
	    fwrite(s->line.data, 1, s->line.len, s->out) != s->line.len;

	s->line.len = 0;
	return bad ?
	    why_set(s->why, "%s: %s", s->opt->output, strerror(errno)) :
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
	if (!s->out || !s->writing)
		return 0;
	recording_write(&s->line, e);
	return flush_line(s);
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
	s->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!s->out)
		return why_set(
		    s->why, "%s: %s", s->opt->output, strerror(errno));
	return 0;
}

int
writer_close(struct source *s, bool complete)
{
	int r = 0;

	if (!s->out)
		return 0;
	if (complete)
		recording_end(&s->line, s->ended);
	r = flush_line(s);
	if (fclose(s->out) != 0)
		r = why_set(s->why, "%s: %s", s->opt->output, strerror(errno));
	s->out = NULL;
	return r;
}

int
writer_begin(struct source *s)
{
	if (!s->out)
		return 0;
	s->writing = true;
	recording_begin(&s->line, s->wall_offset, s->session.armed);
	if (s->root)
		recording_root(&s->line, s->root);
	tasks_each(&s->tasks, writer_task, s);
	return flush_line(s);
}
