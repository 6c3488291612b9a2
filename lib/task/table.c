/* The table of tasks: finding, adding and removing them. */
#include "task/table.h"

#include <stdlib.h>

#include "base/hash.h"

static struct task **
tasks_slot(const struct tasks *t, int tid)
{
	struct task **p;

	if (!t->buckets)
		return NULL;
	p = &t->bucket[hash_number((uint32_t)tid, t->factor, t->buckets)];
	while (*p && (*p)->tid != tid)
		p = &(*p)->next;
	return p;
}

struct task *
tasks_find(const struct tasks *t, int tid)
{
	struct task **p = tasks_slot(t, tid);

	return p ? *p : NULL;
}

static int
tasks_grow(struct tasks *t)
{
	size_t n = t->buckets ? t->buckets * 2 : 256;
	struct task **b = calloc(n, sizeof *b);

	if (!b)
		return -1;
	if (!t->buckets) {
		t->factor = hash_seed() | 1;
		t->end_of_all = &t->all;
	}
	free(t->bucket);
	t->bucket = b;
	t->buckets = n;
	for (struct task_link *l = t->all; l; l = l->next) {
		struct task **at =
		    &b[hash_number((uint32_t)l->task->tid, t->factor, n)];

		l->task->next = *at;
		*at = l->task;
	}
	return 0;
}

/* It is the last one of all. */
static void
link_last(struct tasks *t, struct task *p)
{
	p->all = (struct task_link){ .at = t->end_of_all, .task = p };
	*t->end_of_all = &p->all;
	t->end_of_all = &p->all.next;
}

void
task_unlink(struct task_link *l)
{
	if (!l->at)
		return;
	*l->at = l->next;
	if (l->next)
		l->next->at = l->at;
	l->at = NULL;
}

void
task_remove(struct tasks *t, int tid)
{
	struct task **p = tasks_slot(t, tid), *gone;

	if (!p || !*p)
		return;
	gone = *p;
	*p = gone->next;
	program_release(gone->program);
	task_unlink(&gone->named);
	task_unlink(&gone->orphan);
	if (!gone->all.next)
		t->end_of_all = gone->all.at;
	task_unlink(&gone->all);
	lineage_release(gone->lineage);
	if (t->cgroup)
		t->cgroup->release(&t->cgroups, gone->cgroup.name);
	if (gone->traits)
		t->traits->free(t->traits, gone);
	killer_free(&gone->killer);
	free(gone);
	t->count--;
}

struct task *
task_leader(const struct tasks *t, const struct task *p)
{
	if (p && p->tid != p->pid)
		p = tasks_find(t, p->pid);
	return p && p->tid == p->pid ? (struct task *)p : NULL;
}

void
task_describe(struct tasks *t, struct event *e, const struct task *p,
    const struct task *leader)
{
	e->task.pid = p ? p->pid : 0;
	e->task.ppid = leader ? leader->ppid : PPID_UNKNOWN;
	e->task.perhaps = leader && leader->ppid_perhaps;
	e->task.inside = p && p->inside;
	e->task.lineage = leader ? leader->lineage : NULL;
	if (t->cgroup)
		t->cgroup->show(t, e, leader);
}

struct task *
task_add(struct tasks *t, int tid, int pid, int ppid)
{
	struct task *n, **p, *before = tasks_find(t, tid);
	struct task *leader = task_leader(t, before);

	/* Its exit was not seen. */
	if (leader && leader != before && before->epoch == leader->counted)
		leader->threads--;
	task_remove(t, tid);
	if (t->count >= t->buckets && tasks_grow(t) != 0)
		return NULL;
	n = calloc(1, sizeof *n);
	if (!n)
		return NULL;
	n->tid = tid;
	n->pid = pid;
	n->ppid = ppid;
	n->threads = 1;
	n->epoch = n->born = n->counted = t->epoch;
	status_init(&n->status);
	n->usage.known = true;
	p = tasks_slot(t, tid);
	n->next = *p;
	*p = n;
	link_last(t, n);
	t->count++;
	return n;
}

void
tasks_report(const struct tasks *t, const struct event *e)
{
	if (t->seen)
		t->seen(t->seen_arg, e);
}

void
tasks_free(struct tasks *t)
{
	while (t->all)
		task_remove(t, t->all->task->tid);
	program_release(t->dead_program);
	lineage_release(t->dead_lineage);
	if (t->cgroup)
		t->cgroup->release(&t->cgroups, t->shown);
	free(t->bucket);
	*t = (struct tasks){ 0 };
}
