/* The names and the ancestors of processes. */
#include <string.h>

#include "kernel/start_time.h"
#include "task/table.h"

#define JOINS_MAX 8 /* so often a parent is looked for */

static void
link_first(struct task_link **list, struct task_link *l, struct task *p)
{
	task_unlink(l);
	*l = (struct task_link){ .next = *list, .at = list, .task = p };
	if (l->next)
		l->next->at = &l->next;
	*list = l;
}

void
task_rename(struct tasks *t, struct task *p, const char *comm, uint64_t ts)
{
	memcpy(p->name, comm, COMM_LEN);
	if (!p->lineage)
		return;
	memcpy(p->lineage->comm, comm, COMM_LEN);
	if (ts <= t->until) /* another name after it may be lost */
		p->lineage->comm[0] = '\0';
	else
		link_first(&t->named, &p->named, p);
}

int
task_descend(const struct tasks *t, struct task *p, struct lineage *parent)
{
	struct lineage *before = p->lineage;

	if (!t->lineages)
		return 0;
	p->lineage = lineage_new(parent, p->tid);
	if (p->lineage) {
		p->lineage->perhaps = p->perhaps;
		p->lineage->start = p->start;
		p->lineage->orphan = p->ppid != 0 && !parent;
	}
	lineage_release(before);
	return p->lineage ? 0 : -1;
}

/* Of a process that was listed: its parent, if that is the one it had then. */
static struct task *
listed_parent(const struct tasks *t, const struct task *p)
{
	struct task *parent = tasks_find(t, p->ppid);

	if (p->ppid <= 0 || !parent || parent->tid != parent->pid ||
	    parent->start > p->start + (p->coarse ? USER_TICK_NS : 0) ||
	    parent->epoch != t->epoch)
		return NULL;
	return parent;
}

void
task_seek_parent(struct tasks *t, struct task *p)
{
	if (!p->lineage || !p->lineage->orphan)
		return;
	t->join = true;
	p->joins = 0;
	link_first(&t->orphans, &p->orphan, p);
}

int
task_descend_listed(struct tasks *t, struct task *p)
{
	struct task *parent = listed_parent(t, p);
	int r = task_descend(t, p, parent ? parent->lineage : NULL);

	task_seek_parent(t, p);
	return r;
}

void
tasks_join(struct tasks *t)
{
	struct task_link *l, *next;
	struct task *parent;

	if (!t->join)
		return;
	t->join = false;
	for (l = t->orphans; l; l = next) {
		struct task *p = l->task;

		next = l->next;
		parent = p->epoch == t->epoch ? listed_parent(t, p) : NULL;
		if (parent && parent->lineage)
			lineage_join(p->lineage, parent->lineage);
		if (!p->lineage->orphan || ++p->joins == JOINS_MAX)
			task_unlink(l);
	}
}

void
tasks_forget_names(struct tasks *t)
{
	while (t->named) {
		t->named->task->lineage->comm[0] = '\0';
		task_unlink(t->named);
	}
}
