/*
 * tree: what a loss of events leaves certain; the subtree that is asked for,
 * and what is hidden.
 */
#include "tree_feed.h"

/* ---- losses ---- */

/* What /proc says now: a process of that start and parent; 0: gone. */
static struct {
	uint64_t start;
	int pid, ppid;
} proc;

static int
look(void *arg, int tid, struct event *now)
{
	if (arg != &proc || !proc.start)
		return -1;
	*now = (struct event){ .type = EVENT_TASK, .cpu = -1, .tid = tid,
		.found.pid = proc.pid ? proc.pid : tid, .found.ppid = proc.ppid,
		.found.start = proc.start, .comm = "look", .args.argc = -1 };
	return 0;
}

/* 200 under 100 began at 20.000000003; then a loss. */
static void
begin_lost(uint64_t start, int ppid)
{
	begin();
	t.look = look;
	t.look_arg = &proc;
	fork_(200, 100, 20 * S + 3);
	proc.pid = 0;
	proc.start = start;
	proc.ppid = ppid;
	lost(25 * S);
}

/* No edge to what was before the loss; and that is reported. */
static bool
is_apart(int tid, int parent)
{
	const struct node *n = node(tid), *p;
	bool marked = n->flags & NODE_ORPHAN;

	for (; n->parent; n = p) {
		p = tree_node(&tree, n->parent);
		if (p->tid == parent && p->generation == 0)
			return false;
		marked |= (p->flags & NODE_UNKNOWN) != 0;
	}
	return marked;
}

static void
test_stale(void)
{
	begin_lost(0, 0);
	fork_(300, 200, 30 * S);
	finish(50 * S);
	tap_ok(is_apart(300, 200), "forked by one that is gone: %s", draw());
	tap_ok(flags_of(node_gen(200, 0)) & NODE_LOST, "whose end was lost");
	tap_ok(tree.counts.orphans > 0, "orphans are counted");
	tap_ok(tree.counts.endless > 0, "and those without an end");
	begin_lost(0, 0);
	t.look = NULL;
	fork_(300, 200, 30 * S);
	fork_(301, 300, 31 * S);
	fork_(302, 200, 32 * S);
	finish(50 * S);
	tap_ok(is_apart(300, 200) && is_apart(302, 200), "in a replay: %s",
	    draw());
	tap_is_int(node(301)->parent, tree_find(&tree, 300),
	    "what began since is certain");
	begin_lost(0, 0);
	fork_(200, 1, 30 * S);
	finish(50 * S);
	tap_ok(node_gen(200, 0)->end == 0 &&
	    node_gen(200, 0)->flags & NODE_LOST,
	    "its number is reused: it ended, not known when");
	begin_lost(0, 0);
	exit_dead(200, 30 * S, 1, 1 << 8);
	finish(50 * S);
	tap_ok(node_gen(200, 0)->end == 0 &&
	    node_gen(200, 0)->code == CODE_UNKNOWN,
	    "an exit that may be of its successor");
	tap_ok(node_gen(200, 0)->flags & NODE_LOST, "is no end of it");
	begin_lost(0, 0);
	exec(200, 30 * S, "/bin/x x y");
	finish(50 * S);
	tap_ok(node_gen(200, 0)->exec == 0, "nor is an exec its");
	tap_ok(node(200)->flags & NODE_UNKNOWN, "a task has that number");
}

static void
test_verified(void)
{
	begin_lost(20 * S, 100);
	fork_(300, 200, 30 * S);
	finish(50 * S);
	tap_ok(node(300)->parent == tree_find(&tree, 200) &&
	    node(200)->generation == 0 && node(300)->flags == 0,
	    "looked up: it is the same");
	tap_is_int(node(200)->parent, tree_find(&tree, 100), "its parent");
	tap_ok(!(node(200)->flags & (NODE_LOST | NODE_REPAIRED)) &&
	    node(200)->start == 20 * S + 3, "and it runs, as it began");
	begin_lost(22 * S, 1);
	lost(26 * S);
	task(1, 1, 0, 0);
	fork_(300, 200, 30 * S);
	finish(50 * S);
	tap_ok(node(200)->generation == 1 &&
	    node(200)->flags & NODE_REPAIRED &&
	    node(300)->parent == tree_find(&tree, 200),
	    "looked up: another one");
	tap_is_int(node(200)->parent, tree_find(&tree, 1),
	    "its parent by /proc");
	tap_is_int(tree.counts.repaired, 1, "repaired ones are counted");
	tap_is_int(node(300)->flags, 0, "its child is certain");
	begin_lost(35 * S, 1);
	fork_(300, 200, 30 * S);
	finish(50 * S);
	tap_ok(is_apart(300, 200), "looked up: a later one: %s", draw());
}

/* All of /proc is listed again. */
static void
test_listed_again(void)
{
	begin_lost(0, 0);
	task(1, 1, 0, 0);
	task(300, 300, 200, 23 * S);
	task(100, 100, 1, 10 * S);
	task(200, 200, 100, 20 * S);
	task(400, 400, 999, 24 * S);
	exit_(200, 40 * S);
	finish(50 * S);
	is_tree("1(100(200(300~))) 400~o", "repaired by a listing");
	tap_ok(node(200)->end == 40 * S, "an end is certain again");
	tap_ok(node(300)->start == 23 * S && node(300)->ppid == 200 &&
	    node(300)->flags & NODE_COARSE, "what /proc says of it");
	tap_ok(tree.counts.repaired == 2 && tree.counts.orphans == 1 &&
	    tree.counts.endless == 0, "counts of it");
	begin_lost(0, 0);
	task(1, 1, 0, 0);
	task(100, 100, 1, 10 * S);
	task(300, 300, 200, 23 * S);
	finish(50 * S);
	tap_ok(!node(300)->parent && node(300)->flags & NODE_ORPHAN,
	    "its parent was not listed, and may be another: %s", draw());
	tap_ok(node(200)->flags & NODE_LOST, "that one has ended unseen");
	begin_lost(0, 0);
	lost(26 * S);
	lost(27 * S);
	finish(50 * S);
	is_tree("1!(100!(200!))", "nothing is known of anybody at the end");
	tap_is_int(tree.counts.endless, 3, "they are counted");
	tap_is_int(tree.losses, 3, "losses");
}

/* ---- a subtree ---- */

static void
choose(int pid)
{
	tree.chosen = true;
	tasks_choose(&t, pid);
	tree_choose(&tree, pid);
}

static void
test_choose(void)
{
	uint32_t nodes;

	begin();
	task(150, 150, 100, 11 * S);
	task(151, 151, 150, 12 * S);
	fork_(200, 151, 20 * S);
	fork_(250, 1, 20 * S);
	tap_is_int(tree_choose(&tree, 999), 0, "no process to choose");
	tree.chosen = true;
	tasks_choose(&t, 150);
	tap_is_int(tree_choose(&tree, 150), tree_find(&tree, 150), "chosen");
	nodes = tree.nodes;
	fork_(300, 250, 21 * S);
	fork_(301, 300, 22 * S);
	exec(301, 22 * S, "/bin/o o o");
	exit_(301, 22 * S);
	tap_is_int(tree.nodes, nodes, "others get no node");
	fork_(302, 200, 23 * S);
	thread(153, 150, 23 * S);
	fork_(303, 153, 24 * S);
	exit_(250, 25 * S);
	finish(50 * S);
	is_tree("150(151(200(302)) 303)", "what it began, before and since");
	tap_ok(tree.counts.processes == 5 && tree.counts.orphans == 0,
	    "only that is counted");
	tap_ok(node(100)->flags & NODE_HIDDEN && !(node(303)->flags & NODE_HIDDEN),
	    "only that is drawn");
	tap_is_int(node(150)->ppid, 100, "its parent has a number");
}

static void
test_choose_reuse(void)
{
	begin();
	fork_(200, 100, 20 * S);
	fork_(201, 200, 21 * S);
	choose(200);
	exit_(201, 22 * S);
	fork_(201, 1, 23 * S);
	exec(201, 24 * S, "/bin/o o o");
	fork_(202, 201, 25 * S);
	exit_(201, 26 * S);
	fork_(203, 200, 27 * S);
	exit_(203, 28 * S);
	fork_(203, 1, 28 * S);
	fork_(204, 203, 29 * S);
	finish(50 * S);
	is_tree("200(201 203)", "numbers that others have later");
	tap_ok(node_gen(201, 0)->end == 22 * S && !node_gen(201, 0)->exec &&
	    node_gen(203, 0)->end == 28 * S, "tell nothing of it");
	begin();
	fork_(200, 100, 20 * S);
	fork_(201, 200, 21 * S);
	choose(200);
	exit_(200, 22 * S);
	fork_(200, 1, 23 * S);
	fork_(202, 200, 24 * S);
	fork_(203, 201, 25 * S);
	finish(50 * S);
	is_tree("200(201(203))", "also the number of the root");
}

static void
test_choose_lost(void)
{
	begin();
	fork_(200, 100, 20 * S);
	choose(200);
	lost(21 * S);
	t.look = NULL;
	fork_(201, 200, 22 * S);
	fork_(202, 201, 23 * S);
	finish(50 * S);
	is_tree("200!", "whether others are of it is not known");
	tap_is_int((int)tree.counts.strangers, 1, "they are counted");
}

/* ---- hidden, dropped ---- */

static void
test_hide(void)
{
	begin();
	fork_(200, 100, 20 * S);
	fork_(201, 200, 20 * S);
	fork_(202, 201, 20 * S);
	exit_(202, 20 * S + 5);
	exit_(201, 20 * S + 9);
	fork_(203, 200, 21 * S);
	fork_(204, 203, 21 * S);
	exit_(203, 21 * S + 7);
	exit_(204, 23 * S);
	fork_(205, 200, 24 * S);
	exit_(205, 25 * S);
	fork_(206, 200, 24 * S);
	exit_(206, 25 * S - 1);
	exit_(200, 26 * S);
	fork_(207, 100, 50 * S - 1);
	finish(50 * S);
	tap_is_int(tree_hide(&tree, S, 0), 4, "hidden: shorter than 1 s");
	is_tree("1(100(200(203(204) 205)))", "parents of long ones stay");
	tree_number(&tree);
	tap_ok(node(1)->id == 1 && node(100)->id == 2 && node(200)->id == 3 &&
	    node(203)->id == 4 && node(204)->id == 5 && node(205)->id == 6,
	    "numbers in the order of drawing");
	tap_ok(flags_of(node(201)) & NODE_HIDDEN &&
	    flags_of(node(202)) & NODE_HIDDEN && node(202)->id == 0,
	    "the others have none");
	tap_is_int(tree_hide(&tree, 10 * S, 0), 4, "more of them");
	is_tree("1(100)", "what is left");
}

/* Processes that were there before, unless they began something. */
static void
test_hide_since(void)
{
	begin();
	task(150, 150, 100, 11 * S);
	task(151, 151, 150, 12 * S);
	task(160, 160, 1, 12 * S);
	fork_(200, 150, 20 * S);
	exit_(200, 20 * S + 1);
	exec(302, 21 * S, "/bin/x x y");
	finish(50 * S);
	tap_is_int(tree_hide(&tree, 0, 20 * S), 3, "hidden: began before");
	is_tree("1(100(150(200)))", "those that began something stay");
	begin_lost(0, 0);
	exit_dead(200, 25 * S + 1, 1, 0);
	fork_(201, 1, 26 * S);
	finish(50 * S);
	tree_hide(&tree, 40 * S, 0);
	tap_ok(!(node_gen(200, 0)->flags & NODE_HIDDEN) &&
	    node_gen(200, 0)->flags & NODE_LOST,
	    "how long it took is not certain: not hidden");
	tap_ok(flags_of(node(201)) & NODE_HIDDEN, "but that is");
}

/* How many arguments its last program had; -1: that is not known. */
static int
argc_of(int tid)
{
	struct event x;

	tree_program(&tree, node(tid)->exec, &x);
	return x.args.argc;
}

static void
exit_named(int tid, uint64_t ts, const char *comm)
{
	struct event x = { .type = EVENT_EXIT, .ts = ts, .tid = tid,
		.exit.group_dead = 1, .exit.code = 0, .exit.grouped = 1,
		.exit.process_code = CODE_UNKNOWN, .exit.stats_code = CODE_UNKNOWN,
		.args.argc = -1 };

	snprintf(x.comm, sizeof x.comm, "%s", comm);
	apply(x);
}

/* Begun and ended in the gap of another CPU, which may have its exec. */
static void
test_gap(void)
{
	empty();
	task(1, 1, 0, 0);
	task_runs(100, 100, 1, 10 * S, "/bin/sh sh x");
	fork_(200, 100, 20 * S);
	exit_named(200, 21 * S, "child");
	lost_until(25 * S, 40 * S);
	task_runs(100, 100, 1, 10 * S, "/bin/sh sh x");
	fork_(201, 100, 30 * S);
	exit_named(201, 31 * S, "child");
	fork_(202, 100, 32 * S);
	exec(202, 33 * S, "/bin/a a b c");
	exit_named(202, 34 * S, "new");
	fork_(203, 100, 35 * S);
	exec(203, 36 * S, "/bin/a a b c");
	exit_named(203, 40 * S, "newer");
	lost_until(40 * S, 40 * S);
	task_runs(100, 100, 1, 10 * S, "/bin/sh sh x");
	fork_(204, 100, 41 * S);
	exit_named(204, 42 * S, "child");
	finish(50 * S);
	tap_is_int(argc_of(200), 2, "before a gap: those of the task that forked it");
	tap_is_int(argc_of(201), -1, "in it: they may not be its own");
	tap_is_int(argc_of(202), 3, "its own, under that name");
	tap_is_int(argc_of(203), -1, "ended under another name");
	tap_is_int(argc_of(204), 2, "after it: those of the task that forked it");
	tap_is_int((int)tree.counts.argless, 2, "and that is counted");
}

static void
test_from(void)
{
	begin();
	tree.from = 30 * S;
	fork_(200, 100, 20 * S);
	fork_(201, 200, 21 * S);
	fork_(202, 201, 21 * S);
	exit_(200, 29 * S);
	exit_(202, 30 * S);
	fork_(200, 201, 31 * S);
	finish(50 * S);
	is_tree("1(100) 201(202 200)", "ended before the trace: not there");
	tap_ok(node(201)->ppid == 200 && node(201)->parent == 0,
	    "its child has its number still");
	tap_ok(tree.counts.processes == 5 && tree.counts.orphans == 0,
	    "it is not counted, nor is its child an orphan");
}

int
main(void)
{
	test_stale();
	test_verified();
	test_listed_again();
	test_choose();
	test_choose_reuse();
	test_choose_lost();
	test_hide();
	test_hide_since();
	test_gap();
	test_from();
	tree_free(&tree);
	tasks_free(&t);
	return tap_done();
}
