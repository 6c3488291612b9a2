/* How long one process was at work, which had one thread, and below which one
 * that was. */
#include <stdlib.h>

#include "why/tally.h"

/* Add up, for each node, the time during which it or one below it was the only
 * one; the longest time without a break goes to the verdict.  Returns all. */
static uint64_t
serial_times(const struct why *w, uint64_t *alone, struct verdict *v)
{
	uint64_t sum = 0, since = 0;

	for (uint32_t i = 0; i + 1 < w->steps; i++) {
		const struct why_step *s = &w->step[i], *next = s + 1;
		uint64_t ns = next->ts - s->ts;

		if (s->threads != 1 || s->ts >= w->path.to) {
			since = 0;
			continue;
		}
		since = since ? since : s->ts;
		if (next->ts - since > v->to - v->from) {
			v->from = since;
			v->to = next->ts;
		}
		alone[s->node] += ns;
		sum += ns;
	}
	return sum;
}

/* Parents get what is below them: they come before it. */
static bool
serial_sum(const struct tree *t, uint64_t *alone)
{
	uint32_t *order = malloc((t->nodes + 1) * sizeof *order), count = 0;

	if (!order)
		return false;
	for (uint32_t i = 0; (i = tree_next(t, i, NULL)) != 0;)
		order[count++] = i;
	while (count--)
		alone[tree_node(t, order[count])->parent] +=
		    alone[order[count]];
	free(order);
	return true;
}

/* The last process below the root, going down, that has half of it; 0: it is
 * not in one. */
static uint32_t
serial_where(const struct why *w, const uint64_t *alone)
{
	const struct tree *t = w->view->tree;
	uint32_t found = 0, i = tree_node(t, w->path.root)->first;

	while (i) {
		if (!(tree_node(t, i)->flags & NODE_HIDDEN) &&
		    2 * alone[i] >= alone[w->path.root] && alone[i]) {
			found = i;
			i = tree_node(t, i)->first;
		} else
			i = tree_node(t, i)->next;
	}
	return found;
}

static void
serial_draft(struct tally *t, uint64_t one, const uint64_t *alone)
{
	uint32_t where = serial_where(t->why, alone);

	draft_put(t, "%o s of %w with one process", one, t->wall);
	draft_put_cpus(t);
	t->verdict.node = where ? where : t->why->path.root;
	if (where) {
		draft_put(t, ", %i of them in ", alone[where]);
		draft_put_line(t, where);
	}
	draft_done(t, VERDICT_SERIAL);
}

void
verdict_serial(struct tally *t)
{
	struct why *w = t->why;
	uint64_t *alone = calloc(w->view->tree->nodes + 1, sizeof *alone), one;

	if (!alone)
		w->failed = true;
	else if (w->path.root && w->cpus != 1) {
		one = serial_times(w, alone, &t->verdict);
		if (!serial_sum(w->view->tree, alone))
			w->failed = true;
		else if (one >= t->wall / 5)
			serial_draft(t, one, alone);
	}
	t->verdict = (struct verdict){ 0 };
	free(alone);
}
