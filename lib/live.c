/* Live tracing, and the command of --. */
#include "live.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cmdline.h"
#include "proc.h"
#include "signals.h"
#include "writer.h"

#define FORK_WAIT_NS 1000000000u /* for the event of a fork */

/* So many events in a cycle of two sweeps are much. */
#define BUSY_EVENTS  16

static int
pass_on(struct source *s)
{
	memcpy(s->why, s->session.why, sizeof s->why);
	return -1;
}

/* ---- live ---- */

/* tasks' look: what it finds belongs into the recording, which has no /proc
 * of its own when it is replayed. */
static int
look(void *arg, int tid, struct event *e)
{
	struct source *s = arg;

	if (proc_look(tid, e) != 0)
		return -1;
	if (s->tasks.keep && e->tid == e->pid)
		cmdline_args(e);
	writer_record(s, e);
	return 0;
}

/* A record that came before tracing was armed: known, not shown. */
static void
learn(void *arg, struct event *e)
{
	struct source *s = arg;

	tasks_apply(&s->tasks, e);
	source_count(s, e);
}

/* Listed in /proc.  After a loss only who was there then, and is still; for
 * the others see verify in tasks.c. */
static int
learn_task(void *arg, const struct event *e)
{
	struct source *s = arg;
	struct event copy = *e;

	if (s->gap && e->start >= s->gap)
		return 0;
	if (s->tasks.keep && e->tid == e->pid)
		cmdline_args(&copy);
	if (s->gap)
		writer_task(s, &copy);
	learn(s, &copy);
	return 0;
}

/* List again after a loss; a storm of losses must not make us slower still. */
static void
repair(struct source *s)
{
	uint64_t begin = clock_boot();

	if (begin < s->repaired)
		return;
	proc_list(learn_task, s);
	s->gap = 0;
	s->repaired = clock_boot() + 3 * (clock_boot() - begin);
}

struct tid_list {
	int *tid;
	size_t count, room;
};

static void
collect_inside(void *arg, const struct event *e)
{
	struct tid_list *l = arg;
	size_t room = l->room ? l->room * 2 : 64;
	int *p;

	if (!e->inside)
		return;
	if (l->count == l->room) {
		p = realloc(l->tid, room * sizeof *p);
		if (!p)
			return;
		l->tid = p;
		l->room = room;
	}
	l->tid[l->count++] = e->tid;
}

/*
 * The subtree, also in the kernel: a task that is told to it has its own
 * children followed, and those begun before are found by listing again,
 * until a listing finds no new one.
 */
static void
choose(struct source *s)
{
	struct tid_list l = { 0 };
	size_t before;

	tasks_choose(&s->tasks, s->root);
	do {
		before = l.count;
		l.count = 0;
		tasks_each(&s->tasks, collect_inside, &l);
		if (l.count == before || l.count == 0 ||
		    session_filter(&s->session, l.tid, l.count) != 0)
			break;
		proc_list(learn_task, s);
		tasks_choose(&s->tasks, s->root);
	} while (1);
	free(l.tid);
}

/* In the child: all as we were given it. */
static void
prepare_command(void)
{
	signals_of_command();
	reader_restore_limit();
}

/* Fork the command, and learn of it from its own event, so that all of its
 * life is known. */
static int
begin_command(struct source *s)
{
	uint64_t begin = clock_session(&s->session);
	uint64_t end = clock_boot() + FORK_WAIT_NS;
	const struct task *p;
	struct event e;

	if (command_start(&s->command, s->opt->command, prepare_command) != 0)
		return why_set(s->why, "fork: %m");
	do {
		if (session_sweep(&s->session) < 0)
			return pass_on(s);
		while (session_next(&s->session, &e))
			learn(s, &e);
		reader_wait(&s->session.reader, SESSION_STEP_NS, NULL);
		p = tasks_find(&s->tasks, s->command.pid);
	} while ((!p || p->start < begin) && clock_boot() < end);
	if ((!p || p->start < begin) && proc_look(s->command.pid, &e) == 0)
		learn(s, &e);
	session_armed(&s->session);
	return 0;
}

int
live_open(struct source *s, const struct session_options *sopt)
{
	const struct options *opt = s->opt;

	s->live = true;
	if (opt->pid && kill(opt->pid, 0) != 0 && errno == ESRCH)
		return why_set(s->why, "pid %d: %m", opt->pid);
	signals_begin();
	if (writer_open(s) != 0)
		return -1;
	if (session_open(&s->session, sopt) != 0)
		return pass_on(s);
	/* Armed first, listed then: who is not in the list is in the events. */
	if (proc_list(learn_task, s) != 0)
		return why_set(s->why, "/proc: %m");
	if (session_arm(&s->session, learn, s) != 0)
		return pass_on(s);
	s->tasks.look = look;
	s->tasks.look_arg = s;
	s->wall_offset = clock_wall_offset();
	s->tasks.groups = s->session.groups;
	if (opt->command && begin_command(s) != 0)
		return -1;
	if (s->gap)
		repair(s);
	s->root = opt->pid ? opt->pid : s->command.pid;
	s->armed = s->session.armed;
	if (s->root)
		choose(s);
	tasks_forget_usage(&s->tasks, s->command.pid);
	if (opt->duration)
		s->deadline = clock_boot() + opt->duration;
	return writer_begin(s);
}

/* A record in time order: complete it and say whether it is to be shown. */
static int
take(struct source *s, struct event *e)
{
	struct event raw = *e;

	if (s->deadline && e->ts > s->deadline && e->type != EVENT_LOST)
		return 0;
	if (s->gap && e->type != EVENT_LOST)
		repair(s);
	if (tasks_apply(&s->tasks, e) != 0)
		return why_memory(s->why);
	if (e->type == EVENT_STATUS || e->type == EVENT_CGROUP)
		return 0;
	if (e->type == EVENT_LOST)
		return writer_record(s, &raw) == 0 ? 1 : -1;
	session_learn(&s->session, e);
	if (s->root && !e->inside)
		return 0;
	if (e->type == EVENT_EXIT)
		tasks_tell(&s->tasks, e, &raw);
	if (writer_record(s, &raw) != 0)
		return -1;
	return e->ts >= s->session.armed;
}

void
live_stop(struct source *s)
{
	if (!s->over) {
		session_stop(&s->session);
		s->ended = clock_boot();
	}
	s->over = true;
}

/* What asks to end: a signal, the time, the command. */
static void
look_around(struct source *s)
{
	signals_poll();
	/* A terminal has told the command itself. */
	if (signals_caught && signals_from_user && !s->over)
		command_signal(&s->command, signals_caught);
	/* See how it takes it; the second one ends us, too. */
	if (signals_caught && s->command.pid && !s->signalled &&
	    !command_ended(&s->command)) {
		s->signalled = true;
		signals_caught = 0;
	}
	if (signals_caught || command_ended(&s->command) ||
	    (s->deadline && clock_boot() >= s->deadline))
		live_stop(s);
}

static uint64_t
patience(const struct source *s)
{
	uint64_t now = s->deadline ? clock_boot() : 0;
	uint64_t ns = s->tick ? s->tick : UINT64_MAX;

	if (!s->deadline)
		return ns;
	now = now < s->deadline ? s->deadline - now : 0;
	return now < ns ? now : ns;
}

/* A pipe that is full and a terminal that is stopped must not keep us from
 * ending: signals are blocked but while we wait. */
bool
live_writable(struct source *s, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int r;

	do {
		uint64_t ns = signals_caught ? 1000000000u :
		    s->deadline		     ? patience(s) :
					       UINT64_MAX;
		struct timespec t = { (time_t)(ns / 1000000000u),
			(long)(ns % 1000000000u) };

		if (ns == 0)
			live_stop(s); /* -d: the rest is only written */
		r = ppoll(&p, 1, ns == 0 || ns == UINT64_MAX ? NULL : &t,
		    &signals_while_waiting);
	} while (r <= 0 && !signals_caught);
	return r > 0;
}

/* Sweep once more, after a wait if it is time for one.  Returns SOURCE_EVENT
 * to go on. */
static enum source_result
advance(struct source *s)
{
	bool busy = s->cycle >= BUSY_EVENTS && s->sweeps >= 2;

	if (s->swept == 0 && s->over)
		return SOURCE_END;
	if ((s->swept == 0 || busy) && !s->idle) {
		s->idle = true;
		return SOURCE_IDLE;
	}
	if ((s->swept == 0 || busy) && !s->over) {
		session_wait(
		    &s->session, busy, patience(s), &signals_while_waiting);
		s->cycle = s->sweeps = 0;
		s->idle = false;
	}
	look_around(s);
	s->swept = session_sweep(&s->session);
	if (s->swept < 0) {
		pass_on(s);
		return SOURCE_ERROR;
	}
	s->cycle += s->swept;
	s->sweeps++;
	return SOURCE_EVENT;
}

/* A loss at the very end has no page behind it that would tell. */
static bool
last_loss(struct source *s, struct event *e)
{
	uint64_t untold = s->counted ? 0 : session_untold(&s->session);

	s->counted = true;
	s->lost_some |= s->session.reader.corrupt > 0;
	*e = (struct event){ .type = EVENT_LOST,
		.ts = clock_boot(),
		.cpu = -1,
		.lost = untold };
	return untold > 0;
}

enum source_result
live_next(struct source *s, struct event *e)
{
	enum source_result r;
	int shown;

	for (;;) {
		while (session_next(&s->session, e)) {
			shown = take(s, e);
			if (shown)
				return shown < 0 ? SOURCE_ERROR : SOURCE_EVENT;
		}
		r = advance(s);
		if (r == SOURCE_END && last_loss(s, e))
			return take(s, e) < 0 ? SOURCE_ERROR : SOURCE_EVENT;
		if (r != SOURCE_EVENT)
			return r;
	}
}

int
live_close(struct source *s)
{
	int r = writer_close(s, s->over);

	command_cancel(&s->command);
	if (session_close(&s->session) != 0)
		r = pass_on(s);
	signals_end();
	command_wait(&s->command);
	tasks_free(&s->tasks);
	buf_free(&s->line);
	return r;
}
