/* Passes over all tasks. */
#include <string.h>

#include "task/table.h"

/* Where a task belongs: the parent of a process, the process of a thread. */
static struct task *
task_above(const struct tasks *t, const struct task *p)
{
	return tasks_find(t, p->tid == p->pid ? p->ppid : p->pid);
}

void
tasks_choose(struct tasks *t, int pid)
{
	struct task *root = tasks_find(t, pid), *up;
	struct task_link *l;

	if (root)
		root->inside = true;
	/* Each is passed once; what was listed in several looks may be a
	 * circle. */
	for (l = t->all; root && l; l = l->next) {
		for (up = l->task; up && !up->inside && !up->passed;
		     up = task_above(t, up))
			up->passed = true;
		if (!up || !up->inside)
			continue;
		for (up = l->task; !up->inside; up = task_above(t, up))
			up->inside = true;
	}
	for (l = t->all; l; l = l->next)
		l->task->passed = false;
}

bool
tasks_is_above(const struct tasks *t, int pid, int other)
{
	struct task *p = tasks_find(t, other);
	const struct task *above = tasks_find(t, pid);

	/* Up to one that has the mark: so each is passed once. */
	while (p && (p = tasks_find(t, p->ppid)) && !p->above)
		p->above = true;
	return above && above->above;
}

static struct event
task_event(const struct task *p)
{
	struct event e = { .type = EVENT_TASK,
		.cpu = -1,
		.tid = p->tid,
		.found = { .pid = p->pid, .ppid = p->ppid, .start = p->start },
		.task = { .pid = p->pid,
		    .ppid = p->ppid,
		    .start = p->start,
		    .coarse = p->coarse,
		    .inside = p->inside } };

	if (p->headless)
		e.found.state = p->threads > 0 ? FOUND_HEADLESS : FOUND_ZOMBIE;
	memcpy(e.comm, p->comm, COMM_LEN);
	program_get(p->program, &e);
	return e;
}

void
tasks_each(const struct tasks *t, void (*seen)(void *, const struct event *),
    void *arg)
{
	for (int threads = 0; threads < 2; threads++)
		for (struct task_link *l = t->all; l; l = l->next) {
			const struct task *p = l->task;
			struct event e;

			if ((p->tid != p->pid) != threads)
				continue;
			e = task_event(p);
			if (p->epoch == t->epoch && p->user.epoch == t->epoch)
				e.task.user = p->user.now;
			seen(arg, &e);
		}
}

void
tasks_forget_usage(struct tasks *t, int root)
{
	for (struct task_link *l = t->all; l; l = l->next)
		if (l->task->tid != root)
			l->task->usage.known = false;
}
