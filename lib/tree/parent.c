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

/* So many later ones of a number may have come and gone. */
#define REUSES_MAX 4096

/* The parent of n as named in /proc: the last incarnation of that number that
 * is old enough.  Returns 0 if that was gone by then, or may have been, or if
 * too many came after it. */
static uint32_t
find_parent(const struct tree *t, const struct node *n)
{
	uint32_t i = n->ppid > 0 ? tree_find(t, n->ppid) : 0;
	uint32_t listed = n->parent;
	int left = REUSES_MAX;
	const struct node *p = tree_node(t, i);

	while (i && (is_too_young(p, n) || p->flags & NODE_UNKNOWN)) {
		i = left-- ? p->prev : 0;
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

void
tree_inherit_chosen(struct tree *t)
{
	for (uint32_t from = 1; from < t->nodes; from++) {
		uint32_t i = from;
		struct node *n;

		while (i &&
		    !((n = tree_node(t, i))->flags &
			(NODE_CHOSEN | NODE_MARK))) {
			n->flags |= NODE_MARK;
			i = tree_parent(t, i);
		}
		if (!i || !(tree_node(t, i)->flags & NODE_CHOSEN))
			continue;
		for (i = from; !((n = tree_node(t, i))->flags & NODE_CHOSEN);
		     i = tree_parent(t, i))
			n->flags |= NODE_CHOSEN;
	}
	for (uint32_t i = 1; i < t->nodes; i++)
		node_clear(tree_node(t, i), NODE_MARK);
}

uint32_t
tree_choose(struct tree *t, int pid)
{
	struct node *n = node_living(t, pid);

	t->chosen = true;
	if (!n)
		return 0;
	n->flags |= NODE_CHOSEN;
	tree_inherit_chosen(t);
	return tree_find(t, pid);
}
