/* What a trace took its time for: all of it together. */
#include <stdlib.h>

#include "why/steps.h"

bool
why_counts(const struct why *w, const struct node *n)
{
	const struct tree *t = w->view->tree;
	uint64_t from, to;

	if (n->flags & (NODE_HIDDEN | NODE_THREAD) ||
	    !tree_span(t, n, 0, &from, &to))
		return false;
	return n->start >= w->view->origin ||
	    (w->path.root && n == tree_node(t, w->path.root));
}

static int
cpus_of(const struct view *v)
{
	int cpus = v->machine[1].cpus;

	return cpus == v->machine[0].cpus ? cpus : 0;
}

void
why_find(struct why *w, const struct view *v)
{
	*w = (struct why){ .view = v, .cpus = cpus_of(v) };
	if (v->tree->untimed || !v->tree->nodes)
		return;
	w->failed = lives_find(&w->lives, v->tree, v->origin) != 0;
	if (w->failed)
		return;
	critical_find(
	    &w->path, v->tree, &w->lives, critical_root(v->tree), v->origin);
	steps_find(w);
	w->failed |= w->path.failed;
	if (!w->failed)
		verdicts_find(w);
}

void
why_free(struct why *w)
{
	for (int i = 0; i < w->verdicts; i++)
		free(w->verdict[i].text);
	free(w->step);
	critical_free(&w->path);
	lives_free(&w->lives);
	*w = (struct why){ 0 };
}
