/* What groups of processes only the task table, or /proc, knows. */
#include "groups.h"

#include "input/source.h"
#include "kernel/cgroup.h"
#include "kernel/proc.h"
#include "task/task_cgroup.h"

static void
label(struct view *v, uint32_t node, const char *path)
{
	if (path)
		labels_set(&v->groups, node, labels_number(&v->groups, path));
}

void
groups_apply(struct view *v, const struct event *e)
{
	uint32_t i;

	if (v->group != GROUP_CGROUP || e->type != EVENT_END)
		return;
	i = tree_find(v->tree, e->task.pid);
	/* This one may have no node. */
	if (i && tree_node(v->tree, i)->end == e->ts)
		label(v, i, e->task.cgroup);
}

/* A node that still runs; 0: none. */
static uint32_t
living(const struct view *v, int pid)
{
	uint32_t i = tree_find(v->tree, pid);

	return i && !(tree_node(v->tree, i)->flags & NODE_ENDED) ? i : 0;
}

/* What /proc has now: where no event reports moves, nothing else does. */
static void
read_now(struct view *v, struct cgroup_hierarchy *h, uint32_t node)
{
	static char text[CGROUP_TEXT];
	const struct node *n = tree_node(v->tree, node);

	if (!(n->flags & NODE_THREAD))
		label(v, node, cgroup_read(h, n->tid, n->start, text));
}

void
groups_finish(struct view *v, struct source *s)
{
	bool now = s->live && !s->session.moves;

	if (v->group != GROUP_CGROUP)
		return;
	for (const struct task_link *l = s->tasks.all; l; l = l->next) {
		uint32_t i = living(v, l->task->tid);

		if (i && now)
			read_now(v, &s->session.cgroups, i);
		else if (i)
			label(
			    v, i, task_cgroup(&s->tasks, l->task, UINT64_MAX));
	}
}

void
groups_snapshot(struct view *v)
{
	struct cgroup_hierarchy h;

	if (v->group != GROUP_CGROUP)
		return;
	cgroup_choose(&h);
	h.readable &= proc_has_kernel_pids();
	for (uint32_t i = 1; i < v->tree->nodes; i++)
		read_now(v, &h, i);
	cgroup_close(&h);
}
