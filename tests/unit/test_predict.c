/*
 * a tree on other CPUs: by hand, and of random trees against a model that goes
 * forward by small steps of time; with CPUs enough it is the tree as it was.
 */
#include "path_feed.h"
#include "why/predict.h"

#define TREES 100
#define MOST  12 /* processes of a random tree */
#define LONG  60 /* its length, in s */

static struct prediction made;

/* What a process used of its life: s on a CPU, and waiting for one. */
static void
used(int pid, double cpu, double wait)
{
	struct node *n = tree_node(&tree, tree_find(&tree, pid));

	n->usage = (struct usage){ .known = true,
		.cpu = (uint64_t)(cpu * S),
		.cpu_min = (uint64_t)(cpu * S),
		.cpu_max = (uint64_t)(cpu * S),
		.wait = (uint64_t)(wait * S) };
}

static void
ready(void)
{
	find(critical_root(&tree), 0);
}

/* In ms, rounded; -1: nothing. */
static long long
predicted(unsigned cpus)
{
	if (predict_wall(&made, &tree, &lives, &path, cpus) != 0)
		return -1;
	return (long long)(made.least + 500000) / 1000000;
}

static void
one(int pid, int parent, uint64_t from, uint64_t to)
{
	fork_(pid, parent, from * S);
	exit_(pid, to * S);
}

/* ---- by hand ---- */

static void
by_hand(void)
{
	/* Two at a time on two CPUs, 8 s each, and 1 s of the root. */
	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 20 * S);
	fork_(302, 300, 20 * S);
	exit_(301, 28 * S);
	exit_(302, 28 * S);
	exit_(300, 29 * S);
	finish(40 * S);
	used(300, 1, 0);
	used(301, 8, 0);
	used(302, 8, 0);
	ready();
	tap_is_int(predicted(2), 9000, "as it was");
	tap_is_int(predicted(1), 17000, "one CPU: one after the other");
	tap_is_int(predicted(64), 9000, "more: no more to do");
	used(301, 4, 4);
	used(302, 4, 4);
	tap_is_int(predicted(2), 5000, "without waiting for a CPU");
	used(301, 4, 0);
	used(302, 4, 0);
	tap_is_int(predicted(1), 13000, "4 s blocked at the same time, after 8");
	tap_is_int(predicted(2), 9000, "and 4 s each");
}

static void
by_hand_chain(void)
{
	/* One after the other: no CPU helps. */
	begin_command();
	fork_(300, 100, 20 * S);
	one(301, 300, 20, 25);
	one(302, 300, 25, 30);
	exit_(300, 30 * S);
	finish(40 * S);
	used(300, 0, 0);
	used(301, 5, 0);
	used(302, 5, 0);
	ready();
	tap_is_int(predicted(8), 10000, "one after the other");
	used(301, 3, 2);
	tap_is_int(predicted(8), 8000, "and what was waited is not");
	/* Threads: 10 s of CPU in 5. */
	used(301, 10, 0);
	tap_is_int(predicted(2), 10000, "a process on two CPUs");
	tap_is_int(predicted(1), 15000, "on one");
	tap_ok(!made.unbounded && made.least == made.most, "no bounds");
}

static void
by_hand_bounds(void)
{
	struct node *n;

	begin_command();
	one(300, 100, 20, 30);
	finish(40 * S);
	used(300, 4, 6);
	ready();
	n = tree_node(&tree, path.root);
	n->usage.no_cpu = true;
	n->usage.cpu = 0;
	n->usage.cpu_min = 2 * S;
	n->usage.cpu_max = 7 * S;
	n->usage.wait = 4 * S;
	predicted(1);
	tap_is_int(made.least / S, 6, "a bound: 2 s, and 4 blocked");
	tap_is_int(made.most / S, 7, "and 7 at most");
	tap_ok(!made.unbounded, "bounded");
	n->usage.unbounded = true;
	predicted(1);
	tap_ok(made.unbounded, "without an upper bound");
	n->usage = (struct usage){ 0 };
	predicted(1);
	tap_ok(made.unbounded, "nothing known");
	path.root = 0;
	tap_is_int(predicted(1), -1, "no path");
}

/* ---- against a model ---- */

static struct {
	int parent, from, to; /* s */
	double cpu;	      /* s, of its own time */
} one_of[MOST];
static int count;

static int
rnd(int n)
{
	return rand() % n;
}

/* The child that ended last, not after at; of several the longest, then the
 * first. */
static int
last_of(int p, int at)
{
	int last = -1;

	for (int i = 1; i < count; i++)
		if (one_of[i].parent == p && one_of[i].to <= at &&
		    (last < 0 || one_of[i].to > one_of[last].to ||
			(one_of[i].to == one_of[last].to &&
			    one_of[i].from < one_of[last].from)))
			last = i;
	return last;
}

/* Part k of a process, up to its child number k or to its end: how long it is,
 * and which child is waited for, or -1.  Returns the child forked, or -1. */
static int
part_of(int p, int k, int *own, int *wait)
{
	int at = one_of[p].from, to = one_of[p].to, child = -1, n = 0;

	for (int i = 1; i < count && child < 0; i++)
		if (one_of[i].parent == p && n++ == k)
			child = i;
	n = 0;
	for (int i = 1; i < count; i++)
		if (one_of[i].parent == p && n++ < k)
			at = one_of[i].from > at ? one_of[i].from : at;
	if (child >= 0)
		to = one_of[child].from;
	*wait = last_of(p, to);
	if (*wait >= 0 && one_of[*wait].to > at)
		at = one_of[*wait].to;
	else
		*wait = -1;
	*own = to > at ? to - at : 0;
	return child;
}

static int
own_of(int p)
{
	int own, wait, sum = 0, k = 0, child;

	do {
		child = part_of(p, k++, &own, &wait);
		sum += own;
	} while (child >= 0);
	return sum;
}

/* Sorted by when they begin, as children are. */
static void
make_tree(void)
{
	count = 1 + rnd(MOST);
	one_of[0].from = 0;
	one_of[0].to = LONG;
	for (int i = 1; i < count; i++)
		one_of[i].from = one_of[i - 1].from + rnd(LONG / MOST);
	for (int i = 1; i < count; i++) {
		int p = rnd(i);

		while (p && one_of[p].to <= one_of[i].from)
			p--;
		one_of[i].parent = p;
		one_of[i].to = one_of[i].from + 1 + rnd(20);
	}
	begin_command();
	for (int at = 0; at < LONG + 100; at++)
		for (int i = 0; i < count; i++) {
			if (one_of[i].from == at)
				fork_(300 + i, i ? 300 + one_of[i].parent : 100,
				    (uint64_t)(at + 20) * S);
			if (one_of[i].to == at)
				exit_(300 + i, (uint64_t)(at + 20) * S);
		}
	finish(1000 * S);
	for (int i = 0; i < count; i++) {
		one_of[i].cpu = own_of(i) * rnd(5) / 4.0;
		used(300 + i, one_of[i].cpu, 0);
	}
	ready();
}

/* Forward by steps. */
static double
model(int cpus)
{
	struct {
		int k, child, wait;
		double run, block;
		bool begun, ended;
	} m[MOST] = { 0 };
	double now = 0, step = 0.001;

	m[0].begun = true;
	for (int i = 0; i < count; i++)
		m[i].k = -1;
	while (!m[0].ended && now < 10000) {
		int ready_now = 0;

		/* What takes no time. */
		for (int again = 1; again;) {
			again = 0;
			for (int i = 0; i < count; i++) {
				int own = own_of(i), part;

				if (!m[i].begun || m[i].ended ||
				    (m[i].k >= 0 &&
					((m[i].wait >= 0 &&
					     !m[m[i].wait].ended) ||
					    m[i].run > 1e-9 || m[i].block > 1e-9)))
					continue;
				again = 1;
				if (m[i].k >= 0 && m[i].child < 0) {
					m[i].ended = true;
					continue;
				}
				if (m[i].k >= 0)
					m[m[i].child].begun = true;
				m[i].child = part_of(i, ++m[i].k, &part,
				    &m[i].wait);
				m[i].run = own ? part * one_of[i].cpu / own : 0;
				m[i].block = part - m[i].run;
			}
		}
		for (int i = 0; i < count; i++)
			ready_now += m[i].begun && !m[i].ended &&
			    (m[i].wait < 0 || m[m[i].wait].ended) &&
			    m[i].run > 1e-9;
		for (int i = 0; i < count; i++) {
			if (!m[i].begun || m[i].ended ||
			    (m[i].wait >= 0 && !m[m[i].wait].ended))
				continue;
			if (m[i].run > 1e-9)
				m[i].run -= step *
				    (ready_now > cpus ? (double)cpus / ready_now :
							1);
			else
				m[i].block -= step;
		}
		now += step;
	}
	return now;
}

static void
random_trees(void)
{
	int same = 0, near = 0, slower = 0, rounds = tap_rounds(TREES);

	srand(4711);
	for (int i = 0; i < rounds; i++) {
		long long two;
		double want;

		make_tree();
		same += predicted(MOST) == 1000ll * LONG;
		want = model(2) * 1000;
		two = predicted(2);
		slower += two > 1000ll * LONG + 500;
		near += (double)two > want - 200 && (double)two < want + 200;
		if ((double)two < want - 200 || (double)two > want + 200)
			printf("# tree %d: %lld, the model has %.0f\n", i, two, want);
	}
	tap_is_int(same, rounds, "with CPUs enough each is as it was");
	tap_is_int(near, rounds, "with two, as the model has it");
	tap_ok(slower > rounds / 10, "%d of them are slower", slower);
}

/* Times and uses that cannot be: it comes to an end. */
static void
hostile(void)
{
	int rounds = tap_rounds(200), sane = 0;

	for (int k = 0; k < rounds; k++) {
		begin_command();
		count = 1 + rnd(40);
		for (int i = 0; i < count; i++)
			fork_(300 + i, i ? 300 + rnd(i) : 100,
			    (20 + (uint64_t)i) * S);
		finish(200 * S);
		for (uint32_t i = 1; i < tree.nodes; i++) {
			struct node *n = tree_node(&tree, i);

			n->start = (uint64_t)rnd(100) * S;
			n->end = (uint64_t)rnd(3) * (uint64_t)rnd(150) * S;
			n->threads = (uint32_t)rnd(3) * 0x7fffffffu;
			n->usage = (struct usage){ .known = rnd(2) != 0,
				.no_cpu = rnd(2) != 0,
				.cpu = (uint64_t)rnd(3) * (UINT64_MAX / 3),
				.cpu_min = (uint64_t)rnd(3) * S,
				.cpu_max = (uint64_t)rnd(3) * (UINT64_MAX / 2),
				.wait = (uint64_t)rnd(3) * (UINT64_MAX / 2) };
		}
		ready();
		sane += predicted(1 + (unsigned)rnd(3)) >= 0 ||
		    !path.root || path.from >= path.to;
	}
	tap_is_int(sane, rounds, "what cannot be comes to an end");
}

int
main(void)
{
	by_hand();
	by_hand_chain();
	by_hand_bounds();
	random_trees();
	hostile();
	end_feed();
	return tap_done();
}
