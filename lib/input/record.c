/* What a live trace needs to be replayed is written while it runs. */
#include "input/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output.h"
#include "input/cgroup_lookup.h"
#include "input/recorder.h"

#define FLUSH_AT 4096 /* bytes are written together, and lost if killed */

/* Returns -1 with an error. */
static int
give_up(struct source *s, const char *reason)
{
	s->write_failed = true;
	s->unread = s->request->stream && errno == EPIPE;
	return error_set(&s->error, "%s: %s: %s", s->request->output, reason,
	    s->request->keep ? "not written" : "the recording is incomplete");
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
	s->written += s->line.len;
	if (buf_write(
		&s->line, s->out, s->writable ? writer_writable : NULL, s) == 0)
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

	if (s->keep && s->writing) {
		s->request->recorder->event(s, e);
		return;
	}
	if (s->out < 0 || !s->writing || s->write_failed)
		return;
	recording_write(&s->line, e);
	if (s->line.failed || s->line.len >= FLUSH_AT)
		flush_lines(s);
}

int
writer_record(struct source *s, const struct event *e)
{
	const struct recorder *r = s->request->recorder;

	writer_task(s, e);
	if (r && r->written && r->written(s, e) != 0)
		return -1;
	return writer_report(s);
}

void
writer_traits(struct source *s, const struct event *e)
{
	struct event traits = {
		.type = EVENT_TRAIT, .ts = e->ts, .tid = e->tid
	};

	if (!e->task.traits)
		return;
	memcpy(traits.trait.text, e->task.traits, sizeof traits.trait.text);
	writer_task(s, &traits);
}

void
writer_mark(struct source *s, uint64_t ts, const char *line)
{
	struct event e = { .type = EVENT_MARK, .ts = ts, .path = line };

	if (s->keep)
		writer_task(s, &e);
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
	const struct request *q = s->request;
	struct stat st;

	if (!q->output)
		return 0;
	if (q->recorder)
		return q->recorder->open(s);
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
	if (s->request->recorder && s->request->recorder->idle(s) != 0)
		return -1;
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

/* Of tasks_each: a task under its present name, but not one that may have ended
 * in a gap. */
static void
write_known(void *arg, const struct event *e)
{
	struct source *s = arg;
	const struct task *p = tasks_find(&s->tasks, e->tid);
	struct event now = *e;

	if (p->epoch != s->tasks.epoch)
		return;
	memcpy(now.comm, p->name, COMM_LEN);
	writer_task(s, &now);
	if (s->request->cgroups)
		s->request->cgroups->record(s, e->tid);
}

/* The user of a task, if it is known. */
static void
writer_user(void *arg, const struct event *e)
{
	const struct source *s = arg;
	struct event user = { .type = EVENT_USER,
		.ts = s->from,
		.tid = e->tid,
		.user = e->task.user };

	if (user.user.known)
		writer_task(arg, &user);
}

void
writer_known(struct source *s)
{
	tasks_each(&s->tasks, write_known, s);
	tasks_each(&s->tasks, writer_user, s);
}

/* Events that were lost while arming; the tasks that follow are from after
 * it. */
static void
put_losses(struct source *s)
{
	struct event lost = { .type = EVENT_LOST,
		.ts = s->losses.last,
		.cpu = -1,
		.lost.count = s->losses.events };

	if (s->losses.events)
		recording_write(&s->line, &lost);
	lost.lost.count = 0;
	if (s->losses.uncounted)
		recording_write(&s->line, &lost);
}

/* The first lines. */
static void
put_first(struct source *s, uint64_t from)
{
	int root = s->in < 0 ? s->root : s->recording.root;

	s->from = from;
	recording_begin(&s->line, s->wall_offset, from);
	if (root)
		recording_root(&s->line, root);
}

int
writer_head(struct source *s, uint64_t from)
{
	struct event lost = { .type = EVENT_LOST,
		.ts = from,
		.cpu = -1,
		.lost.until = s->tasks.until };

	put_first(s, from);
	/* It begins in a gap. */
	if (s->tasks.until > from)
		recording_write(&s->line, &lost);
	writer_known(s);
	if (!s->write_failed)
		flush_lines(s);
	s->written = 0;
	return writer_report(s);
}

int
writer_flush(struct source *s)
{
	flush_lines(s);
	return writer_report(s);
}

void
writer_end(struct source *s)
{
	if (s->request->recorder && s->request->recorder->close)
		s->request->recorder->close(s);
}

int
writer_begin(struct source *s)
{
	if (s->keep)
		s->request->recorder->begin(s);
	if (s->out < 0)
		return 0;
	s->writing = true;
	put_first(s, s->armed);
	put_losses(s);
	writer_known(s);
	writer_machine(s, s->armed, &s->machine[0]);
	if (!s->write_failed)
		flush_lines(s);
	s->written = 0;
	return writer_report(s);
}
