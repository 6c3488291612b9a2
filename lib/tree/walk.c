/* Ways through a finished tree, and what of it is hidden. */
#include "tree/node.h"

uint32_t
tree_sibling(const struct tree *t, uint32_t i)
{
	do
		i = tree_node(t, i)->next;
	while (i && tree_node(t, i)->flags & NODE_HIDDEN);
	return i;
}

uint32_t
tree_next(const struct tree *t, uint32_t i, int *depth)
{
	uint32_t child = t->nodes ? tree_node(t, i)->first : 0;
	uint32_t next;

	while (child && tree_node(t, child)->flags & NODE_HIDDEN)
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

bool
tree_span(const struct tree *t, const struct node *n, uint64_t since,
    uint64_t *from, uint64_t *to)
{
	if (n->flags & NODE_UNKNOWN || (n->flags & NODE_LOST && !n->end))
		return false;
	*from = n->start > since ? n->start : since;
	*to = n->end ? n->end : t->end;
	if (*to < *from)
		*to = *from;
	return true;
}

uint64_t
tree_waited(const struct tree *t, const struct node *n)
{
	const struct node *p = tree_node(t, n->parent);

	if ((p->flags & (NODE_TRUSTED | NODE_STRANGE)) != NODE_TRUSTED ||
	    n->waited < n->end)
		return 0;
	return n->waited;
}

uint64_t
tree_wall(const struct tree *t, const struct node *n)
{
	uint64_t from, to;

	return tree_span(t, n, 0, &from, &to) ? to - from : 0;
}

/* Children come in the order they began, so one pass merges their times. */
uint64_t
tree_self(const struct tree *t, const struct node *n, uint64_t since)
{
	uint64_t ns = 0, from, to, begin, end;
	const struct node *c;

	if (!tree_span(t, n, since, &from, &to))
		return 0;
	for (uint32_t i = n->first; i; i = c->next) {
		c = tree_node(t, i);
		if (c->flags & NODE_HIDDEN ||
		    !tree_span(t, c, since, &begin, &end))
			continue;
		if (begin >= to)
			break;
		if (begin > from)
			ns += begin - from;
		if (end > from)
			from = end;
	}
	return from < to ? ns + to - from : ns;
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
			if (!(m->flags & NODE_THREAD))
				hidden++;
		}
		node_clear(m, NODE_MARK);
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
