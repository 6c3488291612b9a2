/* Ways through a finished tree, and what of it is hidden. */
#include "tree.h"

bool
tree_drawn(const struct tree *t, const struct node *n)
{
	(void)t;
	return !(n->flags & NODE_HIDDEN);
}

uint32_t
tree_sibling(const struct tree *t, uint32_t i)
{
	do
		i = tree_node(t, i)->next;
	while (i && !tree_drawn(t, tree_node(t, i)));
	return i;
}

uint32_t
tree_next(const struct tree *t, uint32_t i, int *depth)
{
	uint32_t child = t->nodes ? tree_node(t, i)->first : 0;
	uint32_t next;

	while (child && !tree_drawn(t, tree_node(t, child)))
		child = tree_node(t, child)->next;
	if (child) {
		if (depth)
			++*depth;
		return child;
	}
	for (; i; i = tree_node(t, i)->parent) {
		next = tree_sibling(t, i);
		if (next)
			return next;
		if (depth)
			--*depth;
	}
	return 0;
}

uint64_t
tree_wall(const struct tree *t, const struct node *n)
{
	uint64_t end = n->end ? n->end : n->flags & NODE_LOST ? 0 : t->end;

	return !(n->flags & NODE_UNKNOWN) && end > n->start ? end - n->start :
							      0;
}

uint64_t
tree_hide(struct tree *t, uint64_t ns, uint64_t since)
{
	uint64_t hidden = 0;
	const struct node *n;

	for (uint32_t i = 1; i < t->nodes; i++) {
		uint32_t up = i;

		n = tree_node(t, i);
		if (n->start < since ||
		    (!(n->flags & (NODE_UNKNOWN | NODE_LOST)) &&
			tree_wall(t, n) < ns))
			continue;
		while (up && !(tree_node(t, up)->flags & NODE_MARK)) {
			tree_node(t, up)->flags |= NODE_MARK;
			up = tree_node(t, up)->parent;
		}
	}
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *m = tree_node(t, i);

		if (!(m->flags & (NODE_MARK | NODE_HIDDEN))) {
			m->flags |= NODE_HIDDEN;
			hidden += !(m->flags & NODE_THREAD);
		}
		m->flags &= (uint16_t)~NODE_MARK;
	}
	return hidden;
}

void
tree_number(struct tree *t)
{
	uint32_t id = 0;

	for (uint32_t i = tree_next(t, 0, NULL); i; i = tree_next(t, i, NULL))
		tree_node(t, i)->id = ++id;
}
