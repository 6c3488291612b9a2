/* The critical path, and a prediction, ask one thing of a tree: a search among
 * all ends, sorted by parent and time. */
#include "why/lives.h"

#include <stdlib.h>

static int
by_number(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

/* From when on its parent need not wait for it. */
static uint64_t
free_at(const struct life *x)
{
	return x->waited ? x->waited : x->to;
}

static int
by_end(const struct life *x, const struct life *y)
{
	int r = by_number(x->to, y->to);

	if (r == 0)
		r = by_number(y->from, x->from);
	return r ? r : by_number(y->node, x->node);
}

static int
by_wait(const void *a, const void *b)
{
	const struct life *x = a, *y = b;
	int r = by_number(x->parent, y->parent);

	if (r == 0)
		r = by_number(free_at(x), free_at(y));
	return r ? r : by_end(x, y);
}

static void
find_last(struct lives *l)
{
	for (uint32_t i = 0; i < l->count; i++) {
		struct life *x = &l->life[i];
		const struct life *before = i ? &l->life[x[-1].last] : x;

		x->last = before->parent == x->parent && by_end(before, x) > 0 ?
		    x[-1].last :
		    i;
	}
}

int
lives_find(struct lives *l, const struct tree *t, uint64_t since)
{
	struct life *x = malloc((t->nodes + 1) * sizeof *x);

	*l = (struct lives){ .life = x };
	if (!x)
		return -1;
	for (uint32_t i = 0; (i = tree_next(t, i, NULL)) != 0;) {
		const struct node *n = tree_node(t, i);

		*x = (struct life){ .node = i,
			.parent = n->parent,
			.waited = tree_waited(t, n) };
		if (!(n->flags & NODE_THREAD) &&
		    tree_span(t, n, since, &x->from, &x->to) && x->from < x->to)
			x++;
	}
	l->count = (uint32_t)(x - l->life);
	qsort(l->life, l->count, sizeof *x, by_wait);
	find_last(l);
	return 0;
}

void
lives_free(struct lives *l)
{
	free(l->life);
	*l = (struct lives){ 0 };
}

const struct life *
lives_last(const struct lives *l, uint32_t parent, uint64_t ts)
{
	uint32_t low = 0, high = l->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct life *x = &l->life[middle];

		if (x->parent < parent ||
		    (x->parent == parent && free_at(x) <= ts))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || l->life[low - 1].parent != parent)
		return NULL;
	return &l->life[l->life[low - 1].last];
}
