/*
 * tree: who stands under whom, in which order, what is known of each, what is
 * drawn and what is counted; losses are in test_tree_lost.
 */
#include "tree_feed.h"

/* ---- processes ---- */

static void
test_order(void)
{
	const struct node *n;

	begin();
	is_tree("", "nothing is drawn before it is over");
	fork_(200, 100, 20 * S);
	fork_(201, 100, 21 * S);
	fork_(300, 200, 22 * S);
	fork_(202, 100, 23 * S);
	exit_dead(201, 24 * S, -1, 3 << 8);
	finish(50 * S);
	is_tree("1(100(200(300) 201 202))", "children in their order");
	n = node(201);
	tap_ok(n->start == 21 * S && n->end == 24 * S && n->code == 3 << 8 &&
	    n->ppid == 100 && n->threads == 1, "its beginning, end and code");
	tap_is_int(n->flags, NODE_ENDED, "no mark but that it ended");
	tap_is_str(n->comm, "ended", "its last name");
	tap_is_int(tree_wall(&tree, n), 3 * S, "its time");
	n = node(202);
	tap_ok(n->end == 0 && n->code == CODE_UNKNOWN && n->flags == 0,
	    "one that runs");
	tap_is_int(tree_wall(&tree, n), 27 * S, "its time, until the end");
	n = node(100);
	tap_is_int(n->flags, NODE_BEFORE | NODE_COARSE, "there before");
	tap_ok(n->start == 10 * S && n->ppid == 1, "its start, its parent");
	tap_is_int(tree_node(&tree, node(200)->parent)->tid, 100, "parent");
	tap_is_int(tree_node(&tree, tree_sibling(&tree,
	    tree_find(&tree, 200)))->tid, 201, "sibling");
	tap_is_int(tree_sibling(&tree, tree_find(&tree, 202)), 0, "no other");
	tap_is_int(tree_find(&tree, 999), 0, "nobody of that number");
	tap_is_int(tree.counts.processes, 6, "processes");
	tap_ok(!tree.counts.orphans && !tree.counts.endless &&
	    !tree.counts.nameless && !tree.counts.repaired &&
	    !tree.counts.reuses && !tree.counts.rollovers &&
	    !tree.counts.threads && !tree.failed, "nothing else to count");
}

static void
test_reuse(void)
{
	begin();
	fork_(200, 100, 20 * S);
	fork_(201, 200, 21 * S);
	exit_(200, 22 * S);
	fork_(200, 201, 23 * S);
	fork_(202, 200, 24 * S);
	exit_(200, 25 * S);
	fork_(200, 1, 26 * S);
	finish(50 * S);
	is_tree("1(100(200(201(200#1(202)))) 200#2)", "a number three times");
	tap_is_int(node(200)->generation, 2, "found: the last of them");
	tap_is_int(tree.counts.reuses, 2, "reuses");
	tap_ok(node_gen(200, 0)->end == 22 * S &&
	    node_gen(200, 1)->end == 25 * S && node_gen(200, 2)->end == 0,
	    "each has its own end");
	begin();
	fork_(200, 100, 20 * S);
	fork_(200, 1, 22 * S);
	exit_(200, 23 * S);
	finish(50 * S);
	is_tree("1(100(200!) 200#1)", "reused, and its end was not seen");
	tap_is_int(tree.counts.endless, 1, "that is counted");
	tap_is_int(tree_wall(&tree, node_gen(200, 0)), 0, "no time for it");
	begin();
	thread(200, 100, 20 * S);
	exit_(200, 21 * S);
	fork_(200, 100, 22 * S);
	finish(50 * S);
	is_tree("1(100(200))", "a thread's number");
	tap_is_int(tree.counts.reuses, 0, "it was no process before");
}

/* ---- threads ---- */

static void
threads_end(bool nodes)
{
	begin();
	tree.threads = nodes;
	thread(101, 100, 20 * S);
	thread(102, 101, 21 * S);
	fork_(200, 102, 22 * S);
	exit_(101, 23 * S);
	exit_(100, 24 * S);
	fork_(201, 102, 25 * S);
	exit_dead(102, 26 * S, -1, 0);
	finish(50 * S);
	tap_is_int(node(100)->end, 26 * S, "its end: that of the last thread");
	tap_is_int(node(100)->threads, 3, "threads it had");
}

/* The process a node is part of, or was forked by. */
static int
process_above(int tid)
{
	const struct node *n = node(tid);

	do
		n = tree_node(&tree, n->parent);
	while (n->flags & NODE_THREAD);
	return n->tid;
}

static void
test_threads(void)
{
	threads_end(false);
	is_tree("1(100(200 201))", "threads are no nodes");
	tap_ok(!node(101) && !node(102) && !tree.counts.threads,
	    "nor known, nor counted");
	threads_end(true);
	tap_ok(flags_of(node(101)) & NODE_THREAD && node(102) &&
	    node(102)->flags & NODE_THREAD, "threads are nodes");
	tap_ok(process_above(101) == 100 && process_above(102) == 100 &&
	    process_above(200) == 100 && process_above(201) == 100,
	    "all of one process");
	tap_ok(tree.counts.threads == 2 && tree.counts.processes == 4,
	    "they are counted apart");
	tap_ok(node(101)->end == 23 * S && node(102)->end == 26 * S,
	    "their ends");
	for (int i = 0; i < 2; i++) {
		begin();
		tree.threads = i == 1;
		task(101, 100, 1, 11 * S);
		fork_(200, 101, 20 * S);
		exit_(101, 21 * S);
		finish(50 * S);
		tap_ok(process_above(200) == 100 && node(100)->threads == 2,
		    "a thread that was there before: %d", i);
		tap_ok(!node(100)->end, "its process goes on: %d", i);
	}
	tap_is_int(process_above(101), 100, "it is of its process");
}

static void
test_exec_by_thread(void)
{
	for (int i = 0; i < 2; i++) {
		begin();
		tree.threads = i == 1;
		thread(101, 100, 20 * S);
		thread(102, 100, 20 * S);
		exit_(102, 21 * S);
		exit_(100, 22 * S);
		exec_by(100, 101, 23 * S, "/bin/p p");
		fork_(200, 100, 24 * S);
		fork_(101, 200, 25 * S);
		exit_(100, 26 * S);
		finish(50 * S);
		tap_ok(process_above(200) == 100 && process_above(101) == 200 &&
		    node(100)->end == 26 * S, "exec by a thread: %d", i);
		tap_ok(node(100)->flags & NODE_CALLED &&
		    !strcmp(node(100)->comm, "ended"), "it is the process's");
		if (!i)
			is_tree("1(100(200(101)))", "the tree of it");
	}
	tap_ok(node_gen(101, 0)->flags & NODE_ENDED &&
	    node_gen(101, 0)->end == 23 * S, "the thread is no more");
}

/* ---- programs ---- */

static bool
runs(const struct node *n, const char *path, const char *arg)
{
	struct event x = { .path = "old", .args.count = 9 };

	tree_lend(&tree, n->exec, &x);
	if (!path)
		return !x.path && x.args.count == 0 && x.args.argc == -1;
	return x.path && !strcmp(x.path, path) && x.args.count == 2 &&
	    x.args.argc == 2 && x.args.state == ARGS_ALL &&
	    !strcmp(x.args.text + strlen(x.args.text) + 1, arg) &&
	    x.args.len == strlen(x.args.text) + strlen(arg) + 2;
}

static void
test_exec(void)
{
	const struct tree_exec *x;
	uint32_t inherited;

	begin();
	task_runs(150, 150, 1, 11 * S, "/bin/sh sh before");
	fork_(200, 150, 20 * S);
	inherited = node(200)->exec;
	tap_ok(runs(node(150), "/bin/sh", "before"), "what it ran before");
	tap_ok(runs(node(200), "/bin/sh", "before"), "a fork inherits it");
	tap_ok(!(node(200)->flags & NODE_CALLED), "it is not its own");
	tap_is_int(tree_exec(&tree, inherited)->ts, 0, "before the trace: 0");
	exec(200, 21 * S, "/bin/a a one");
	fork_(201, 200, 22 * S);
	exec(200, 23 * S, "/bin/a a two");
	exec(150, 24 * S, "/bin/sh sh after");
	finish(50 * S);
	tap_ok(runs(node(200), "/bin/a", "two"), "its last exec");
	tap_ok(runs(node(201), "/bin/a", "one"), "of when it was forked");
	tap_ok(runs(node(150), "/bin/sh", "after"), "exec of its parent");
	tap_ok(node(200)->flags & NODE_CALLED &&
	    !(node(201)->flags & NODE_CALLED), "whose own they are");
	x = tree_exec(&tree, node(200)->exec);
	tap_ok(x->ts == 23 * S && !strcmp(x->comm, "new"), "time and name");
	x = tree_exec(&tree, x->next);
	tap_is_int(x->ts, 21 * S, "the last leads to the first");
	tap_is_int(x->next, node(200)->exec, "and that to the last");
	x = tree_exec(&tree, tree_exec(&tree, node(150)->exec)->next);
	tap_is_int(x->ts, 0, "the first: what it was found with");
	tap_ok(runs(node(100), NULL, NULL), "nothing is known");
	tap_is_int(tree.counts.argless, 0, "all that was called is known");
}

static void
test_args_missing(void)
{
	begin();
	fork_(200, 100, 20 * S);
	exec(200, 21 * S, NULL);
	fork_(201, 200, 22 * S);
	finish(50 * S);
	tap_ok(runs(node(200), NULL, NULL) && node(200)->flags & NODE_CALLED,
	    "arguments that are missing");
	tap_is_int(tree.counts.argless, 1, "are counted, where they were lost");
	begin();
	fork_(200, 100, 20 * S);
	fork_(201, 100, 20 * S);
	exec(200, 21 * S, "/bin/a a");
	exec(201, 21 * S, "/bin/a a");
	tap_ok(tree_exec(&tree, node(200)->exec)->line ==
	    tree_exec(&tree, node(201)->exec)->line, "a line is kept once");
	exec(100, 22 * S, "/bin/none ");
	finish(50 * S);
	tap_is_int(tree.counts.argless, 0, "without arguments is no loss");
}

/* ---- what was there before ---- */

static void
test_before(void)
{
	empty();
	task(300, 300, 200, 12 * S);
	task(205, 205, 100, 11 * S);
	task(204, 204, 100, 10 * S + S / 2);
	fork_(400, 300, 20 * S);
	task(200, 200, 100, 11 * S + S / 2);
	task(100, 100, 1, 10 * S);
	task(1, 1, 0, 0);
	task(2, 2, 0, 0);
	task(3, 3, 2, 0);
	fork_(206, 100, 21 * S);
	finish(50 * S);
	is_tree("1(100(204 205 200(300(400)) 206)) 2(3)",
	    "children listed before their parents, in the order they began");
	tap_is_int(tree.counts.orphans, 0, "no orphans");
	tap_is_int(tree.counts.processes, 10, "10 processes");
	empty();
	task(1, 1, 0, 0);
	task(100, 100, 1, 20 * S);
	task(200, 200, 100, 10 * S);
	task(6, 6, 7, 5 * S);
	task(7, 7, 6, 5 * S);
	task(8, 8, 8, 5 * S);
	task(9, 9, 77, 5 * S);
	finish(50 * S);
	tap_ok(node(200)->parent == 0 && node(200)->ppid == 100,
	    "not under one that is younger; its ppid is kept");
	tap_ok(!(node(6)->parent && node(7)->parent) && !node(8)->parent,
	    "no cycle");
	tap_ok(!node(9)->parent && node(9)->ppid == 77, "nobody of that name");
	tap_is_int(tree.counts.processes, 7, "all are there");
	tap_ok(strlen(draw()) > 0 && strstr(drawn, "200"), "and drawn: %s",
	    drawn);
}

/* Listed, and its fork is among the events that come behind the list. */
static void
test_listed_late(void)
{
	begin();
	task_runs(200, 200, 1, 20 * S, "/bin/b b late");
	task(300, 300, 200, 20 * S);
	fork_(200, 100, 20 * S + 3);
	exec(200, 20 * S + 4, "/bin/b b late");
	fork_(300, 200, 20 * S + 5);
	exit_(200, 21 * S);
	finish(50 * S);
	is_tree("1(100(200(300)))", "listed before its fork is read: one node");
	tap_ok(node(200)->start == 20 * S + 3 &&
	    !(node(200)->flags & (NODE_BEFORE | NODE_COARSE)),
	    "it has the start of its fork");
	tap_ok(runs(node(200), "/bin/b", "late"), "what it runs");
	tap_is_int(tree.counts.reuses, 0, "no reuse");
	tap_is_int(tree_exec(&tree, node(200)->exec)->ts, 20 * S + 4,
	    "when it called it");
	/* Its number was another's when tracing began. */
	begin();
	task(200, 200, 1, 20 * S);
	fork_(300, 200, 15 * S);
	exit_(200, 16 * S);
	fork_(200, 100, 20 * S + 3);
	fork_(301, 200, 21 * S);
	finish(50 * S);
	tap_ok(node(300)->parent != tree_find(&tree, 200) &&
	    process_above(301) == 200, "a child of who had its number before");
	tap_ok(!node(200)->end, "and the end of that one");
}

/* ---- who is not known ---- */

static void
test_unknown(void)
{
	begin();
	fork_(302, 300, 20 * S);
	fork_(303, 300, 21 * S);
	fork_(304, 302, 22 * S);
	finish(50 * S);
	tap_ok(node(300) && node(302)->parent == tree_find(&tree, 300) &&
	    node(303)->parent == node(302)->parent, "one node for a forker");
	tap_is_int(node(300)->flags & (NODE_UNKNOWN | NODE_BEFORE |
	    NODE_ENDED), NODE_UNKNOWN, "of which nothing is known");
	tap_ok(node(300)->start == 0 && tree_wall(&tree, node(300)) == 0,
	    "nor when it began");
	tap_ok(node(302)->flags == 0 && node(304)->flags == 0,
	    "its children are like others");
	tap_is_int(tree.counts.orphans, 0, "without a loss: no orphans");
	begin();
	fork_(302, 300, 20 * S);
	exec(300, 21 * S, "/bin/x x y");
	exit_dead(300, 22 * S, 1, 0);
	fork_(300, 100, 23 * S);
	fork_(303, 300, 24 * S);
	finish(50 * S);
	tap_ok(process_above(303) == 300 &&
	    tree_node(&tree, node(303)->parent)->generation == 1 &&
	    node_gen(300, 0)->end == 22 * S, "its exec, end, and successor");
	tap_ok(runs(node_gen(300, 0), "/bin/x", "y"), "what it ran");
	tap_is_int(tree.counts.reuses, 1, "that is a reuse");
	begin();
	exec(300, 21 * S, "/bin/x x y");
	finish(50 * S);
	tap_ok(flags_of(node(300)) & NODE_UNKNOWN && !node(300)->parent &&
	    runs(node(300), "/bin/x", "y"), "seen by an exec only");
}

static void
test_siblings(void)
{
	begin();
	fork_(200, 100, 20 * S);
	thread(101, 100, 20 * S);
	fork_flags(201, 200, 21 * S, FLAG_PARENT);
	fork_flags(202, 101, 22 * S, FLAG_PARENT);
	fork_flags(203, 200, 23 * S, FLAG_VFORK);
	finish(50 * S);
	tap_ok(node(201)->ppid == 100 && node(202)->ppid == 1,
	    "CLONE_PARENT: the parent's child");
	is_tree("1(100(200(203) 201) 202)", "they stand there");
}

int
main(void)
{
	empty();
	is_tree("", "empty");
	finish(S);
	is_tree("", "empty, and over");
	test_order();
	test_reuse();
	test_threads();
	test_exec_by_thread();
	test_exec();
	test_args_missing();
	test_before();
	test_listed_late();
	test_unknown();
	test_siblings();
	tree_free(&tree);
	tree_free(&tree);
	tasks_free(&t);
	return tap_done();
}
