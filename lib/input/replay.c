/* A recording, or trace output: what it says, and which of it is asked for. */
#include "input/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/trace_text.h"
#include "input/record.h"
#include "input/replay_line.h"
#include "input/signals.h"

static int
not_a_trace(struct source *s)
{
	const char *name = s->request->input;
	const char *reader = replay_foreign(&s->bytes);

	if (reader)
		return error_set(&s->error,
		    "%s: neither a recording nor trace output (%s %s | %s -i "
		    "-)",
		    name, reader, name, program_invocation_short_name);
	return error_set(
	    &s->error, "%s: neither a recording nor trace output", name);
}

int
replay_open(struct source *s)
{
	const char *name = s->request->input;
	char *line;
	ssize_t n;

	s->root = s->request->pid;
	signal(SIGPIPE, SIG_IGN);
	s->in = strcmp(name, "-") == 0 ? STDIN_FILENO :
					 open(name, O_RDONLY | O_CLOEXEC);
	if (s->in < 0)
		return error_set(&s->error, "%s: %m", name);
	if (s->request->keep && writer_open(s) != 0)
		return -1;
	errno = 0;
	n = replay_line(s, &line);
	if (replay_foreign(&s->bytes))
		return not_a_trace(s);
	if (n < 0 && errno)
		return replay_failed(s);
	if (n < 0)
		return error_set(&s->error, "%s: empty", name);
	if ((size_t)n == strlen(RECORDING_MAGIC) &&
	    memcmp(line, RECORDING_MAGIC, (size_t)n) == 0)
		return 0;
	if (strncmp(line, "procsnoop-recording ", 20) == 0)
		return error_set(
		    &s->error, "%s: made by another version", name);
	/* Trace output has no first line of its own: give it back. */
	if (s->at > (size_t)n)
		line[n] = '\n';
	s->at = 0;
	s->line_number = 0;
	if (!text_detect(s->bytes.data, s->bytes.len))
		return not_a_trace(s);
	if (s->request->keep)
		return error_set(
		    &s->error, "%s: -k keeps recordings only", name);
	s->text = malloc(sizeof *s->text);
	if (!s->text)
		return error_memory(&s->error);
	text_init(s->text);
	return 0;
}

/* What the first look and the last one have, if they are from when tracing
 * began and ended. */
static void
note_machine(struct source *s, const struct event *e)
{
	if (e->ts <= s->armed) {
		s->machine[0] = e->machine;
		s->machine[0].outside = e->ts < s->armed;
	}
	s->machine[1] = e->machine;
	s->machine_ts = e->ts;
}

/* 1: an event; 0: the end; LINE_WAITS; LINE_END: error.text says what failed.
 */
static int
next_recorded(struct source *s, struct event *e)
{
	char *line;
	ssize_t n;
	int r;

	while ((n = replay_line(s, &line)) >= 0) {
		if (s->cut)
			break; /* written up to here, then killed */
		r = recording_parse(&s->recording, line, (size_t)n, e);
		s->wall_offset = s->recording.wall_offset;
		s->armed = s->recording.armed;
		if (!s->root)
			s->root = s->recording.root;
		if (r < 0)
			return error_set(&s->error, "%s: line %llu: %s",
			    s->request->input,
			    (unsigned long long)s->line_number,
			    s->recording.why);
		if (r > 0)
			return 1;
	}
	if (n == LINE_WAITS)
		return LINE_WAITS;
	if (s->recording.complete)
		s->ended = s->recording.end;
	s->truncated = !s->recording.complete;
	if (s->truncated || s->machine_ts < s->ended)
		s->machine[1].cpus = 0;
	s->machine[1].outside = s->machine_ts > s->ended;
	return 0;
}

static int
next_text(struct source *s, struct event *e)
{
	char *line;
	ssize_t n;

	struct text *t = s->text;

	if (t->again && text_parse(t, s->line_last, s->len_last, e) > 0)
		return 1;
	while ((n = replay_line(s, &line)) >= 0 || n == LINE_TOO_LONG) {
		if (n == LINE_TOO_LONG) {
			text_unparsed(t, ++t->lines, "longer than 1 MB");
			continue;
		}
		s->line_last = line;
		s->len_last = (size_t)n;
		if (text_parse(t, line, (size_t)n, e) > 0)
			return 1;
	}
	if (n == LINE_WAITS)
		return LINE_WAITS;
	text_end(t);
	s->output.unparsed = t->unparsed;
	s->output.first = t->first;
	s->output.why = t->why;
	s->output.unsorted = t->unsorted;
	s->output.no_tasks = !t->tasks;
	s->output.untimed = t->untimed;
	return 0;
}

/* A task that the text names, but does not begin. */
static int
introduce(struct source *s, int tid, int pid, bool perhaps, const char *comm)
{
	struct event e = { .type = EVENT_TASK,
		.tid = tid,
		.found = { .pid = pid,
		    .ppid = PPID_UNKNOWN,
		    .perhaps = perhaps },
		.args.argc = -1 };
	const struct task *known = tasks_find(&s->tasks, tid);

	if (known && known->epoch == s->tasks.epoch)
		return 0;
	memcpy(e.comm, comm, COMM_LEN);
	return tasks_apply(&s->tasks, &e);
}

/*
 * Trace output does not list what existed before.  An exec shows that its PID
 * is one, and the option record-tgid shows it of every task.  A fork shows a
 * task, and its name, which the child inherits: a process, or a thread of one.
 */
static int
replay_introduce(struct source *s, const struct event *e)
{
	static const char unknown[COMM_LEN];
	bool fork = e->type == EVENT_FORK;
	int tid = fork ? e->fork.parent : e->tid;
	int tgid = s->text->tid == tid ? s->text->tgid : 0;
	const char *comm = fork ? e->comm : unknown;

	if (e->type == EVENT_LOST || e->type == EVENT_STATUS)
		return 0;
	if (e->type == EVENT_EXEC || tid == 1)
		tgid = tid; /* the first process has no other thread's number */
	if (!tgid && !fork)
		return 0;
	if (tgid && tgid != tid &&
	    introduce(s, tgid, tgid, false, unknown) != 0)
		return -1;
	return introduce(s, tid, tgid ? tgid : tid, !tgid, comm);
}

/* Does it say what a task is, and nothing that the task did? */
static bool
is_description(const struct event *e)
{
	return e->type == EVENT_TASK || e->type == EVENT_CGROUP ||
	    e->type == EVENT_USER || e->type == EVENT_TRAIT;
}

/*
 * -p: the first process with that PID, which is listed before the first event,
 * or forked later.  Trace output has no list; a process may appear without a
 * fork.  Call it before the event is applied.
 */
static int
replay_choose(struct source *s, const struct event *e)
{
	struct event root = { .type = EVENT_TASK,
		.tid = s->root,
		.found = { .pid = s->root, .ppid = PPID_UNKNOWN },
		.args.argc = -1 };

	if (s->chosen || is_description(e))
		return 0;
	if (!tasks_find(&s->tasks, root.tid)) {
		if (e->tid != root.tid &&
		    (e->type != EVENT_FORK || e->fork.parent != root.tid))
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

/* A recording of a subtree has of all others only what they are, and execs and
 * names of those above it.  What begins later (-k, --rotate) does not have the
 * ancestors of all processes that existed then. */
static void
note_inside(struct source *s, const struct event *e)
{
	int tid = e->type == EVENT_FORK ? e->fork.parent : e->tid;
	struct task *p = tasks_find(&s->tasks, tid);
	struct task *leader = task_leader(&s->tasks, p);

	if (!p || p->start > s->armed || is_description(e) ||
	    e->type == EVENT_RENAME || s->root != s->recording.root ||
	    tasks_is_above(&s->tasks, p->pid, s->root))
		return;
	p->inside = true;
	if (leader)
		leader->inside = true;
}

enum source_result
replay_next(struct source *s, struct event *e)
{
	int r;

	do {
		errno = 0;
		r = s->text ? next_text(s, e) : next_recorded(s, e);
		if (r == 0 && errno)
			r = replay_failed(s);
		if (r == LINE_WAITS)
			return SOURCE_IDLE;
		if (r <= 0)
			return r < 0 ? SOURCE_ERROR : SOURCE_END;
		if (e->type == EVENT_MARK && e->ts >= s->armed) {
			tasks_report(&s->tasks, e);
			return SOURCE_EVENT;
		}
		writer_task(s, e);
		if (e->type == EVENT_MACHINE) {
			note_machine(s, e);
			return SOURCE_EVENT;
		}
		if (r > 0 && e->type == EVENT_STATUS &&
		    e->status.hint == HINT_GROUP)
			s->tasks.have_group_exit = true;
		if (e->type != EVENT_TASK && e->type != EVENT_CGROUP &&
		    e->type != EVENT_USER && e->type != EVENT_TRAIT &&
		    e->type != EVENT_LOST && !s->begun) {
			s->begun = true;
			tasks_forget_usage(&s->tasks, s->recording.root);
		}
		if (s->recording.root)
			note_inside(s, e);
		if ((s->root && replay_choose(s, e) != 0) ||
		    (s->text && replay_introduce(s, e) != 0) ||
		    tasks_apply(&s->tasks, e) != 0) {
			error_memory(&s->error);
			return SOURCE_ERROR;
		}
		if (e->type == EVENT_FORK && e->tid == s->root && !s->chosen)
			e->task.inside = true;
		if (e->type == EVENT_LOST && e->ts < s->armed)
			losses_count(&s->losses, e); /* else source_next does */
	} while (e->type == EVENT_STATUS || e->type == EVENT_RENAME ||
	    e->type == EVENT_WAIT || e->type == EVENT_CGROUP ||
	    e->type == EVENT_USER || e->type == EVENT_TRAIT ||
	    e->ts < s->armed ||
	    (e->type != EVENT_LOST && s->root && !e->task.inside));
	if (e->type != EVENT_TASK)
		s->ended = e->ts;
	if (e->untimed)
		e->task.start = s->tasks.end.task.start = 0;
	return SOURCE_EVENT;
}

void
replay_close(struct source *s)
{
	writer_end(s);
	if (s->in > STDIN_FILENO)
		close(s->in);
	buf_free(&s->line);
	buf_free(&s->bytes);
	free(s->text);
	tasks_free(&s->tasks);
}
