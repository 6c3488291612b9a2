/* Where the task table has users from: /proc, events, or a recording. */
#include "input/users.h"

#include "input/record.h"
#include "input/signals.h"
#include "input/users_recorded.h"
#include "kernel/clock.h"
#include "kernel/plain.h"
#include "kernel/proc.h"
#include "kernel/proc_user.h"
#include "kernel/quirks.h"
#include "task/users.h"
#include "trace/arm_users.h"

#define ROUNDS	8
#define WAIT_NS 1000000000u /* for events, each time */

/* struct task_users: a task as /proc has it now. */
static int
look(void *arg, int tid, struct user_look *l)
{
	const struct source *s = arg;
	uint64_t slack = s->session.clock.slack;

	if (!s->session.proc && tid != s->session.self)
		return -1;
	if (!s->session.proc)
		tid = PROC_SELF;
	l->begin = clock_boot() - slack;
	l->home = s->session.users == USERS_CALLS && proc_is_home(tid);
	if (proc_user(tid, &l->user) != 0)
		return -1;
	l->ts = clock_boot() + slack;
	return 0;
}

static bool
is_plain(void *arg, const struct event *e)
{
	int64_t boot = clock_wall_offset();

	(void)arg;
	return e->path && boot &&
	    plain_exec(e->tid, e->path, boot + (int64_t)e->ts);
}

static void
changed(void *arg, const struct event *e)
{
	const struct source *s = arg;

	if (!s->root || e->task.inside)
		writer_task(arg, e);
}

static void
differs(void *arg, const struct event *e)
{
	struct source *s = arg;

	if (s->differing++ == 0)
		s->first_differing = e->tid;
}

/* Apply all events up to a time. */
static int
apply_until(struct source *s, uint64_t ts)
{
	uint64_t end = clock_boot() + WAIT_NS;
	struct event e;

	while (session_taken(&s->session) < ts && clock_boot() < end &&
	    !signals_pending()) {
		long n = session_sweep(&s->session);

		if (n < 0) {
			s->error = s->session.error;
			return -1;
		}
		while (session_next(&s->session, &e))
			s->session.seen(s->session.seen_arg, &e);
		if (n == 0)
			reader_wait(&s->session.reader, SESSION_STEP_NS, NULL);
	}
	users_settle(&s->tasks, session_taken(&s->session));
	return 0;
}

/* What is looked up counts from then on; tasks that are forked meanwhile are
 * looked up in turn. */
static int
look_up_all(struct source *s)
{
	uint64_t end = clock_boot() + 2 * (uint64_t)WAIT_NS;

	for (int i = 0;
	     i < ROUNDS && clock_boot() < end && users_look(&s->tasks); i++)
		if (apply_until(s, clock_boot() + s->session.clock.slack + 1) !=
		    0)
			return -1;
	session_armed(&s->session);
	return 0;
}

/* From now on the task table knows users.  Of a live trace, whose session was
 * armed: look up those of all tasks that exist; what comes later is shown. */
static int
users_open(struct source *s)
{
	struct task_users *u;

	if (s->live && s->session.users == USERS_NONE) {
		/* A recording is complete but for that. */
		if (!s->request->output && !signals_pending())
			s->session.opt.warn("users are not known here (-v "
					    "reports why)");
		return 0;
	}
	users_recorded.open(s);
	if (!s->live)
		return 0;
	u = s->tasks.users;
	u->infer = users_infer;
	u->complete = s->session.users == USERS_PROBE;
	u->renumbers = quirk_namespaces_renumber();
	u->look = look;
	u->is_plain = is_plain;
	u->changed = changed;
	u->differs = differs;
	u->arg = s;
	u->other_abi = !u->complete && users_other_abi();
	if (!u->complete)
		plain_open();
	return look_up_all(s);
}

const struct users_seen users_seen = { .arm = arm_users, .open = users_open };
