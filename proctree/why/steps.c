/* How many processes were at work, from moment to moment: one pass over all
 * beginnings and ends. */
#include <stdlib.h>

#include "base/number.h"
#include "why/steps.h"

struct edge {
	uint64_t ts;
	uint32_t life; /* its index among the lives */
	bool end;
};

struct sweep {
	const struct why *why;
	struct edge *edge;
	size_t edges;
	uint32_t *living; /* of each node: its children that live, twice, and 1
			     if it lives itself */
	uint64_t leaf;	  /* the sum of the nodes that are leaves */
	struct why_step now;
};

static int
by_time(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;
	int r = (x->ts > y->ts) - (x->ts < y->ts);

	return r ? r : (x->life > y->life) - (x->life < y->life);
}

/* CPU time, at least; ns. */
static uint64_t
usage_least(const struct usage *u)
{
	return u->no_cpu || !u->known ? u->cpu_min : u->cpu;
}

/* How many CPUs it took, if it took them evenly. */
static double
rate_of(const struct sweep *s, const struct life *x)
{
	const struct node *n = tree_node(s->why->view->tree, x->node);

	return number_real(usage_least(&n->usage)) /
	    number_real(x->to - x->from);
}

/* A node begins, or ceases, to be a leaf. */
static void
leaf_set(struct sweep *s, uint32_t node, bool is)
{
	uint32_t threads = tree_node(s->why->view->tree, node)->threads;

	threads = threads ? threads : 1;
	s->now.leaves += is ? 1u : -1u;
	s->now.threads += is ? threads : -(uint64_t)threads;
	s->leaf += is ? node : -(uint64_t)node;
}

/* It has other children that live, or lives itself or not. */
static void
living_set(struct sweep *s, uint32_t node, uint32_t living)
{
	bool was = s->living[node] == 1;

	s->living[node] = living;
	if (was != (living == 1))
		leaf_set(s, node, living == 1);
}

static void
edge_apply(struct sweep *s, const struct edge *e)
{
	const struct life *x = &s->why->lives.life[e->life];
	double rate = rate_of(s, x);

	living_set(s, x->node, s->living[x->node] + (e->end ? -1u : 1u));
	if (x->parent)
		living_set(
		    s, x->parent, s->living[x->parent] + (e->end ? -2u : 2u));
	s->now.used += e->end ? -rate : rate;
}

static bool
edges_find(struct sweep *s)
{
	const struct lives *l = &s->why->lives;

	s->edge = malloc((2 * (size_t)l->count + 1) * sizeof *s->edge);
	if (!s->edge)
		return false;
	for (uint32_t i = 0; i < l->count; i++) {
		const struct life *x = &l->life[i];

		if (!why_counts(s->why, tree_node(s->why->view->tree, x->node)))
			continue;
		s->edge[s->edges++] = (struct edge){ .ts = x->from, .life = i };
		s->edge[s->edges++] = (struct edge){
			.ts = x->to, .life = i, .end = true
		};
	}
	qsort(s->edge, s->edges, sizeof *s->edge, by_time);
	return true;
}

/* All that begins or ends at a moment is one step. */
static void
steps_sweep(struct sweep *s, struct why *w)
{
	for (size_t i = 0; i < s->edges;) {
		uint64_t ts = s->edge[i].ts;

		while (i < s->edges && s->edge[i].ts == ts)
			edge_apply(s, &s->edge[i++]);
		s->now.ts = ts;
		s->now.node = s->now.leaves == 1 ? (uint32_t)s->leaf : 0;
		if (i == s->edges || s->now.used < 0)
			s->now.used = 0; /* what rounding has left */
		w->step[w->steps++] = s->now;
	}
}

void
steps_find(struct why *w)
{
	struct sweep s = { .why = w };

	s.living = calloc(w->view->tree->nodes + 1, sizeof *s.living);
	if (s.living && edges_find(&s))
		w->step = malloc((s.edges + 1) * sizeof *w->step);
	if (w->step)
		steps_sweep(&s, w);
	else
		w->failed = true;
	free(s.living);
	free(s.edge);
}
