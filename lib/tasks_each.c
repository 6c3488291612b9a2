/* Passes over all tasks. */
#include <string.h>

#include "tasks.h"

void
tasks_choose(struct tasks *t, int pid)
{
	bool more = true;

	for (struct task *p = tasks_find(t, pid); p; p = NULL)
		p->inside = true;
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

void
tasks_each(const struct tasks *t, void (*seen)(void *, const struct event *),
    void *arg)
{
	for (int threads = 0; threads < 2; threads++)
		for (size_t i = 0; i < t->buckets; i++)
			for (struct task *p = t->bucket[i]; p; p = p->next) {
				struct event e = { .type = EVENT_TASK,
					.cpu = -1,
					.tid = p->tid,
					.pid = p->pid,
					.ppid = p->ppid,
					.start = p->start,
					.inside = p->inside,
					.group_dead = !p->gone ? 0 :
					    p->threads > 0     ? 2 :
								 1 };

				if ((p->tid != p->pid) != threads)
					continue;
				memcpy(e.comm, p->comm, COMM_LEN);
				kept_lend(p->kept, &e);
				seen(arg, &e);
			}
}

void
tasks_forget_usage(struct tasks *t, int root)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i]; p; p = p->next)
			p->usage.known &= p->tid == root;
}
