/* What exists already when a trace begins, and after a loss, is listed in
 * /proc. */
#include "input/existing.h"

#include <stdlib.h>

#include "input/cgroup_lookup.h"
#include "input/cmdline.h"
#include "input/record.h"
#include "input/signals.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/proc_task.h"
#include "trace/event_filter.h"

/* This tool, with its PID in events: nothing else can be looked up where /proc
 * has other PIDs. */
static int
look_at_self(const struct source *s, struct event *e)
{
	if (proc_look(PROC_SELF, e) != 0)
		return -1;
	e->tid = e->found.pid = s->session.self;
	e->found.ppid = PPID_UNKNOWN;
	return 0;
}

int
existing_look(void *arg, int tid, struct event *e)
{
	struct source *s = arg;

	if (!s->session.proc && tid != s->session.self)
		return -1;
	if ((s->session.proc ? proc_look(tid, e) : look_at_self(s, e)) != 0)
		return -1;
	if (s->session.proc && s->tasks.keep && e->tid == e->found.pid)
		cmdline_args(e);
	return 0;
}

void
existing_found(void *arg, const struct event *e)
{
	writer_record(arg, e);
}

/* A record from before tracing was armed is not shown. */
void
existing_apply(void *arg, struct event *e)
{
	struct source *s = arg;
	const struct cgroup_lookup *look = s->request->cgroups;

	if (look)
		look->mark(s, e);
	tasks_apply(&s->tasks, e);
	if (look)
		look->after(s, e);
	losses_count(&s->losses, e);
}

/* A task of /proc.  After a loss, only one that certainly existed before it:
 * the events of its predecessor may be still to come.  For the others see the
 * task table. */
static int
apply_listed(void *arg, const struct event *e)
{
	struct source *s = arg;
	struct event copy = *e;

	if ((s->losses.gap && !task_began_by(&s->tasks, e, s->losses.gap)) ||
	    session_is_helper(&s->session, e))
		return 0;
	if (s->session.proc && s->tasks.keep && e->tid == e->found.pid)
		cmdline_args(&copy);
	if (s->losses.gap)
		writer_task(s, &copy);
	existing_apply(s, &copy);
	return !s->losses.gap && signals_pending();
}

/* List what exists and can be seen. */
int
existing_list(struct source *s)
{
	struct event e;

	if (s->session.proc)
		return proc_list(apply_listed, s);
	if (look_at_self(s, &e) != 0)
		return -1;
	return apply_listed(s, &e);
}

/* List again after a loss, but not so often that it causes further losses. */
void
existing_repair(struct source *s)
{
	uint64_t begin = clock_boot();

	if (begin < s->repaired)
		return;
	existing_list(s);
	s->losses.gap = 0;
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

	if (!e->task.inside)
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
 * Choose the subtree, also in the kernel, which follows the children of a task
 * from then on.  Those that began before are found by listing again, until a
 * listing finds no new one.
 */
void
existing_choose(struct source *s)
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
		existing_list(s);
		tasks_choose(&s->tasks, s->root);
	} while (1);
	free(l.tid);
}
