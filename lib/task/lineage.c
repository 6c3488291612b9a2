/* Chains of processes, shared by all that come from them. */
#include "task/lineage.h"

#include <stdlib.h>

struct lineage *
lineage_share(struct lineage *l)
{
	if (l)
		l->owners++;
	return l;
}

void
lineage_release(struct lineage *l)
{
	struct lineage *parent;

	for (; l && --l->owners == 0; l = parent) {
		parent = l->parent;
		free(l);
	}
}

/*
 * A process that ends when it has forked the next one, for ever, makes a chain
 * without an end.  What is neither near nor at the top is forgotten; that is of
 * l and of what comes from it only.
 */
static void
lineage_shorten(struct lineage *l)
{
	struct lineage *near = l, *top;
	int n = 0;

	for (; near->parent && n < LINEAGE_NEAR; n++)
		near = near->parent;
	l->depth = n;
	top = near->parent;
	while (top && top->depth > LINEAGE_TOP)
		top = top->parent;
	if (!top || top == near->parent)
		return;
	l->depth += top->depth + 1;
	lineage_share(top);
	lineage_release(near->parent);
	near->parent = top;
	near->gap = true;
}

struct lineage *
lineage_new(struct lineage *parent, int pid)
{
	struct lineage *l = malloc(sizeof *l);

	if (!l)
		return NULL;
	if (parent && parent->depth >= 2 * LINEAGE_NEAR)
		lineage_shorten(parent);
	*l = (struct lineage){ .parent = lineage_share(parent),
		.orphan = !parent,
		.owners = 1,
		.depth = parent ? parent->depth + 1 : 0,
		.pid = pid };
	return l;
}

void
lineage_join(struct lineage *l, struct lineage *parent)
{
	int n = 0;

	if (!l->orphan)
		return;
	for (const struct lineage *up = parent; up; up = up->parent)
		if (up == l || ++n > LINEAGE_MAX)
			return;
	l->parent = lineage_share(parent);
	l->orphan = false;
	l->depth = parent->depth + 1;
}
