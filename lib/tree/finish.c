/* What is done with a tree when the trace is over: parents for what was there
 * before, the choice of what is drawn, and the counts. */
#include "task/table.h"
#include "tree/node.h"

/* ---- parents ---- */

static void
find_parents(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i);

		n->parent = tree_parent(t, i);
		node_clear(n, NODE_PENDING);
		n->id = 0;
	}
}

/* Start times from /proc are not exact, so two nodes could seem to be each
 * other's parent.  Walk up from each node to where an earlier walk passed: each
 * node is passed once. */
static void
cut_cycles(struct tree *t)
{
	for (uint32_t from = 1; from < t->nodes; from++) {
		struct node *n = tree_node(t, from);

		while (!n->id && n->parent) {
			n->id = from;
			if (tree_node(t, n->parent)->id == from) {
				n->parent = 0;
				n->flags |= NODE_ORPHAN;
			} else
				n = tree_node(t, n->parent);
		}
		n->id = n->id ? n->id : from;
	}
}

/* Mark nodes whose parent is not known because of a loss. */
static void
mark_orphans(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i);

		if (!n->parent && n->flags & NODE_REPAIRED && n->ppid != 0)
			n->flags |= NODE_ORPHAN;
		if (n->parent &&
		    !(tree_node(t, n->parent)->flags & NODE_UNKNOWN))
			node_clear(n, NODE_ORPHAN);
		n->id = 0;
	}
}

/* ---- children ---- */

static bool
is_before(const struct node *a, const struct node *b)
{
	/* Roots: what may belong to another process comes last. */
	if (!a->parent && !b->parent && (a->flags ^ b->flags) & NODE_ORPHAN)
		return b->flags & NODE_ORPHAN;
	if (a->start != b->start)
		return a->start < b->start;
	return a->tid < b->tid;
}

/* Merge two lists of siblings in the order they began. */
static uint32_t
merge_children(struct tree *t, uint32_t a, uint32_t b)
{
	uint32_t first = 0, *at = &first;

	while (a && b) {
		uint32_t *from = &a;

		if (is_before(tree_node(t, b), tree_node(t, a)))
			from = &b;
		*at = *from;
		at = &tree_node(t, *from)->next;
		*from = *at;
	}
	*at = a ? a : b;
	return first;
}

/* Merge sort of a list: run[i] is sorted and has 2^i nodes. */
static void
sort_children(struct tree *t, struct node *parent)
{
	uint32_t run[33] = { 0 }, i = parent->first, next, sorted = 0;
	int k;

	for (; i; i = next) {
		next = tree_node(t, i)->next;
		tree_node(t, i)->next = 0;
		for (k = 0; run[k]; k++) {
			i = merge_children(t, run[k], i);
			run[k] = 0;
		}
		run[k] = i;
	}
	for (k = 0; k < 33; k++)
		sorted = merge_children(t, run[k], sorted);
	parent->first = sorted;
	for (i = sorted; i; i = tree_node(t, i)->next)
		parent->last = i;
	node_clear(parent, NODE_MARK);
}

/* Is it out of the picture: it had ended before, or is of another subtree? */
static bool
is_outside(const struct tree *t, const struct node *n)
{
	if (t->chosen && !(n->flags & NODE_CHOSEN))
		return true;
	return n->end && n->end < t->from;
}

static void
link_children(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i), *p, *last;

		if (is_outside(t, n)) {
			n->flags |= NODE_HIDDEN;
			continue;
		}
		if (n->parent && is_outside(t, tree_node(t, n->parent)))
			n->parent = 0;
		p = tree_node(t, n->parent);
		last = tree_node(t, p->last);
		if (p->first) {
			last->next = i;
			if (is_before(n, last))
				p->flags |= NODE_MARK;
		} else
			p->first = i;
		p->last = i;
	}
	for (uint32_t i = 0; i < t->nodes; i++)
		if (tree_node(t, i)->flags & NODE_MARK)
			sort_children(t, tree_node(t, i));
}

/* ---- what still runs, and the counts ---- */

static bool
is_running(const struct tasks *tasks, const struct node *n)
{
	const struct task *p = tasks_find(tasks, n->tid);

	/* Its first thread has ended, and whether others live is lost. */
	if (p && p->status.first && p->counted != tasks->epoch)
		return false;
	return p && p->epoch == tasks->epoch && node_is_near(n, p->start);
}

/* Was it there when the tree begins?  Kernel threads have no arguments, and a
 * process forked while events were armed may have called before that. */
static bool
was_there(const struct tree *t, const struct node *n)
{
	return n->flags & NODE_BEFORE || (n->start && n->start < t->from);
}

static bool
knows_arguments(const struct tree *t, const struct node *n)
{
	const struct node *p = tree_node(t, n->parent);
	struct event e;

	if (!(n->flags & NODE_CALLED))
		return n->exec || was_there(t, n) ||
		    (n->parent && !p->exec && was_there(t, p));
	if (!tree_exec(t, n->exec)->ts)
		return true;
	tree_program(t, n->exec, &e);
	return e.args.state >= ARGS_PROC;
}

/* Does it still run, or has its end been lost?  Of a zombie found after a loss
 * the end was not seen. */
static void
settle_end(struct node *n, const struct tasks *tasks)
{
	bool zombie = n->flags & NODE_ZOMBIE;

	if (n->flags & NODE_ENDED || (zombie && !n->epoch))
		node_clear(n, NODE_LOST);
	else if (zombie || !is_running(tasks, n))
		n->flags |= NODE_LOST;
}

static void
settle_node(struct tree *t, const struct tasks *tasks, struct node *n)
{
	uint32_t before = n->prev;

	while (before && tree_node(t, before)->flags & NODE_HIDDEN)
		before = tree_node(t, before)->prev;
	n->generation = before ? tree_node(t, before)->generation + 1 : 0;
	settle_end(n, tasks);
	/* Its parent had been listed after an exec, and forked it before. */
	if (!(n->flags & NODE_CALLED) && n->exec &&
	    tree_exec(t, n->exec)->ts > n->start)
		n->exec = 0;
}

static void
count_if(uint64_t *n, bool yes)
{
	if (yes)
		++*n;
}

static void
count_node(struct tree *t, const struct node *n)
{
	struct tree_counts *c = &t->counts;
	bool thread = n->flags & NODE_THREAD;

	count_if(&c->threads, thread);
	if (thread)
		return;
	c->processes++;
	count_if(&c->orphans, n->flags & NODE_ORPHAN);
	count_if(&c->nameless, !n->comm[0]);
	count_if(&c->argless, !knows_arguments(t, n));
	count_if(&c->repaired, n->flags & NODE_REPAIRED);
	count_if(&c->endless, n->flags & NODE_LOST);
	count_if(&c->reuses, n->generation > 0);
}

void
tree_finish(struct tree *t, const struct tasks *tasks, uint64_t end)
{
	t->end = end;
	if (t->nodes == 0)
		return;
	find_parents(t);
	cut_cycles(t);
	if (t->chosen)
		tree_inherit_chosen(t);
	mark_orphans(t);
	link_children(t);
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i);

		if (n->flags & NODE_HIDDEN)
			continue;
		settle_node(t, tasks, n);
		count_node(t, n);
	}
}
