/*
 * tree: who stands under whom, in which order, what is known of each, what is
 * drawn and what is counted.  What was there before is in test_tree_before,
 * losses are in test_tree_lost.
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
	tap_is_int(tree_find(&tree, 999), 0, "no process of that number");
	tap_is_int(tree.counts.processes, 6, "processes");
	tap_ok(!tree.counts.orphans && !tree.counts.endless &&
	    !tree.counts.nameless && !tree.counts.repaired &&
	    !tree.counts.reuses && !tree.counts.wraparounds &&
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
	tap_ok(tree_exec(&tree, node(200)->exec)->cmdline ==
	    tree_exec(&tree, node(201)->exec)->cmdline, "a line is kept once");
	exec(100, 22 * S, "/bin/none ");
	finish(50 * S);
	tap_is_int(tree.counts.argless, 0, "without arguments is no loss");
}

/* ---- counts, and much of all ---- */

static void
test_counts(void)
{
	static const int pids[] = { 32000, 32002, 32001, 32005, 32004, 32767,
		300, 301, 303, 302, 304 };

	begin();
	for (size_t i = 0; i < sizeof pids / sizeof *pids; i++)
		fork_(pids[i], 100, (20 + i) * S);
	tree_finish(&tree, &t, 50 * S);
	tap_is_int(tree.counts.wraparounds, 1, "the counter of pids began anew");
	begin();
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 5000; i++)
			fork_(300 + i, 100, 20 * S);
	finish(50 * S);
	tap_is_int(tree.counts.wraparounds, 2, "and twice");
	tap_is_int(tree.counts.reuses, 10000, "all are reused");
	begin();
	apply((struct event){ .type = EVENT_FORK, .ts = 20 * S, .tid = 200,
	    .fork.parent = 100, .args.argc = -1 });
	finish(50 * S);
	tap_is_int(tree.counts.nameless, 1, "a name that is missing");
	begin();
	fork_(200, 100, 20 * S);
	apply((struct event){ .type = EVENT_EXIT, .ts = 21 * S, .tid = 200,
	    .exit.group_dead = 1, .exit.stats_code = CODE_UNKNOWN, .args.argc = -1,
	    .usage = { .known = true, .user = S, .system = 2 * S,
		.maxrss = 4096, .read = 7, .write = 8 } });
	finish(50 * S);
	tap_ok(node(200)->usage.known && node(200)->usage.user == S &&
	    node(200)->usage.system == 2 * S &&
	    node(200)->usage.maxrss == 4096 && node(200)->usage.read == 7 &&
	    node(200)->usage.write == 8, "what it used");
}

/* Time and the stack do not grow with the depth. */
static void
test_deep(void)
{
	int depth = -1, deepest = 0, bad = 0;
	uint32_t count = 0;

	begin();
	for (int i = 0; i < 50000; i++)
		fork_(1000 + i, i ? 999 + i : 100, 20 * S + (unsigned)i);
	finish(50 * S);
	for (uint32_t i = 0; (i = tree_next(&tree, i, &depth)) != 0; count++) {
		bad += depth != (int)count;
		deepest = depth > deepest ? depth : deepest;
	}
	tap_ok(count == 50002 && deepest == 50001 && bad == 0,
	    "a chain of 50000 forks");
	tap_is_int(tree_hide(&tree, 1000 * S, 0), 50002, "hidden");
	begin();
	for (int i = 0; i < 200000; i++)
		fork_(1000 + i % 30000, 100, 20 * S + (unsigned)i);
	finish(50 * S);
	tap_is_int(tree.nodes, 200003, "200000 children");
	count = 0;
	for (uint32_t i = 0; (i = tree_next(&tree, i, NULL)) != 0; count++)
		bad += i != count + 1;
	tap_ok(count == 200002 && bad == 0, "in order");
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
	test_counts();
	test_deep();
	tree_free(&tree);
	tree_free(&tree);
	tasks_free(&t);
	return tap_done();
}
