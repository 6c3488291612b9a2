/* What each event does to the task table, and what the table adds to it. */
#include <string.h>

#include "task/table.h"

/* Before Linux 3.4 no event has the thread that executed a program, and it has
 * no exit: all but p itself are gone, and those that were found later. */
static void
remove_threads(struct tasks *t, const struct task *p, uint64_t ts)
{
	int pid = p->pid;

	for (struct task_link *l = t->all, *next; l; l = next) {
		const struct task *q = l->task;

		next = l->next;
		if (q->pid == pid && q->tid != pid && q != p && q->found <= ts)
			task_remove(t, q->tid);
	}
}

static int
apply_exec(struct tasks *t, struct event *e)
{
	int old = e->exec.old_tid;
	bool counted = old != e->tid && tasks_find(t, old);
	struct task *p;
	uint64_t sent;

	/* A thread took the process over; its own number is free. */
	if (old != e->tid && old > 0) {
		if (t->cgroup)
			t->cgroup->exec(
			    t, tasks_find(t, e->tid), tasks_find(t, old));
		task_remove(t, old);
	}
	p = task_verify(t, e->tid, e->ts);
	task_describe(t, e, p, p);
	e->task.pid = e->tid;
	if (!p)
		return 0;
	p->cgroup.put = p->cgroup.unproven = false;
	if (!old && (p->threads > 1 || p->headless))
		remove_threads(t, p, e->ts);
	if (e->ts >= p->found) {
		p->threads = 1;
		p->headless = false;
	} else if (counted) /* the others were counted after it */
		p->threads--;
	p->perhaps = false;
	p->usage.maxrss = 0; /* that was of another memory */
	sent = p->status.sent;
	status_init(&p->status);
	p->status.sent = sent; /* what is pending stays so */
	killer_exec(&p->killer, old, e->tid);
	if (e->comm[0])
		memcpy(p->comm, e->comm, COMM_LEN);
	if (e->comm[0] || !t->names)
		task_rename(t, p, e->comm, e->ts);
	if (p->lineage)
		p->lineage->perhaps = false;
	return t->keep ? task_keep(p, e) : 0;
}

/* What /proc says of a cgroup was looked up for a task that is known. */
static void
apply_cgroup(struct tasks *t, struct event *e)
{
	struct task *p = e->cgroup.how == CGROUP_READ || !e->tid ?
	    tasks_find(t, e->tid) :
	    task_verify(t, e->tid, e->ts);

	task_describe(t, e, p, task_leader(t, p));
	if (t->cgroup)
		t->cgroup->apply(t, e, p);
}

/* The thread that called stays what it was. */
static void
apply_execfail(struct tasks *t, struct event *e)
{
	struct task *p = task_verify(t, e->tid, e->ts);

	task_describe(t, e, p, task_leader(t, p));
	if (p && !e->comm[0])
		memcpy(e->comm, p->comm, COMM_LEN);
}

/* A rename, or a wait, of a task that is certain to be the one. */
static void
apply_certain(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid);

	if (!p || p->epoch != t->epoch || p->start > e->ts)
		return;
	task_describe(t, e, p, task_leader(t, p));
	if (e->type == EVENT_RENAME)
		task_rename(t, p, e->comm, e->ts);
}

static int
apply(struct tasks *t, struct event *e)
{
	switch (e->type) {
	case EVENT_FORK:
		return task_fork(t, e);
	case EVENT_EXEC:
		return apply_exec(t, e);
	case EVENT_EXECFAIL:
		apply_execfail(t, e);
		return 0;
	case EVENT_RENAME:
	case EVENT_WAIT:
		apply_certain(t, e);
		return 0;
	case EVENT_CGROUP:
		apply_cgroup(t, e);
		return 0;
	case EVENT_STATUS:
		task_status(t, e);
		return 0;
	case EVENT_EXIT:
		task_exit(t, e);
		return 0;
	case EVENT_LOST:
		t->epoch++;
		if (e->lost.until > t->until)
			t->until = e->lost.until;
		tasks_forget_names(t);
		return 0;
	default:
		return 0; /* an end, which the table made */
	}
}

int
tasks_apply(struct tasks *t, struct event *e)
{
	program_release(t->dead_program);
	t->dead_program = NULL;
	lineage_release(t->dead_lineage);
	t->dead_lineage = NULL;
	if (t->cgroup)
		t->cgroup->release(&t->cgroups, t->shown);
	t->shown = NULL;
	t->end.type = 0;
	if (t->users)
		t->users->before(t, e);
	if (t->traits)
		t->traits->before(t, e);
	if (e->type == EVENT_TASK) {
		if (task_found(t, e) != 0)
			return -1;
	} else {
		if (e->type != EVENT_CGROUP && e->type != EVENT_USER &&
		    e->type != EVENT_TRAIT)
			tasks_join(t); /* all are listed */
		if (apply(t, e) != 0)
			return -1;
	}
	if (t->users)
		t->users->after(t, e);
	if (t->traits)
		t->traits->after(t, e);
	if (e->type == EVENT_TASK)
		return 0;
	tasks_report(t, e);
	if (t->end.type)
		tasks_report(t, &t->end);
	return 0;
}
