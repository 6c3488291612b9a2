/* What is done with a tree when the trace is over: parents for what was there
 * before, who is drawn, and the counts. */
#include <string.h>

#include "list.h"
#include "proc.h"
#include "tasks.h"
#include "tree.h"
#include "tree_node.h"

/* ---- parents ---- */

/* Did p certainly begin after n?  Start times of /proc are cut to a tick, all
 * in the same way; those of list_processes may be off by some ms. */
static bool
is_too_young(const struct node *p, const struct node *n)
{
	bool p_cut = p->flags & NODE_COARSE && p->start % PROC_TICK == 0;
	bool n_cut = n->flags & NODE_COARSE && n->start % PROC_TICK == 0;
	uint64_t slack = n_cut && !p_cut ? PROC_TICK : 0;

	if ((p->flags & NODE_COARSE && !p_cut) ||
	    (n->flags & NODE_COARSE && !n_cut))
		slack += LIST_SLACK;
	return p->start > n->start + slack;
}

/* The incarnation of a number that is the parent of n as /proc named it: the
 * last that is old enough.  Returns 0 if that was gone by then, or nobody knows
 * whether it was. */
static uint32_t
parent_of(const struct tree *t, const struct node *n)
{
	uint32_t i = n->ppid > 0 ? tree_find(t, n->ppid) : 0;
	uint32_t listed = n->parent;
	const struct node *p;

	while (i &&
	    (is_too_young(tree_node(t, i), n) ||
		tree_node(t, i)->flags & NODE_UNKNOWN))
		i = tree_node(t, i)->prev;
	if (!i)
		return 0;
	p = tree_node(t, i);
	if (p == n || p->flags & NODE_THREAD)
		return 0;
	if (p->flags & NODE_ENDED ? p->end < n->start : p->epoch < listed)
		return 0;
	return i;
}

uint32_t
tree_parent(const struct tree *t, uint32_t i)
{
	const struct node *n = tree_node(t, i);

	return n->flags & NODE_PENDING ? parent_of(t, n) : n->parent;
}

void
tree_move(struct tree *t, uint32_t i, int ppid)
{
	struct node *n = tree_node(t, i);

	n->flags |= NODE_PENDING;
	n->ppid = ppid;
	n->parent = t->losses;
}

static void
find_parents(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i);

		if (n->flags & NODE_PENDING)
			n->parent = parent_of(t, n);
		n->flags &= (uint16_t)~NODE_PENDING;
		n->id = 0;
	}
}

/* Start times from /proc are not exact, so two of them could seem to be each
 * other's parent.  Walk up from each node until where somebody was before:
 * each is passed once. */
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

/* Who descends from a chosen one is chosen; NODE_MARK is for those that are
 * known not to. */
static void
inherit_chosen(struct tree *t)
{
	for (uint32_t from = 1; from < t->nodes; from++) {
		uint32_t i = from;
		uint16_t found;

		while (
		    i && !(tree_node(t, i)->flags & (NODE_CHOSEN | NODE_MARK)))
			i = tree_node(t, i)->parent;
		found = i && tree_node(t, i)->flags & NODE_CHOSEN ?
		    NODE_CHOSEN :
		    NODE_MARK;
		for (uint32_t up = from; up != i; up = tree_node(t, up)->parent)
			tree_node(t, up)->flags |= found;
	}
}

/* Whose parent is not known by a loss. */
static void
mark_orphans(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++) {
		struct node *n = tree_node(t, i);

		if (!n->parent && n->flags & NODE_REPAIRED && n->ppid != 0)
			n->flags |= NODE_ORPHAN;
		if (n->parent &&
		    !(tree_node(t, n->parent)->flags & NODE_UNKNOWN))
			n->flags &= (uint16_t)~NODE_ORPHAN;
	}
}

/* ---- children ---- */

static bool
is_before(const struct node *a, const struct node *b)
{
	/* Roots: what may belong to somebody else comes last. */
	if (!a->parent && !b->parent && (a->flags ^ b->flags) & NODE_ORPHAN)
		return b->flags & NODE_ORPHAN;
	if (a->start != b->start)
		return a->start < b->start;
	return a->tid < b->tid;
}

/* Merge two lists of siblings in the order they began. */
static uint32_t
merge(struct tree *t, uint32_t a, uint32_t b)
{
	uint32_t first = 0, *at = &first;

	while (a && b) {
		uint32_t *from = is_before(tree_node(t, b), tree_node(t, a)) ?
		    &b :
		    &a;

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
			i = merge(t, run[k], i);
			run[k] = 0;
		}
		run[k] = i;
	}
	for (k = 0; k < 33; k++)
		sorted = merge(t, run[k], sorted);
	parent->first = sorted;
	for (i = sorted; i; i = tree_node(t, i)->next)
		parent->last = i;
	parent->flags &= (uint16_t)~NODE_MARK;
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
		tree_node(t, i)->flags &= (uint16_t)~NODE_MARK;
		tree_node(t, i)->id = 0;
	}
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

/* ---- who still runs, and the counts ---- */

static bool
is_running(const struct tasks *tasks, const struct node *n)
{
	const struct task *p = tasks_find(tasks, n->tid);

	/* Its first thread has ended, and whether others live is lost. */
	if (p && p->status.first && p->counted != tasks->epoch)
		return false;
	return p && p->epoch == tasks->epoch && node_is_near(n, p->start);
}

/* Was it there when the tree begins?  Kernel threads have no arguments, and
 * who was forked while events were armed may have called before that. */
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
	tree_lend(t, n->exec, &e);
	return e.args.state >= ARGS_PROC;
}

static void
count(struct tree *t, const struct tasks *tasks, struct node *n)
{
	struct tree_counts *c = &t->counts;
	uint32_t before = n->prev;

	while (before && tree_node(t, before)->flags & NODE_HIDDEN)
		before = tree_node(t, before)->prev;
	n->generation = before ? tree_node(t, before)->generation + 1 : 0;
	/* A zombie found after a loss: nobody saw when it ended. */
	if (n->flags & NODE_ENDED || (n->flags & NODE_ZOMBIE && !n->epoch))
		n->flags &= (uint16_t)~NODE_LOST;
	else if (n->flags & NODE_ZOMBIE)
		n->flags |= NODE_LOST;
	else if (!is_running(tasks, n))
		n->flags |= NODE_LOST;
	/* Its parent had been listed after an exec, and forked it before. */
	if (!(n->flags & NODE_CALLED) && n->exec &&
	    tree_exec(t, n->exec)->ts > n->start)
		n->exec = 0;
	if (n->flags & NODE_THREAD) {
		c->threads++;
		return;
	}
	c->processes++;
	c->orphans += (n->flags & NODE_ORPHAN) != 0;
	c->nameless += !n->comm[0];
	c->argless += !knows_arguments(t, n);
	c->repaired += (n->flags & NODE_REPAIRED) != 0;
	c->endless += (n->flags & NODE_LOST) != 0;
	c->reuses += n->generation > 0;
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
		inherit_chosen(t);
	mark_orphans(t);
	link_children(t);
	for (uint32_t i = 1; i < t->nodes; i++)
		if (!(tree_node(t, i)->flags & NODE_HIDDEN))
			count(t, tasks, tree_node(t, i));
}
