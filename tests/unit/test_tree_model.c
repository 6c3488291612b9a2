/*
 * tree against a kernel: random programs of forks, threads, execs and ends
 * with few numbers, listed at some moment, with and without losses.  Every
 * edge must be true, and who is missing must be marked.
 */
#include <stdlib.h>

#include "tap.h"
#include "tree_truth.h"

#define PROGRAMS 24000

/* ---- a tracer ---- */

static void
into_tree(void *arg, const struct event *e)
{
	static const char *const type[] = { "?", "task", "fork", "exec", "fail",
		"exit", "lost", "status", "end" };

	if (trace)
		printf("#   %s tid %d pid %d ppid %d forker %d start %.3f "
		       "flags %#x %s%s\n",
		    type[e->type], e->tid, e->task.pid, e->task.ppid, e->task.forker,
		    (double)e->task.start / 1e6, (unsigned)(e->type == EVENT_FORK ? e->fork.flags : 0), e->comm,
		    e->task.again ? " again" : "");
	tree_apply(arg, e);
}

static void
take(struct event e, int prog)
{
	char text[32];

	if (prog) {
		snprintf(text, sizeof text, "%d", prog);
		e.path = "/bin/prog";
		e.args = (struct args){ .state = ARGS_ALL,
			.argc = 1,
			.count = 1,
			.text = text,
			.len = strlen(text) + 1 };
	}
	if (trace)
		printf("# @%.6f\n", (double)e.ts / 1e6);
	if (tasks_apply(&t, &e) != 0)
		abort();
}

static int
look(void *arg, int tid, struct event *e)
{
	(void)arg;
	return proc_read(tid, e) == NOBODY ? -1 : 0;
}

/* List all there is; between two reads the machine goes on. */
static void
list(void)
{
	struct event e;

	for (int tid = 1; tid < PID_MAX; tid++) {
		int p = number[tid], i;

		while (!atomic_list && rnd(12) == 0)
			kernel_step();
		if (p == NOBODY || p != number[tid] || m[p].process != p)
			continue;
		i = proc_read(tid, &e);
		if (gap && e.found.start >= gap)
			continue;
		take(e, rnd(4) ? m[i].prog : 0);
		for (int k = 1; k < PID_MAX; k++)
			if (number[k] != NOBODY && k != tid &&
			    m[number[k]].process == p) {
				i = proc_read(k, &e);
				take(e, 0);
			}
	}
	gap = 0;
}

static void
take_next(void)
{
	struct item *it = &queue[head++];

	if (gap && mode == LIST && it->e.type != EVENT_LOST)
		list();
	take(it->e, it->prog);
	if (it->e.type == EVENT_LOST)
		gap = it->e.ts;
}

static void
choose(void)
{
	root = some_task();
	root = root == NOBODY ? NOBODY : m[root].process;
	if (root == NOBODY)
		return;
	while (head < tail)
		take_next();
	if (trace)
		printf("# choose %d, task %d\n", m[root].tid, root);
	tasks_choose(&t, m[root].tid);
	tree_choose(&tree, m[root].tid);
	chosen++;
}

static void
run(int n)
{
	unsigned steps;
	bool chooses;

	seed = (uint32_t)n * 7919u + 1;
	mode = rnd(2) ? CALM : 1 + rnd(3);
	chooses = mode == CALM && rnd(4) == 0;
	siblings = !chooses;
	kernel_begin();
	atomic_list = rnd(3) == 0;
	/* A list that is ahead of the events can hardly be distinguished from
	 * them: see found in tasks.h. */
	ahead = !atomic_list || mode == LOOK || mode == LIST;
	reports_dead = ahead || rnd(2);
	root = NOBODY;
	gap = 0;
	tree.threads = rnd(3) == 0;
	t.seen = into_tree;
	t.seen_arg = &tree;
	t.keep = rnd(2);
	now = armed = now / TICK * TICK + TICK;
	recording = true;
	for (steps = atomic_list ? 0 : rnd(12); steps > 0; steps--)
		kernel_step();
	list();
	t.look = mode == LOOK || mode == LIST ? look : NULL;
	if (chooses)
		choose();
	for (steps = 10 + rnd(110); steps > 0; steps--) {
		if (mode != CALM && rnd(10) == 0)
			losing = !losing;
		kernel_step();
		while (head < tail && rnd(3))
			take_next();
	}
	losing = false;
	tell_loss();
	while (head < tail)
		take_next();
	lossy += losses > 0;
	tree_finish(&tree, &t, now);
}

/* ---- the whole ---- */

/* Is it of the subtree; known: as far as that was reported? */
static bool
is_inside(int i, bool known)
{
	int f = m[i].forker, p = m[i].reads ? m[i].read[0] : NOBODY;

	if (i == root)
		return true;
	if (f == NOBODY || (known && !is_known(m[i].reported ? f : i)))
		return false;
	if (m[i].reported)
		return is_inside(m[f].process, known);
	return p != NOBODY && is_inside(p, known);
}

static void
check_once(void)
{
	for (int i = 0; i < count; i++) {
		bool thread = m[i].process != i;

		if ((thread && (!tree.threads || !is_known(m[i].forker))) ||
		    seen[i] > 0)
			continue;
		if (mode == CALM && is_known(i) &&
		    (root == NOBODY || is_inside(m[i].process, true))) {
			printf("# task %d, number %d\n", i, m[i].tid);
			fail(NULL, "not there");
		}
	}
}

static void
check_lists(void)
{
	for (uint32_t i = 0; i < tree.nodes; i++) {
		const struct node *n = tree_node(&tree, i), *before = NULL, *c;
		uint32_t last = 0;

		for (uint32_t k = n->first; k; k = c->next) {
			c = tree_node(&tree, k);
			check(c->parent == i, c, "a child of another");
			/* Roots: orphans come last. */
			check(!before ||
				(!i && !(before->flags & NODE_ORPHAN) &&
				    c->flags & NODE_ORPHAN) ||
				before->start <= c->start,
			    c, "order");
			before = c;
			last = k;
		}
		check(n->last == last, n, "last");
	}
}

static void
check_counts(void)
{
	struct tree_counts c = { 0 }, *is = &tree.counts;
	uint32_t drawn = 0, visited = 0, up;

	for (uint32_t i = 1; i < tree.nodes; i++) {
		const struct node *n = tree_node(&tree, i);
		uint32_t steps = 0;

		for (up = i; up && steps <= tree.nodes; steps++)
			up = tree_node(&tree, up)->parent;
		check(steps <= tree.nodes, n, "a cycle");
		if (n->flags & NODE_HIDDEN)
			continue;
		drawn++;
		if (n->flags & NODE_THREAD) {
			c.threads++;
			continue;
		}
		c.processes++;
		c.orphans += (n->flags & NODE_ORPHAN) != 0;
		c.endless += (n->flags & NODE_LOST) != 0;
		c.repaired += (n->flags & NODE_REPAIRED) != 0;
		c.nameless += !n->comm[0];
	}
	for (up = 0; visited <= drawn && (up = tree_next(&tree, up, NULL));)
		visited++;
	check(visited == drawn, NULL, "not all are visited once");
	check(c.threads == is->threads && c.processes == is->processes &&
		c.orphans == is->orphans && c.endless == is->endless &&
		c.repaired == is->repaired && c.nameless == is->nameless,
	    NULL, "counts");
}

static void
check_all(void)
{
	memset(seen, 0, sizeof seen);
	for (int i = 0; i < TASKS * 4; i++)
		key[i] = NOBODY;
	check_counts();
	check_lists();
	for (uint32_t i = 1; i < tree.nodes && i < TASKS * 4; i++) {
		const struct node *n = tree_node(&tree, i);

		if (n->flags & NODE_HIDDEN)
			continue;
		if (root != NOBODY && who(n) != NOBODY)
			check(
			    is_inside(m[who(n)].process, false), n, "outside");
		check_node(i);
		check_end(n, who(n));
		check_program(n, who(n));
	}
	check_once();
}

int
main(int argc, char **argv)
{
	int from = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
	int to = argc > 1 ? from + 1 : tap_rounds(PROGRAMS);

	trace = argc > 1;
	for (program = from; program < to && wrong < 8; program++) {
		run(program);
		check_all();
		tree_free(&tree);
		tasks_free(&t);
	}
	tap_is_int(wrong, 0,
	    "%d programs: %ld nodes, %ld edges, "
	    "%ld with losses, %ld with a subtree",
	    program, nodes, edges, lossy, chosen);
	return tap_done();
}
