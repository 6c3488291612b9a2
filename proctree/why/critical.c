/* The path goes back in time and ends at the beginning of its root.  Every step
 * either goes down to a child or back to an earlier moment of a parent, and
 * each child is left before it began: so it is entered once. */
#include "why/critical.h"

#include <stdlib.h>

uint32_t
critical_root(const struct tree *t)
{
	uint32_t i = t->chosen && !t->untimed ? tree_next(t, 0, NULL) : 0;
	uint64_t from, to;

	if (!i || !(tree_node(t, i)->flags & NODE_CHOSEN) ||
	    !tree_span(t, tree_node(t, i), 0, &from, &to) || from >= to)
		return 0;
	return i;
}

/* Going back: the segment of a node begins where the one before it will end,
 * when a child (or NULL) ended. */
static int
path_add(struct critical *c, uint32_t node, const struct life *child,
    uint64_t from, uint64_t to)
{
	uint32_t n = c->segments;
	struct segment *s = c->segment;

	if (from >= to)
		return 0;
	if ((n & (n - 1)) == 0) /* full: 0, 1, 2, 4 ... */
		s = realloc(s, (n ? 2 * (size_t)n : 1) * sizeof *s);
	if (!s)
		return -1;
	s[n] = (struct segment){ .node = node,
		.from = from,
		.to = to,
		.after = child ? child->node : 0,
		.waited = child ? child->waited : 0 };
	c->segment = s;
	c->segments++;
	return 0;
}

static void
path_reverse(struct critical *c)
{
	for (uint32_t i = 0, k = c->segments; i + 1 < k; i++) {
		struct segment s = c->segment[i];

		c->segment[i] = c->segment[--k];
		c->segment[k] = s;
	}
}

/* When a process on the path began: not before its root. */
static uint64_t
begin_of(const struct critical *c, const struct tree *t, uint32_t node)
{
	uint64_t start = tree_node(t, node)->start;

	return start > c->from && node != c->root ? start : c->from;
}

/* From the end of the root back to its beginning. */
static int
path_walk(struct critical *c, const struct tree *t, const struct lives *l)
{
	uint32_t node = c->root;
	uint64_t ts = c->to;

	for (;;) {
		uint64_t begin = begin_of(c, t, node);
		const struct life *x = lives_last(l, node, ts);

		if (x && x->to > begin && ts > begin) {
			if (path_add(c, node, x, x->to, ts) != 0)
				return -1;
			node = x->node;
			ts = x->to;
			continue;
		}
		if (path_add(c, node, NULL, begin, ts) != 0)
			return -1;
		ts = begin < ts ? begin : ts;
		if (node == c->root || ts <= c->from)
			return 0;
		node = tree_node(t, node)->parent;
	}
}

void
critical_find(struct critical *c, const struct tree *t, const struct lives *l,
    uint32_t root, uint64_t since)
{
	*c = (struct critical){ .root = root };
	if (!root ||
	    !tree_span(t, tree_node(t, root), since, &c->from, &c->to)) {
		c->root = 0;
		return;
	}
	c->failed = path_walk(c, t, l) != 0;
	path_reverse(c);
	if (c->failed)
		critical_free(c);
}

void
critical_free(struct critical *c)
{
	free(c->segment);
	*c = (struct critical){ .failed = c->failed };
}
