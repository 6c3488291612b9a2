/*
 * tree: what was there before, and is listed in any order, or ahead of its
 * events; who is not known; and CLONE_PARENT.
 */
#include "tree_feed.h"

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
	    "not under one that is younger; its ppid stays");
	tap_ok(!(node(6)->parent && node(7)->parent) && !node(8)->parent,
	    "no cycle");
	tap_ok(!node(9)->parent && node(9)->ppid == 77, "no process of that name");
	tap_is_int(tree.counts.processes, 7, "all are there");
	tap_ok(strlen(draw()) > 0 && strstr(drawn, "200"), "and drawn: %s",
	    drawn);
}

/* Listed, and its fork is among the events that come after the list. */
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

/* A list that is ahead of the events counts threads that are still to be
 * forked, and not those that are still to end. */
static void
test_listed_threads(void)
{
	begin();
	task(200, 200, 100, 20 * S);
	task(201, 200, 100, 20 * S);
	fork_(200, 100, 20 * S + 3);
	thread(201, 200, 20 * S + 4);
	exit_(201, 21 * S);
	tap_is_int(node(200)->end, 0, "a thread of a process, listed both");
	exit_(200, 22 * S);
	tap_is_int(node(200)->end, 22 * S, "its end");
	empty();
	apply((struct event){ .type = EVENT_TASK, .ts = 20 * S + 8, .tid = 100,
	    .found.pid = 100, .found.ppid = 1, .found.start = 9 * S, .comm = "sh" });
	task(101, 100, 1, 20 * S);
	exec(100, 19 * S, "/bin/x x y");
	thread(101, 100, 20 * S + 3);
	exit_(101, 21 * S);
	tap_is_int(node(100)->end, 0, "a thread that was listed, after an exec");
	begin();
	apply((struct event){ .type = EVENT_TASK, .tid = 200, .found.pid = 200,
	    .found.ppid = 100, .found.start = 19 * S, .found.state = 1, .comm = "z" });
	task(201, 200, 100, 19 * S);
	exit_(200, 20 * S);
	tap_is_int(node(200)->end, 0, "a first thread that was a zombie");
	exit_(201, 21 * S);
	tap_is_int(node(200)->end, 21 * S, "its end is the other's");
	finish(50 * S);
	tap_ok(!(node(200)->flags & NODE_ZOMBIE), "then it is no zombie");
}

/* A thread executes a program; the list, made after that, is ahead of the
 * events, and knows the process with a coarse start, as one thread. */
static void
test_listed_taken_over(void)
{
	begin();
	apply((struct event){ .type = EVENT_TASK, .ts = 20 * S + 20,
	    .tid = 200, .found.pid = 200, .found.ppid = 100, .found.start = 20 * S,
	    .comm = "new" });
	fork_(200, 100, 20 * S + 3);
	thread(201, 200, 20 * S + 4);
	exit_dead(200, 20 * S + 6, 0, 0);
	exec_by(200, 201, 20 * S + 7, "/bin/x x y");
	tap_is_int(node(200)->end, 0, "listed after a thread's exec: lives");
	thread(202, 200, 20 * S + 30);
	exit_dead(202, 20 * S + 40, 0, 0);
	tap_is_int(node(200)->end, 0, "after another thread, too");
	exit_dead(200, 21 * S, 1, 0);
	tap_is_int(node(200)->end, 21 * S, "and ends with its first one");
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
	test_before();
	test_listed_late();
	test_listed_threads();
	test_listed_taken_over();
	test_unknown();
	test_siblings();
	tree_free(&tree);
	tasks_free(&t);
	return tap_done();
}
