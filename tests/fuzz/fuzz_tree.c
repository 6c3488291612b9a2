/*
 * Events in any order, of few numbers, through tasks into a tree: no crash, no
 * leak, no cycle, every child in the list of its parent and once, and drawing
 * ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "some_event.h"
#include "task/table.h"
#include "tree/tree.h"

#define TIMES 8	   /* the input is read, each time from a byte further on */
#define CHAIN 3000 /* once in an input; 50000 are in test_tree */

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct tasks tasks;
static struct tree tree;
static bool chained;

#define want(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "line %d: %s\n", __LINE__, #ok);	\
		abort();						\
	}								\
} while (0)

static int
look(void *arg, int tid, struct event *e)
{
	(void)arg;
	return some_look(tid, e);
}

static void
into_tree(void *arg, const struct event *e)
{
	tree_apply(arg, e);
}

/* Many of one kind: deep, wide, or both. */
static void
some_chain(void)
{
	uint8_t how = byte();
	int forker = some_tid(), n = how < 250 || chained ? 20 : CHAIN;

	chained |= n == CHAIN;
	for (int i = 0; i < n; i++) {
		struct event e = { .tid = 100 + i, .ts = now, .comm = "chain",
			.args.argc = -1 };

		if (how & 2) {
			e.type = EVENT_TASK;
			e.found.pid = e.tid;
			e.found.ppid = forker;
			e.found.start = now - (how & 4 ? i : 0);
		} else {
			e.type = EVENT_FORK;
			e.fork.parent = forker;
		}
		now += how & 8 ? 0 : 1000;
		want(tasks_apply(&tasks, &e) == 0);
		if (how & 1)
			forker = 100 + i;
	}
}

static void
some_event(void)
{
	struct event e = { .args.argc = -1 };
	uint8_t kind = byte();
	char *text = NULL;

	if (kind == 255) {
		some_chain();
		return;
	}
	e.type = (enum event_type)(1 + kind % EVENT_STATUS);
	e.ts = now += byte() * (uint64_t)300000;
	e.tid = some_tid();
	some_kind(&e);
	memcpy(e.comm, "comm", byte() & 1 ? 4 : 0);
	if (e.type == EVENT_EXEC || e.type == EVENT_TASK)
		text = some_args(&e);
	want(tasks_apply(&tasks, &e) == 0);
	free(text);
}

/* Is it under its parent, and there only once? */
static void
check_children(uint32_t i)
{
	const struct node *n = tree_node(&tree, i), *c, *before = NULL;
	uint32_t last = 0, count = 0;

	for (uint32_t k = n->first; k; k = c->next) {
		want(k < tree.nodes && ++count < tree.nodes);
		c = tree_node(&tree, k);
		want(c->parent == i);
		/* Roots that may belong to somebody else come last. */
		if (before && (i || !((before->flags ^ c->flags) & NODE_ORPHAN)))
			want(before->start <= c->start);
		else if (before)
			want(c->flags & NODE_ORPHAN);
		before = c;
		last = k;
	}
	want(n->last == last);
}

static void
check_node(uint32_t i)
{
	const struct node *n = tree_node(&tree, i);
	struct event e = { .args.count = 7 };
	uint32_t steps = 0, x = n->exec;

	for (uint32_t up = i; up && (i < 300 || i % 1000 == 0);
	    up = tree_node(&tree, up)->parent)
		want(up < tree.nodes && steps++ < tree.nodes);
	want(tree_find(&tree, n->tid) && strnlen(n->comm, COMM_LEN) < COMM_LEN);
	want(n->code >= CODE_UNKNOWN && n->ppid >= PPID_UNKNOWN);
	want(tree_wall(&tree, n) <= tree.end);
	want(!(n->flags & (NODE_PENDING | NODE_MARK)));
	want(!(n->flags & NODE_ENDED && n->flags & NODE_LOST));
	tree_program(&tree, x, &e);
	want(e.args.count >= 0 && e.args.count < 4);
	for (steps = 0; x && steps == 0;) { /* its execs are a ring */
		want(x < tree.execs);
		do {
			x = tree_exec(&tree, x)->next;
			want(++steps <= tree.execs);
		} while (x != n->exec);
	}
}

/* Every drawn one is visited once, in an order that can be numbered. */
static void
check_order(void)
{
	uint32_t drawn = 0, visited = 0, before = 0;
	int depth = -1;

	for (uint32_t i = 1; i < tree.nodes; i++)
		drawn += !(tree_node(&tree, i)->flags & NODE_HIDDEN);
	tree_number(&tree);
	for (uint32_t i = 0; (i = tree_next(&tree, i, &depth)) != 0;) {
		const struct node *n = tree_node(&tree, i);

		want(++visited <= drawn && n->id == visited && depth >= 0);
		want(!(n->flags & NODE_HIDDEN));
		want(depth == 0 ? n->parent == 0 : n->parent != 0);
		want(n->parent == 0 || tree_node(&tree, n->parent)->id < n->id);
		want(n->parent != before || before == 0 ||
		    tree_node(&tree, before)->id == n->id - 1);
		before = i;
	}
	want(visited == drawn);
}

static void
check(void)
{
	if (!tree.nodes)
		return;
	for (uint32_t i = 0; i < tree.nodes; i++)
		check_children(i);
	for (uint32_t i = 1; i < tree.nodes; i++)
		check_node(i);
	check_order();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t hidden;
	uint8_t how;

	in = data;
	end = data + size;
	how = byte();
	now = 10000000000;
	chained = false;
	tree = (struct tree){ 0 };
	tree.threads = how & 1;
	tree.from = how & 2 ? now + byte() * (uint64_t)1000000 : 0;
	tasks.look = how & 4 ? look : NULL;
	tasks.seen = into_tree;
	tasks.seen_arg = &tree;
	for (int time = 0; time < TIMES && in < end; ) {
		some_event();
		if (how & 8 && byte() == 77) {
			int pid = some_tid();

			tasks_choose(&tasks, pid);
			tree_choose(&tree, pid);
		}
		if (in >= end)
			in = data + (++time + 1 < (int)size ? time + 1 : size);
	}
	tree_finish(&tree, &tasks, now);
	want(!tree.failed);
	check();
	hidden = tree_hide(&tree, byte() * (uint64_t)1000000,
	    how & 16 ? now - byte() * (uint64_t)1000000 : 0);
	want(hidden <= tree.nodes);
	check_order();
	tree_free(&tree);
	tasks_free(&tasks);
	return 0;
}
