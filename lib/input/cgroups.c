/* When /proc says for certain where a task is, or was. */
#include "input/cgroups.h"

#include "input/record.h"
#include "kernel/clock.h"
#include "task/task_cgroup.h"
#include "trace/arm_cgroups.h"

#define LOOK_NS	    50000000u  /* a look that takes longer says nothing */
#define CATCH_UP_NS 20000000u  /* wait no longer for events */
#define PAUSE_NS    200000000u /* after such a wait that was in vain */

/* Apply and record where a task is since ts; NULL: that is not known. */
static void
put_read(struct source *s, int tid, uint64_t ts, const char *path)
{
	struct event e = { .type = EVENT_CGROUP,
		.ts = ts,
		.cpu = -1,
		.tid = tid,
		.cgroup.how = CGROUP_READ,
		.path = path };

	writer_task(s, &e);
	tasks_apply(&s->tasks, &e);
}

/* Where a task is now, which began at start; and a time from which on it is
 * there. */
static const char *
look(struct source *s, int tid, uint64_t start, uint64_t *since)
{
	static char text[CGROUP_TEXT];
	uint64_t begin = clock_boot();
	const char *path = cgroup_read(&s->session.cgroups, tid, start, text);

	*since = clock_boot() + s->session.clock.slack;
	return *since < begin + LOOK_NS ? path : NULL;
}

bool
cgroups_catch_up(struct source *s, uint64_t now)
{
	struct session *session = &s->session;
	uint64_t end = now + CATCH_UP_NS + 2 * session->clock.slack;
	long n;

	while (session->until < now && clock_boot() < end) {
		n = session_sweep(session);
		if (n < 0)
			return false; /* the next sweep reports it */
		if (n == 0 && session->until < now)
			reader_wait(
			    &session->reader, SESSION_STEP_NS / 4, NULL);
	}
	if (session->until < now)
		s->caught_up = clock_boot() + PAUSE_NS;
	return session->until >= now;
}

/*
 * Where a task, of the process pid, was at the time of the event that is about
 * to be applied: where it is now, if it has not been moved since then.  That
 * shows when all events up to now were read.  Where the kernel reports no
 * moves, it is taken to be so.
 */
static const char *
look_back(struct source *s, int tid, int pid, uint64_t start)
{
	const char *path;
	uint64_t now;

	if (s->session.moves && clock_boot() < s->caught_up)
		return NULL;
	path = look(s, tid, start, &now);
	if (!path || !s->session.moves)
		return path;
	if (!cgroups_catch_up(s, now) ||
	    exec_moves(&s->session.assembler, tid, pid))
		return NULL;
	return path;
}

/* Look a task up unless its cgroup is known.  In /proc it is as_leader, if that
 * is not NULL: it has become the first thread. */
static void
make_known(struct source *s, const struct task *p, const struct task *as_leader,
    uint64_t ts)
{
	const struct task *shown = as_leader ? as_leader : p;
	const char *path;

	if (!p || (s->session.moves && task_cgroup(&s->tasks, p, ts)))
		return;
	path = look_back(s, shown->tid, p->pid, shown->start);
	if (!s->session.moves) /* it may have been moved since the last time */
		put_read(s, p->tid, ts, NULL);
	if (path)
		put_read(s, p->tid, ts, path);
}

static void
before_fork(struct source *s, struct event *e)
{
	const struct task *parent = tasks_find(&s->tasks, e->fork.parent);

	if (!s->session.moves && parent)
		put_read(s, parent->tid, e->ts, NULL);
	else
		make_known(s, parent, NULL, e->ts);
	/* A thread is moved with its process. */
	if (task_cgroup_unsure(&s->tasks, e))
		e->path = look_back(s, e->tid, parent ? parent->pid : 0, e->ts);
}

/* A thread that executes a program becomes the first one. */
static void
before_exec(struct source *s, const struct event *e)
{
	const struct task *p = tasks_find(&s->tasks, e->tid);
	int old = e->exec.old_tid;

	if (old > 0 && old != e->tid)
		make_known(s, tasks_find(&s->tasks, old), p, e->ts);
	else
		make_known(s, p, NULL, e->ts);
}

static void
cgroups_mark(const struct source *s, struct event *e)
{
	if (e->type == EVENT_CGROUP && e->cgroup.how != CGROUP_READ &&
	    e->cgroup.hierarchy != s->session.cgroups.id)
		e->cgroup.how = CGROUP_ELSEWHERE;
}

static void
cgroups_before(struct source *s, struct event *e)
{
	const struct task *leader = task_leader(
	    &s->tasks, tasks_find(&s->tasks, e->tid));

	cgroups_mark(s, e);
	if (e->type == EVENT_FORK)
		before_fork(s, e);
	else if (e->type == EVENT_EXEC)
		before_exec(s, e);
	else if (e->type == EVENT_EXECFAIL)
		make_known(s, leader, NULL, e->ts);
	else if (e->type == EVENT_EXIT && !s->session.moves && leader)
		put_read(s, leader->tid, e->ts, NULL);
}

static void
cgroups_after(struct source *s, const struct event *e)
{
	const struct task *p = tasks_find(&s->tasks, e->tid);
	bool put = e->type == EVENT_CGROUP && e->cgroup.how == CGROUP_PUT;
	const char *path;
	uint64_t since;

	if (!p || (!put && task_cgroup(&s->tasks, p, UINT64_MAX)))
		return;
	path = look(s, p->tid, p->start, &since);
	if (path)
		put_read(s, p->tid, since, path);
}

static void
cgroups_record(struct source *s, int tid)
{
	const struct task *p = tasks_find(&s->tasks, tid);
	struct event e[2];

	if (!p)
		return;
	task_cgroup_events(&s->tasks, p, e);
	for (int i = 0; i < 2; i++)
		if (e[i].type)
			writer_task(s, &e[i]);
}

const struct cgroup_lookup cgroup_lookup = { .arm = arm_cgroups,
	.table = &task_cgroup_table,
	.mark = cgroups_mark,
	.before = cgroups_before,
	.after = cgroups_after,
	.record = cgroups_record };
