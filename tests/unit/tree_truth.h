/*
 * tree_truth: is what a tree says of a node what happened in the model?
 */
#ifndef TREE_TRUTH_H
#define TREE_TRUTH_H

#include <stdlib.h>

#include "tree/tree.h"
#include "tree_model.h"

/* How events are lost, and how that is repaired. */
enum mode { CALM, REPLAY, LOOK, LIST };

static struct tasks t;
static struct tree tree;
static enum mode mode;
static bool atomic_list; /* nothing happens between arming and the end of it */
static int root;	 /* that was chosen, NOBODY: none */
static uint64_t gap;	 /* of a loss that is to be repaired */
static int program, wrong, key[TASKS * 4], seen[TASKS];
static bool trace;
static long nodes, edges, lossy, chosen;

/* ---- what is true ---- */

static void
fail(const struct node *n, const char *what)
{
	static const struct node none;
	const struct node *p;

	n = n ? n : &none;
	p = n->parent ? tree_node(&tree, n->parent) : &none;
	if (wrong++ < 8)
		printf("# program %d (mode %d): %s: %d#%u \"%s\" flags %#x"
		       " under %d#%u \"%s\"\n",
		    program, mode, what, n->tid, n->generation, n->comm,
		    n->flags, p->tid, p->generation, p->comm);
}

#define check(cond, node, what)           \
	do {                              \
		if (!(cond))              \
			fail(node, what); \
	} while (0)

/* The task that a node is, NOBODY if it has no name. */
static int
who(const struct node *n)
{
	int i = n->comm[0] ? (int)strtol(n->comm, NULL, 10) : NOBODY;

	return i < count ? i : NOBODY;
}

/* Is it this process, or one that may be, and is no other? */
static bool
is_process(uint32_t at, int i, int thread)
{
	const struct node *p = tree_node(&tree, at);
	int is = who(p);

	if (is != NOBODY)
		return is == i || is == thread;
	if (p->tid == m[i].tid)
		is = i;
	else if (thread != NOBODY && p->tid == m[thread].tid)
		is = thread;
	if (is == NOBODY || !(p->flags & NODE_UNKNOWN) ||
	    (key[at] != NOBODY && key[at] != is))
		return false;
	key[at] = is;
	return true;
}

/* CLONE_PARENT: under the parent of the forker; it is not known whether it still
 * had that one after losses, or had it already when it was listed later. */
static bool
is_sibling(const struct node *n, int i)
{
	const struct mtask *f = &m[m[m[i].forker].process];

	if (mode == CALM && atomic_list)
		return is_process(n->parent, m[i].was, NOBODY);
	for (int k = 0; k < f->reads; k++)
		if (is_process(n->parent, f->read[k], NOBODY))
			return true;
	return f->forker != NOBODY &&
	    (is_process(n->parent, m[f->forker].process, f->forker) ||
		(f->sibling && is_sibling(n, (int)(f - m))));
}

static bool
is_edge(const struct node *n, int i)
{
	int f = m[i].forker;

	if (f == NOBODY)
		return false;
	if (m[i].process != i)
		return is_process(n->parent, m[i].process, f);
	if (is_process(n->parent, m[f].process, f) ||
	    (m[i].sibling && is_sibling(n, i)))
		return true;
	if (m[i].reported && !(n->flags & NODE_REPAIRED))
		return false;
	for (int k = 0; k < m[i].reads; k++)
		if (is_process(n->parent, m[i].read[k], NOBODY))
			return true;
	return false;
}

static bool
is_known(int i)
{
	return i >= 0 && (m[i].reported || m[i].listed);
}

/* Must it have a parent? */
static bool
has_parent(const struct node *n, int i)
{
	int f = m[i].forker, p = m[i].reads ? m[i].read[0] : NOBODY;

	if (f == NOBODY || n->flags & (NODE_ORPHAN | NODE_UNKNOWN))
		return false;
	/* CLONE_PARENT: not its forker, where that one's is not known. */
	if (m[i].sibling && n->ppid == PPID_UNKNOWN)
		return false;
	if (root != NOBODY)
		return i != root && !m[i].sibling && m[i].reported;
	return m[i].reported || n->flags & NODE_REPAIRED || (p >= 0 && m[p].listed);
}

static void
check_node(uint32_t at)
{
	const struct node *n = tree_node(&tree, at), *p;
	int i = who(n);

	nodes++;
	if (i == NOBODY) {
		check(n->flags & NODE_UNKNOWN, n, "no name");
		check(!n->parent, n, "an edge from no task");
		return;
	}
	p = tree_node(&tree, n->parent);
	check(n->tid == m[i].tid, n, "another's name");
	if (n->parent) {
		edges++;
		check(is_edge(n, i), n, "wrong edge");
		check(p->start <= n->start + 20 * MS, n, "parent is younger");
	} else
		check(!has_parent(n, i), n, "no parent");
	/* The end of a thread of an unknown task is nobody's. */
	check(mode != CALM ||
		!(n->flags & (NODE_ORPHAN | NODE_REPAIRED | NODE_LOST)) ||
		p->flags & NODE_UNKNOWN,
	    n, "marked without a loss");
	if (!(n->flags & NODE_UNKNOWN))
		check(n->start == m[i].start ||
			(n->flags & NODE_COARSE &&
			    n->start == m[i].start / TICK * TICK),
		    n, "start");
	if (mode == CALM && m[i].reported && !(n->flags & NODE_UNKNOWN))
		check(n->start == m[i].start && !(n->flags & NODE_BEFORE), n,
		    "start of its fork");
	if (m[i].reported && m[i].process == i && !m[i].sibling &&
	    is_known(m[i].forker) && is_known(m[m[i].forker].process) &&
	    mode == CALM)
		check(n->ppid == m[m[m[i].forker].process].tid, n, "ppid");
	seen[i] += mode == CALM ||
	    !(n->flags & (NODE_UNKNOWN | NODE_LOST | NODE_ORPHAN));
	check(seen[i] <= 1, n, "there twice");
}

static void
check_end(const struct node *n, int i)
{
	bool ended = n->flags & NODE_ENDED, dead;

	if (i == NOBODY || m[i].process != i || n->flags & NODE_UNKNOWN)
		return;
	dead = m[i].dead;
	check(!ended || dead, n, "ended, but it lives");
	check(!ended || n->end == m[i].end, n, "end");
	check(
	    !(n->flags & NODE_ZOMBIE) || dead || mode != CALM, n, "no zombie");
	check(!dead || n->flags & (NODE_ENDED | NODE_LOST | NODE_ZOMBIE), n,
	    "runs, but it is dead");
	if (mode == CALM && !(n->flags & NODE_ZOMBIE))
		check(ended == (dead && m[i].end >= armed), n, "end not seen");
}

/* What it runs; only where its parents are known. */
static void
check_program(const struct node *n, int i)
{
	struct event e;
	int prog;

	if (i == NOBODY || mode != CALM || !atomic_list ||
	    n->flags & NODE_THREAD || m[i].process != i)
		return;
	tree_program(&tree, n->exec, &e);
	prog = e.args.count ? (int)strtol(e.args.text, NULL, 10) : 0;
	check(prog == 0 || prog == m[i].prog, n, "another's program");
	check(prog == m[i].prog || !(n->flags & NODE_CALLED) || !m[i].execs, n,
	    "no program");
}

#endif
