/* A live trace begins: what exists, the command of --, the subtree. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "input/existing.h"
#include "input/live.h"
#include "input/record.h"
#include "input/signals.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "kernel/proc.h"
#include "kernel/proc_task.h"
#include "kernel/quirks.h"
#include "trace/arm.h"
#include "trace/session_rights.h"

#define FORK_WAIT_NS NS_PER_S /* for the event of a fork */

/* Returns -1 with the error of the session. */
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
	s->tasks.found = existing_found;
	s->tasks.look_arg = s;
	s->wall_offset = clock_wall_offset();
	s->tasks.have_group_exit = s->session.have_group_exit;
	s->tasks.names = s->session.assembler.names;
	s->tasks.oom_unseen = !s->session.oom;
	s->tasks.oom_as_kill = quirk_oom_as_kill();
	if (sopt->users && sopt->users->open(s) != 0)
		return -1;
	if (sopt->traits_wanted &&
	    sopt->traits->open(s, s->session.opt.traits_wanted) != 0)
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
	session_drop_rights(&s->session, request->command != NULL);
	if (signals_pending())
		end_early(s);
	return writer_begin(s);
}
