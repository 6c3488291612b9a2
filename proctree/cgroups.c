/* The cgroup of a process that has ended cannot be read any more. */
#include "cgroups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/cgroup.h"

uint32_t
cgroups_read(struct cgroups *c, int pid)
{
	static char text[CGROUP_TEXT];
	struct event e = { .path = text, .args.argc = -1 };
	uint32_t line;

	if (c->blind)
		return CGROUP_UNKNOWN;
	if (cgroup_text(pid, text, sizeof text) <= 0)
		return CGROUP_UNKNOWN;
	line = cmdline_table_add(&c->lines, &e);
	if (line == UINT32_MAX) {
		errno = ENOMEM;
		return CGROUP_UNKNOWN;
	}
	return line;
}

uint32_t
cgroups_of(const struct cgroups *c, uint32_t node)
{
	return node < c->room ? c->of[node] : CGROUP_UNKNOWN;
}

static void
set(struct cgroups *c, uint32_t node, uint32_t cgroup)
{
	uint32_t room = c->room ? c->room : TREE_CHUNK, *of = c->of;

	while (room <= node)
		room *= 2;
	if (room != c->room) {
		of = realloc(of, room * sizeof *of);
		if (!of) {
			c->failed = true;
			return;
		}
		memset(of + c->room, 0, (room - c->room) * sizeof *of);
		c->of = of;
		c->room = room;
	}
	of[node] = cgroup;
}

void
cgroups_apply(struct cgroups *c, const struct tree *t, const struct event *e)
{
	uint32_t i = tree_find(t, e->task.pid ? e->task.pid : e->tid);
	bool into = e->type == EVENT_FORK && e->fork.flags != FLAG_UNKNOWN &&
	    e->fork.flags & FLAG_CGROUP;

	if (!i || tree_node(t, i)->flags & NODE_ENDED)
		return;
	if (e->type == EVENT_TASK || e->type == EVENT_CGROUP || into)
		set(c, i, cgroups_read(c, tree_node(t, i)->tid));
	else if (e->type == EVENT_FORK && e->tid == e->task.pid)
		set(c, i, cgroups_of(c, tree_parent(t, i)));
}
