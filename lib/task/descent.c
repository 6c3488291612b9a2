/* Names, and whom a process comes from. */
#include <string.h>

#include "kernel/start_time.h"
#include "task/table.h"

void
task_rename(
    const struct tasks *t, struct task *p, const char *comm, uint64_t ts)
{
	memcpy(p->name, comm, COMM_LEN);
	if (!p->lineage)
		return;
	memcpy(p->lineage->comm, comm, COMM_LEN);
	if (ts <= t->until) /* another name after it may be lost */
		p->lineage->comm[0] = '\0';
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

int
task_descend_listed(struct tasks *t, struct task *p)
{
	struct task *parent = listed_parent(t, p);

	if (!parent)
		t->orphans = true;
	return task_descend(t, p, parent ? parent->lineage : NULL);
}

void
tasks_join(struct tasks *t)
{
	struct task *parent;

	if (!t->orphans)
		return;
	t->orphans = false;
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i]; p; p = p->next)
			if (p->lineage && p->lineage->orphan &&
			    p->epoch == t->epoch &&
			    (parent = listed_parent(t, p)))
				lineage_join(p->lineage, parent->lineage);
}

void
tasks_forget_names(struct tasks *t)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i]; p; p = p->next)
			if (p->lineage)
				p->lineage->comm[0] = '\0';
}
