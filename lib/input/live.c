/* A live trace: what exists, what happens, the command of --, and the end. */
#include "input/live.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/arm.h"
#include "trace/arm_method.h"
#include "kernel/machine.h"
#include "kernel/proc.h"
#include "kernel/proc_task.h"
#include "input/cgroup_lookup.h"
#include "input/existing.h"
#include "input/signals.h"
#include "input/record.h"

#define NS_PER_S     1000000000u
#define FORK_WAIT_NS NS_PER_S	    /* for the event of a fork */
#define GIVE_UP_NS   (NS_PER_S / 2) /* for what waits to be written */
#define SIGNALS_NS   10000000u	    /* how often to let signals in, at least */
#define SWEEPS_MAX   2		    /* without a look at anything else */

static int
pass_on(struct source *s)
{
	s->error = s->session.error;
	return -1;
}

/* In the child: restore what the tool was started with. */
static void
prepare_command(void)
{
	signals_of_command();
	reader_restore_limit();
}

/* The same, if standard output is the recording. */
static void
prepare_beside_stream(void)
{
	prepare_command();
	dup2(STDERR_FILENO, STDOUT_FILENO);
}

/* Read events up to the fork of the command, which has its PID.  Returns 1, 0
 * if it was not seen, or -1 with an error. */
static int
await_command(struct source *s, uint64_t begin)
{
	uint64_t end = clock_boot() + FORK_WAIT_NS;
	const struct task *p;
	struct event e;

	do {
		if (session_sweep(&s->session) < 0)
			return pass_on(s);
		while (session_next(&s->session, &e)) {
			existing_apply(s, &e);
			if (session_is_child(&s->session, &e) && e.ts >= begin)
				s->child = e.tid;
		}
		reader_wait(&s->session.reader, SESSION_STEP_NS, NULL);
		p = s->child ? tasks_find(&s->tasks, s->child) : NULL;
	} while ((!p || p->start < begin) && clock_boot() < end &&
	    !signals_pending());
	return p && p->start >= begin;
}

/* Fork the command, and wait for that event, so that its whole life is known.
 */
static int
begin_command(struct source *s)
{
	uint64_t begin = trace_clock_now(&s->session.clock);
	struct event e;
	int seen;

	if (command_start(&s->command, s->request->command,
		s->request->stream ? prepare_beside_stream : prepare_command) !=
	    0)
		return error_set(&s->error, "fork: %m");
	s->child = s->session.nested ? 0 : s->command.pid;
	seen = await_command(s, begin);
	if (seen < 0)
		return -1;
	if (!s->child)
		return error_set(&s->error,
		    "%s: PID not known: the event of its fork was lost (try "
		    "again)",
		    s->request->command[0]);
	if (!seen && s->session.proc && proc_look(s->child, &e) == 0)
		existing_apply(s, &e);
	session_armed(&s->session);
	return 0;
}

/* Nothing is shown: probes may not have been tested. */
static void
end_early(struct source *s)
{
	s->session.armed = UINT64_MAX;
	live_stop(s);
}

/* The root of the subtree that is asked for.  A process that cannot be seen is
 * followed from its next event on. */
static int
find_root(struct source *s)
{
	struct event e = { .type = EVENT_TASK,
		.cpu = -1,
		.tid = s->request->pid,
		.found = { .pid = s->request->pid, .ppid = PPID_UNKNOWN },
		.args.argc = -1 };
	struct task *root;

	s->root = s->request->pid ? s->request->pid : s->child;
	if (!s->request->pid || tasks_find(&s->tasks, s->root))
		return 0;
	if (s->session.nested ? s->session.proc :
				kill(s->root, 0) != 0 && errno == ESRCH)
		return error_set(
		    &s->error, "pid %d: %s", s->root, strerror(ESRCH));
	s->unseen = true;
	existing_apply(s, &e);
	root = tasks_find(&s->tasks, s->root);
	if (!root)
		return error_memory(&s->error);
	root->counted = s->tasks.epoch - 1; /* its threads are not known */
	return 0;
}

int
live_open(struct source *s, const struct session_options *sopt)
{
	const struct request *request = s->request;

	s->live = true;
	if (request->pid && proc_is_first() && kill(request->pid, 0) != 0 &&
	    errno == ESRCH)
		return error_set(&s->error, "pid %d: %m", request->pid);
	s->writable = live_writable;
	signals_asking = request->keep != 0;
	signals_begin();
	if (writer_open(s) != 0)
		return -1;
	if (session_open(&s->session, sopt) != 0 || arm_tasks(&s->session) != 0)
		return pass_on(s);
	/* Armed before listing: a process not in the list is in the events. */
	if (existing_list(s) < 0)
		return error_set(&s->error, "/proc: %m");
	if (arm_session(&s->session, existing_apply, s) != 0)
		return pass_on(s);
	s->tasks.look = existing_look;
	s->tasks.look_arg = s;
	s->wall_offset = clock_wall_offset();
	s->tasks.have_group_exit = s->session.have_group_exit;
	s->tasks.names = s->session.assembler.names;
	if (sopt->users && sopt->users->open(s) != 0)
		return -1;
	if (request->command && begin_command(s) != 0)
		return -1;
	if (s->losses.gap)
		existing_repair(s);
	if (find_root(s) != 0)
		return -1;
	s->armed = s->session.armed;
	machine_read(&s->machine[0]);
	if (s->root)
		existing_choose(s);
	session_watch(&s->session);
	tasks_forget_usage(&s->tasks, s->child);
	if (request->duration)
		s->deadline = clock_boot() + request->duration;
	if (signals_pending())
		end_early(s);
	return writer_begin(s);
}

/* Is it recorded, or shown?  What happens above the subtree is recorded for the
 * names of ancestors. */
static bool
is_told(const struct source *s, const struct event *e)
{
	return !s->root || e->task.inside ||
	    tasks_is_above(&s->tasks, e->task.pid, s->root);
}

/*
 * An exec names the task first, and then is reported with that name: most often
 * next, and then its own record is enough.  Returns 0, or -1 with an error.
 */
static int
record_rename(struct source *s, const struct event *e)
{
	struct event last = s->renamed;
	bool exec = e->type == EVENT_EXEC && e->tid == last.tid &&
	    memcmp(e->comm, last.comm, COMM_LEN) == 0;

	s->renamed = (struct event){ 0 };
	if (e->type == EVENT_RENAME && s->writing && is_told(s, e))
		s->renamed = *e;
	return last.type && !exec ? writer_record(s, &last) : 0;
}

/* A move between cgroups is only recorded. */
static int
take_cgroup(struct source *s, const struct event *e)
{
	if (!s->request->cgroups || e->cgroup.how == CGROUP_ELSEWHERE)
		return 0;
	if (e->cgroup.how == CGROUP_RENAMED || !s->root || e->task.inside)
		writer_task(s, e);
	if (e->cgroup.how == CGROUP_RENAMED)
		existing_list(s);
	else
		s->request->cgroups->after(s, e);
	return writer_report(s);
}

/* Complete a record.  Returns 1 if it is to be shown, 0 if not, or -1 with an
 * error. */
static int
live_take(struct source *s, struct event *e)
{
	struct event raw;
	bool outside;

	if (s->deadline && e->ts > s->deadline && e->type != EVENT_LOST)
		return 0;
	if (s->losses.gap && e->type != EVENT_LOST)
		existing_repair(s);
	if (s->request->cgroups)
		s->request->cgroups->before(s, e);
	raw = *e;
	if (tasks_apply(&s->tasks, e) != 0)
		return error_memory(&s->error);
	if (e->type == EVENT_STATUS || e->type == EVENT_USER)
		return 0;
	if (record_rename(s, e) != 0)
		return -1;
	if (e->type == EVENT_RENAME)
		return 0;
	if (e->type == EVENT_CGROUP)
		return take_cgroup(s, e);
	if (e->type == EVENT_LOST && e->ts < s->session.armed)
		losses_count(&s->losses, e); /* else source_next does */
	if (e->type == EVENT_LOST)
		return writer_record(s, &raw) != 0 ? -1 :
						     e->ts >= s->session.armed;
	arm_program(&s->session, e);
	outside = s->root && !e->task.inside;
	if (outside && (e->type != EVENT_EXEC || !is_told(s, e)))
		return 0;
	if (e->type == EVENT_EXIT)
		tasks_conclude(&s->tasks, e, &raw);
	if (writer_record(s, &raw) != 0)
		return -1;
	return !outside && e->ts >= s->session.armed;
}

void
live_stop(struct source *s)
{
	if (!s->over) {
		session_stop(&s->session);
		s->ended = clock_boot();
		machine_read(&s->machine[1]);
	}
	s->over = true;
}

/* Does a signal, the deadline or the command end the trace? */
static void
look_around(struct source *s)
{
	uint64_t now = clock_boot();

	/* A poll that finds something to read lets no signal in: do_poll(),
	 * fs/select.c. */
	if (now >= s->looked + SIGNALS_NS) {
		signals_poll();
		s->looked = now;
	}
	command_reap(&s->command);
	/* A terminal sends its signals to the command, too. */
	if (signals_caught && signals_from_user && !s->over)
		command_signal(&s->command, signals_caught);
	/* The command may handle the first one; the second ends the tool, too.
	 */
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

	if (s->soon && s->soon < ns)
		ns = s->soon;
	if (!s->deadline)
		return ns;
	now = now < s->deadline ? s->deadline - now : 0;
	return now < ns ? now : ns;
}

/* Signals are blocked except in a wait, so that a full pipe or a stopped
 * terminal does not keep the tool from ending. */
bool
live_writable(struct source *s, int fd)
{
	uint64_t ns, now;
	bool ready;

	do {
		ns = s->deadline ? patience(s) : UINT64_MAX;
		now = clock_boot();
		if (!signals_caught)
			s->give_up = 0;
		else if (!s->give_up)
			s->give_up = now + GIVE_UP_NS;
		if (signals_caught)
			ns = s->give_up > now ? s->give_up - now : 0;
		else if (ns == 0) {
			live_stop(s); /* -d: only the rest is written */
			ns = UINT64_MAX;
		}
		ready = signals_writable(fd, ns);
	} while (!ready && !s->give_up);
	return ready;
}

/* Sweep once more, after a wait if it is time for one.  Returns SOURCE_EVENT
 * to go on. */
static enum source_result
advance(struct source *s)
{
	bool rest = s->session.reader.quiet || s->sweeps >= SWEEPS_MAX;

	if (s->swept == 0 && s->over)
		return SOURCE_END;
	if (rest && !s->idle) {
		s->idle = true;
		return writer_idle(s) == 0 ? SOURCE_IDLE : SOURCE_ERROR;
	}
	if (rest && !s->over) {
		session_wait(&s->session, patience(s), &signals_while_waiting);
		s->sweeps = 0;
		s->idle = false;
	}
	look_around(s);
	s->swept = session_sweep(&s->session);
	if (s->swept < 0) {
		pass_on(s);
		return SOURCE_ERROR;
	}
	s->sweeps++;
	return SOURCE_EVENT;
}

/* A loss at the end has no later page that would report it. */
static bool
last_loss(struct source *s, struct event *e)
{
	uint64_t untold = s->counted ? 0 : session_untold(&s->session);

	s->counted = true;
	if (s->session.reader.corrupt > 0)
		s->losses.uncounted = true;
	*e = (struct event){ .type = EVENT_LOST,
		.ts = clock_boot(),
		.cpu = -1,
		.lost.count = untold };
	return untold > 0;
}

enum source_result
live_next(struct source *s, struct event *e)
{
	enum source_result r;
	int shown;

	for (;;) {
		while (session_next(&s->session, e)) {
			shown = live_take(s, e);
			if (shown)
				return shown < 0 ? SOURCE_ERROR : SOURCE_EVENT;
		}
		r = advance(s);
		if (r == SOURCE_END && last_loss(s, e))
			return live_take(s, e) < 0 ? SOURCE_ERROR :
						     SOURCE_EVENT;
		if (r != SOURCE_EVENT)
			return r;
	}
}

int
live_close(struct source *s)
{
	int r = writer_close(s, s->over), closed;

	command_cancel(&s->command);
	closed = session_close(&s->session);
	if (closed < 0 || (closed > 0 && r == 0)) {
		pass_on(s);
		r = closed;
	}
	signals_end();
	writer_end(s);
	command_wait(&s->command);
	tasks_free(&s->tasks);
	buf_free(&s->line);
	return r;
}
