/* The parents of processes that were found in /proc, not forked. */
#include "kernel/start_time.h"
#include "tree/node.h"

/* Did p certainly begin after n?  Start times of /proc are cut to a tick, all
 * in the same way; those of list_processes may be off by some ms. */
static bool
is_too_young(const struct node *p, const struct node *n)
{
	bool p_cut = p->flags & NODE_COARSE && p->start % USER_TICK_NS == 0;
	bool n_cut = n->flags & NODE_COARSE && n->start % USER_TICK_NS == 0;
	uint64_t slack = n_cut && !p_cut ? proc_start_error() : 0;

	if ((p->flags & NODE_COARSE && !p_cut) ||
	    (n->flags & NODE_COARSE && !n_cut))
		slack += LIST_SLACK;
	return p->start > n->start + slack;
}

/* The parent of n as named in /proc: the last incarnation of that number that
 * is old enough.  Returns 0 if that was gone by then, or may have been. */
static uint32_t
find_parent(const struct tree *t, const struct node *n)
{
	uint32_t i = n->ppid > 0 ? tree_find(t, n->ppid) : 0;
	uint32_t listed = n->parent;
	const struct node *p = tree_node(t, i);

	while (i && (is_too_young(p, n) || p->flags & NODE_UNKNOWN)) {
		i = p->prev;
		p = tree_node(t, i);
	}
	if (!i || p == n || p->flags & NODE_THREAD)
		return 0;
	if (p->flags & NODE_ENDED ? p->end < n->start : p->epoch < listed)
		return 0;
	return i;
}

uint32_t
tree_parent(const struct tree *t, uint32_t i)
{
	const struct node *n = tree_node(t, i);

	return n->flags & NODE_PENDING ? find_parent(t, n) : n->parent;
}

void
node_seek_parent(const struct tree *t, struct node *n, int ppid)
{
	n->flags |= NODE_PENDING;
	n->ppid = ppid;
	n->parent = t->losses;
}

/* Cycles are possible only among nodes that wait for their parents, which are
 * few: so many steps are enough. */
static bool
descends(const struct tree *t, uint32_t i, const struct node *from)
{
	for (uint32_t steps = 0; i && steps < t->nodes; steps++) {
		if (tree_node(t, i) == from)
			return true;
		i = tree_parent(t, i);
	}
	return false;
}

uint32_t
tree_choose(struct tree *t, int pid)
{
	struct node *n = node_living(t, pid);

	t->chosen = true;
	if (!n)
		return 0;
	n->flags |= NODE_CHOSEN;
	for (uint32_t i = 1; i < t->nodes; i++)
		if (descends(t, i, n))
			tree_node(t, i)->flags |= NODE_CHOSEN;
	return tree_find(t, pid);
}
