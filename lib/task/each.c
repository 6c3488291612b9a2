/* Passes over all tasks. */
#include <string.h>

#include "task/table.h"

void
tasks_choose(struct tasks *t, int pid)
{
	struct task *root = tasks_find(t, pid);
	bool more = root != NULL;

	if (root)
		root->inside = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < t->buckets; i++)
			for (struct task *p = t->bucket[i]; p; p = p->next) {
				int up = p->tid == p->pid ? p->ppid : p->pid;
				struct task *q = tasks_find(t, up);

				if (!p->inside && q && q->inside)
					more = p->inside = true;
			}
	}
}

bool
tasks_is_above(const struct tasks *t, int pid, int other)
{
	const struct task *p = tasks_find(t, other);
	size_t n = 0;

	/* What was listed in several looks may be a circle. */
	while (p && p->tid != pid && n++ < t->count)
		p = tasks_find(t, p->ppid);
	return n > 0 && p && n < t->count;
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
		for (size_t i = 0; i < t->buckets; i++)
			for (struct task *p = t->bucket[i]; p; p = p->next) {
				struct event e;

				if ((p->tid != p->pid) != threads)
					continue;
				e = task_event(p);
				if (p->epoch == t->epoch &&
				    p->user.epoch == t->epoch)
					e.task.user = p->user.now;
				seen(arg, &e);
			}
}

void
tasks_forget_usage(struct tasks *t, int root)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i]; p; p = p->next)
			if (p->tid != root)
				p->usage.known = false;
}
