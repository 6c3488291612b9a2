/* What /proc has of a task: when a trace begins, and after a loss. */
#include <string.h>

#include "kernel/start_time.h"
#include "task/table.h"

int
task_keep(struct task *p, const struct event *e)
{
	program_release(p->program);
	p->program = program_new(e);
	p->own = true;
	return p->program ? 0 : -1;
}

/* A task that was known already, and still lives after a loss. */
static int
apply_known(
    struct tasks *t, struct task *p, struct task *leader, const struct event *e)
{
	p->epoch = t->epoch;
	task_rename(t, p, e->comm, UINT64_MAX);
	task_seek_parent(t, p);
	if (leader) {
		leader->threads++;
		return 0;
	}
	p->counted = t->epoch; /* its threads follow */
	p->headless = e->found.state != FOUND_ALIVE;
	p->threads = !p->headless;
	p->found = e->ts;
	return t->keep ? task_keep(p, e) : 0;
}

static struct task *
apply_new(struct tasks *t, struct task *leader, const struct event *e)
{
	struct task *p = task_add(t, e->tid, e->found.pid, e->found.ppid);

	if (!p)
		return NULL;
	p->start = e->found.start;
	p->perhaps = e->found.perhaps;
	p->coarse = e->found.start % USER_TICK_NS == 0;
	p->usage.known = !p->coarse; /* it may have had threads that ended */
	p->headless = e->found.state != FOUND_ALIVE;
	p->threads = !p->headless;
	p->found = e->ts;
	memcpy(p->comm, e->comm, COMM_LEN);
	if (p->tid == p->pid && task_descend_listed(t, p) != 0)
		return NULL;
	task_rename(t, p, e->comm, UINT64_MAX);
	if (t->keep && e->args.state != ARGS_NONE && task_keep(p, e) != 0)
		return NULL;
	if (leader) {
		leader->threads++;
		leader->status.many = true;
	} else /* its fork was lost */
		leader = tasks_find(t, e->found.ppid);
	p->inside = leader && leader->inside;
	return p;
}

int
task_found(struct tasks *t, const struct event *e)
{
	struct task *p = tasks_find(t, e->tid);
	struct task *leader = e->tid == e->found.pid ?
	    NULL :
	    tasks_find(t, e->found.pid);
	bool again = p && proc_same_start(p->start, e->found.start);
	struct event now = *e;

	if (p && p->epoch == t->epoch)
		return 0;
	if (again && apply_known(t, p, leader, e) != 0)
		return -1;
	if (!again && !(p = apply_new(t, leader, e)))
		return -1;
	now.task = (struct event_task){ .pid = e->found.pid,
		.ppid = e->found.ppid,
		.start = e->found.start,
		.coarse = e->found.rough || e->found.start % USER_TICK_NS == 0,
		.inside = p->inside,
		.again = again };
	tasks_report(t, &now);
	return 0;
}

bool
task_began_by(const struct tasks *t, const struct event *e, uint64_t ts)
{
	const struct task *p = tasks_find(t, e->tid);
	uint64_t start = e->found.start, late = 0;

	if (e->found.rough)
		late = LIST_SLACK;
	else if (start % USER_TICK_NS == 0)
		late = proc_start_error();
	if (p && proc_same_start(p->start, start))
		late = 0;
	return start + late <= ts;
}

struct task *
task_verify(struct tasks *t, int tid, uint64_t ts)
{
	struct task *p = tasks_find(t, tid);
	int threads = p ? p->threads : 1;
	struct event now;

	if (p && p->start > ts)
		return NULL; /* its successor, listed early */
	if (p && p->epoch == t->epoch)
		return p;
	if (!t->look || t->look(t->look_arg, tid, &now) != 0 ||
	    !task_began_by(t, &now, ts))
		return NULL;
	if (t->found)
		t->found(t->look_arg, &now);
	if (task_found(t, &now) != 0)
		return NULL;
	p = tasks_find(t, tid);
	/* Its threads were not counted. */
	p->counted = t->epoch - 1;
	p->threads = threads;
	return p;
}
