/* What groups of processes only the task table, or /proc, knows. */
#include "groups.h"

#include <stdio.h>

#include "cli/user.h"
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

/* The name, or the number of a user without one. */
static void
label_user(struct view *v, uint32_t node, const struct event_user *user)
{
	uint32_t uid = user->id[USER_UID];
	const char *name;
	char number[16];

	if (!(user->known & 1u << USER_UID))
		return;
	name = user_name(uid);
	snprintf(number, sizeof number, "%u", uid);
	label(v, node, name ? name : number);
}

void
groups_apply(struct view *v, const struct event *e)
{
	uint32_t i;

	if (v->group < GROUP_CGROUP || e->type != EVENT_END)
		return;
	i = tree_find(v->tree, e->task.pid);
	/* This one may have no node. */
	if (!i || tree_node(v->tree, i)->end != e->ts)
		return;
	if (v->group == GROUP_CGROUP)
		label(v, i, e->task.cgroup);
	else
		label_user(v, i, &e->task.user);
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

	if (v->group < GROUP_CGROUP)
		return;
	for (const struct task_link *l = s->tasks.all; l; l = l->next) {
		const struct task *p = l->task;
		uint32_t i = living(v, p->tid);

		if (!i || p->epoch != s->tasks.epoch)
			continue;
		if (v->group == GROUP_USER && p->user.epoch == p->epoch)
			label_user(v, i, &p->user.now);
		else if (v->group == GROUP_CGROUP && now)
			read_now(v, &s->session.cgroups, i);
		else if (v->group == GROUP_CGROUP)
			label(v, i, task_cgroup(&s->tasks, p, UINT64_MAX));
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
