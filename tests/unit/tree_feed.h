/*
 * tree_feed: events made by hand, through tasks into a tree, and the tree as
 * one line: "1(100(200 200#1?(300)))", children after their parent, with the
 * generation of a number and marks of what is unusual.
 */
#ifndef TREE_FEED_H
#define TREE_FEED_H

#include <stdlib.h>
#include <string.h>

#include "task/table.h"
#include "tree/tree.h"
#include "tap.h"

#define unused __attribute__((unused))
#define S 1000000000ull

static struct tasks t;
static struct tree tree;
static struct event e; /* the last, as tasks completed it */
static char drawn[8192];

static void
into_tree(void *arg, const struct event *x)
{
	tree_apply(arg, x);
}

static int
apply(struct event event)
{
	e = event;
	return tasks_apply(&t, &e);
}

/* An empty table and an empty tree. */
static void
empty(void)
{
	tasks_free(&t);
	tree_free(&tree);
	t.seen = into_tree;
	t.seen_arg = &tree;
}

/* ---- events ---- */

/* Arguments are words after a path: "/bin/ls ls -l"; NULL: not known. */
static struct event
with_args(struct event x, const char *line)
{
	static char text[4096];
	size_t n;

	x.args.argc = -1;
	if (!line)
		return x;
	snprintf(text, sizeof text, "%s", line);
	x.path = text;
	x.args.state = ARGS_ALL;
	x.args.argc = x.args.count = 0;
	n = strlen(text);
	for (size_t i = 0; i < n; i++)
		if (text[i] == ' ') {
			text[i] = '\0';
			x.args.count++;
		}
	x.args.argc = x.args.count;
	x.args.text = text + strlen(text) + 1;
	x.args.len = x.args.count ? n - strlen(text) : 0;
	return x;
}

unused static void
task_runs(int tid, int pid, int ppid, uint64_t start, const char *line)
{
	apply(with_args((struct event){ .type = EVENT_TASK, .cpu = -1,
	    .tid = tid, .found.pid = pid, .found.ppid = ppid, .found.start = start,
	    .comm = "base" }, line));
}

unused static void
task(int tid, int pid, int ppid, uint64_t start)
{
	task_runs(tid, pid, ppid, start, NULL);
}

unused static void
fork_flags(int tid, int forker, uint64_t ts, uint64_t flags)
{
	apply((struct event){ .type = EVENT_FORK, .ts = ts, .tid = tid,
	    .fork.parent = forker, .fork.flags = flags, .comm = "child",
	    .args.argc = -1 });
}

unused static void
fork_(int tid, int forker, uint64_t ts)
{
	fork_flags(tid, forker, ts, 0);
}

unused static void
thread(int tid, int forker, uint64_t ts)
{
	fork_flags(tid, forker, ts, FLAG_THREAD);
}

unused static void
exec_by(int pid, int old, uint64_t ts, const char *line)
{
	apply(with_args((struct event){ .type = EVENT_EXEC, .ts = ts,
	    .tid = pid, .exec.old_tid = old, .comm = "new" }, line));
}

unused static void
exec(int pid, uint64_t ts, const char *line)
{
	exec_by(pid, pid, ts, line);
}

unused static void
exit_dead(int tid, uint64_t ts, int dead, int code)
{
	apply((struct event){ .type = EVENT_EXIT, .ts = ts, .tid = tid,
	    .exit.group_dead = dead, .comm = "ended", .exit.code = code, .exit.grouped = 1,
	    .exit.process_code = CODE_UNKNOWN, .exit.stats_code = CODE_UNKNOWN,
	    .args.argc = -1 });
}

unused static void
exit_(int tid, uint64_t ts)
{
	exit_dead(tid, ts, -1, 0);
}

/* wait4(2) returned that number to a task. */
unused static void
wait_(int tid, int number, uint64_t ts)
{
	apply((struct event){ .type = EVENT_WAIT, .ts = ts, .tid = tid,
	    .waited = number, .args.argc = -1 });
}

unused static void
lost(uint64_t ts)
{
	apply((struct event){ .type = EVENT_LOST, .ts = ts, .lost.count = 1,
	    .args.argc = -1 });
}

/* Events of one CPU are lost; others report theirs.  The end is reported as well. */
unused static void
lost_until(uint64_t ts, uint64_t until)
{
	apply((struct event){ .type = EVENT_LOST, .ts = ts,
	    .lost.count = ts < until, .lost.until = until, .args.argc = -1 });
}

/* init and a shell that were there before. */
unused static void
begin(void)
{
	empty();
	task(1, 1, 0, 0);
	task(100, 100, 1, 10 * S);
}

/* ---- the tree ---- */

/* Anything that leaves a node out; NULL for a node that is not there. */
unused static const struct node *
node(int tid)
{
	uint32_t i = tree_find(&tree, tid);

	return i ? tree_node(&tree, i) : NULL;
}

/* The first node of a number with that generation, or NULL. */
unused static const struct node *
node_gen(int tid, unsigned generation)
{
	for (uint32_t i = 1; i < tree.nodes; i++) {
		const struct node *n = tree_node(&tree, i);

		if (n->tid == tid && n->generation == generation)
			return n;
	}
	return NULL;
}

unused static unsigned
flags_of(const struct node *n)
{
	return n ? n->flags : 0;
}

static size_t
draw_node(char *out, size_t size, const struct node *n)
{
	char gen[16] = "";

	if (n->generation)
		snprintf(gen, sizeof gen, "#%u", n->generation);
	return (size_t)snprintf(out, size, "%d%s%s%s%s%s%s", n->tid, gen,
	    n->flags & NODE_THREAD ? "t" : "",
	    n->flags & NODE_UNKNOWN ? "?" : "",
	    n->flags & NODE_REPAIRED ? "~" : "",
	    n->flags & NODE_ORPHAN ? "o" : "",
	    n->flags & NODE_LOST ? "!" : "");
}

/* What is drawn, by tree_next. */
unused static const char *
draw(void)
{
	int depth = -1, before = -1;
	size_t n = 0;

	drawn[0] = '\0';
	for (uint32_t i = 0; (i = tree_next(&tree, i, &depth)) != 0;) {
		if (n > sizeof drawn - 128)
			return "too long";
		if (before >= 0)
			drawn[n++] = depth > before ? '(' : ' ';
		if (before >= 0 && depth < before) {
			n--;
			for (; before > depth; before--)
				drawn[n++] = ')';
			drawn[n++] = ' ';
		}
		n += draw_node(drawn + n, sizeof drawn - n,
		    tree_node(&tree, i));
		before = depth;
	}
	for (; before > 0; before--)
		drawn[n++] = ')';
	drawn[n] = '\0';
	return drawn;
}

unused static void
finish(uint64_t end)
{
	tree_finish(&tree, &t, end);
}

/* The process a node is part of, or was forked by. */
unused static int
process_above(int tid)
{
	const struct node *n = node(tid);

	do
		n = tree_node(&tree, n->parent);
	while (n->flags & NODE_THREAD);
	return n->tid;
}

/* Does it run this: NULL nothing known, else a path and two arguments? */
unused static bool
runs(const struct node *n, const char *path, const char *arg)
{
	struct event x = { .path = "old", .args.count = 9 };

	tree_program(&tree, n->exec, &x);
	if (!path)
		return !x.path && x.args.count == 0 && x.args.argc == -1;
	return x.path && !strcmp(x.path, path) && x.args.count == 2 &&
	    x.args.argc == 2 && x.args.state == ARGS_ALL &&
	    !strcmp(x.args.text + strlen(x.args.text) + 1, arg) &&
	    x.args.len == strlen(x.args.text) + strlen(arg) + 2;
}

#define is_tree(want, ...) tap_is_str(draw(), want, __VA_ARGS__)

#endif
