/* What a live trace needs to be replayed is written while it runs. */
#include "input/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output.h"
#include "input/cgroup_lookup.h"

#define FLUSH_AT 4096 /* bytes are written together, and lost if killed */

/* Returns -1 with an error. */
static int
give_up(struct source *s, const char *reason)
{
	s->write_failed = true;
	s->unread = s->request->stream && errno == EPIPE;
	return error_set(&s->error, "%s: %s: the recording is incomplete",
	    s->request->output, reason);
}

static bool
writer_writable(void *arg, int fd)
{
	struct source *s = arg;

	return s->writable(s, fd);
}

/* A pipe that nothing reads must not keep a signal off.  Returns 0, or -1 with
 * an error. */
static int
flush_lines(struct source *s)
{
	if (buf_write(&s->line, s->out, writer_writable, s) == 0)
		return 0;
	return give_up(s,
	    errno == EINTR ? "interrupted while nothing reads it" :
			     strerror(errno));
}

int
writer_report(struct source *s)
{
	if (!s->write_failed)
		return 0;
	close(s->out);
	s->out = -1;
	s->write_failed = false;
	return -1;
}

void
writer_task(void *arg, const struct event *e)
{
	struct source *s = arg;

	if (s->out < 0 || !s->writing || s->write_failed)
		return;
	recording_write(&s->line, e);
	if (s->line.failed || s->line.len >= FLUSH_AT)
		flush_lines(s);
}

int
writer_record(struct source *s, const struct event *e)
{
	writer_task(s, e);
	return writer_report(s);
}

void
writer_machine(struct source *s, uint64_t ts, const struct event_machine *m)
{
	struct event e = { .type = EVENT_MACHINE, .ts = ts, .machine = *m };

	if (m->cpus)
		writer_task(s, &e);
}

int
writer_open(struct source *s)
{
	struct stat st;

	if (!s->request->output)
		return 0;
	if (s->request->stream) {
		if (isatty(STDOUT_FILENO))
			return error_set(
			    &s->error, "-w -: standard output is a terminal");
		s->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
		return s->out < 0 ? error_set(&s->error, "-w -: %m") : 0;
	}
	s->out = output_open(s->request->output, &s->error);
	if (s->out < 0)
		return -1;
	if (fstat(s->out, &st) == 0 && S_ISREG(st.st_mode))
		fchmod(s->out, 0600);
	return 0;
}

int
writer_idle(struct source *s)
{
	if (s->out < 0 || !s->writing || !s->request->stream || s->write_failed)
		return 0;
	flush_lines(s);
	return writer_report(s);
}

int
writer_close(struct source *s, bool complete)
{
	int r = 0;

	if (s->out < 0)
		return 0;
	if (complete) {
		writer_machine(s, s->ended, &s->machine[1]);
		recording_end(&s->line, s->ended);
	}
	if (!s->write_failed)
		flush_lines(s);
	if (writer_report(s) != 0)
		return -1;
	if (close(s->out) != 0)
		r = error_set(&s->error, "%s: %m", s->request->output);
	s->out = -1;
	return r;
}

/* Of tasks_each. */
static void
write_known(void *arg, const struct event *e)
{
	struct source *s = arg;

	writer_task(s, e);
	if (s->request->cgroups)
		s->request->cgroups->record(s, e->tid);
}

/* The user of a task, if it is known. */
static void
writer_user(void *arg, const struct event *e)
{
	const struct source *s = arg;
	struct event user = { .type = EVENT_USER,
		.ts = s->session.armed,
		.tid = e->tid,
		.user = e->task.user };

	if (user.user.known)
		writer_task(arg, &user);
}

int
writer_begin(struct source *s)
{
	struct event lost = { .type = EVENT_LOST,
		.ts = s->losses.last,
		.cpu = -1,
		.lost.count = s->losses.events };

	if (s->out < 0)
		return 0;
	s->writing = true;
	recording_begin(&s->line, s->wall_offset, s->session.armed);
	if (s->root)
		recording_root(&s->line, s->root);
	/* While arming; the tasks below are from after it. */
	if (s->losses.events)
		recording_write(&s->line, &lost);
	lost.lost.count = 0;
	if (s->losses.uncounted)
		recording_write(&s->line, &lost);
	tasks_each(&s->tasks, write_known, s);
	tasks_each(&s->tasks, writer_user, s);
	writer_machine(s, s->armed, &s->machine[0]);
	if (!s->write_failed)
		flush_lines(s);
	return writer_report(s);
}
