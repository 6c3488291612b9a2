/* The cgroup of a process that has ended cannot be read any more. */
#include "cgroups.h"

#include "kernel/cgroup.h"

uint32_t
cgroups_read(struct cgroups *c, int pid)
{
	static char text[CGROUP_TEXT];

	if (c->blind || cgroup_text(pid, text, sizeof text) <= 0)
		return LABEL_NONE;
	return labels_number(&c->labels, text);
}

void
cgroups_apply(struct cgroups *c, const struct tree *t, const struct event *e)
{
	uint32_t i = tree_find(t, e->task.pid ? e->task.pid : e->tid);
	struct labels *l = &c->labels;
	bool into = e->type == EVENT_FORK && e->fork.flags != FLAG_UNKNOWN &&
	    e->fork.flags & FLAG_CGROUP;

	if (!i || tree_node(t, i)->flags & NODE_ENDED)
		return;
	if (e->type == EVENT_TASK || e->type == EVENT_CGROUP || into)
		labels_set(l, i, cgroups_read(c, tree_node(t, i)->tid));
	else if (e->type == EVENT_FORK && e->tid == e->task.pid)
		labels_set(l, i, labels_of(l, tree_parent(t, i)));
}
