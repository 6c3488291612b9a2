/*
 * the critical path: by hand, and of random trees against a model that knows no
 * search: it looks at every process and every moment.
 */
#include "path_feed.h"

#define TREES 400
#define MOST  60   /* processes of a random tree */
#define LONG  200  /* its moments */
#define MS    1000000ull

static char text[16384];

/* As "300:1-4 301:4-9 300:9+1-12": seconds; the end of 301 was waited for, and
 * seen 1 s later.  Without +: that is worked out. */
static const char *
path_text(void)
{
	size_t n = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < path.segments && n < sizeof text - 64; i++) {
		const struct segment *s = &path.segment[i];

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%d:%llu",
		    i ? " " : "", tree_node(&tree, s->node)->tid,
		    (unsigned long long)(s->from / S));
		if (s->waited)
			n += (size_t)snprintf(text + n, sizeof text - n,
			    "+%llu",
			    (unsigned long long)((s->waited - s->from) / S));
		n += (size_t)snprintf(text + n, sizeof text - n, "-%llu",
		    (unsigned long long)(s->to / S));
	}
	return text;
}

#define is_path(want, ...) tap_is_str(path_text(), want, __VA_ARGS__)

static void
finish_path(uint64_t end)
{
	finish(end);
	find(critical_root(&tree), 0);
}

/* ---- by hand ---- */

static void
by_hand(void)
{
	begin_command();
	fork_(300, 100, 20 * S);
	exit_(300, 25 * S);
	finish_path(30 * S);
	is_path("300:20-25", "one process");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	fork_(302, 300, 22 * S);
	exit_(301, 26 * S);
	exit_(302, 24 * S);
	fork_(303, 300, 27 * S);
	exit_(303, 29 * S);
	exit_(300, 30 * S);
	finish_path(31 * S);
	is_path("300:20-21 301:21-26 300:26-27 303:27-29 300:29-30",
	    "the child that ended last, not the one that began last");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	fork_(302, 301, 22 * S);
	exit_(302, 25 * S);
	exit_(301, 26 * S);
	fork_(303, 300, 27 * S);
	exit_(300, 30 * S);
	exit_(303, 33 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-22 302:22-25 301:25-26 300:26-30",
	    "a grandchild; a child that lives longer is not waited for");
}

static void
by_hand_odd(void)
{
	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	exit_(301, 21 * S);
	fork_(302, 300, 23 * S);
	exit_(302, 25 * S);
	fork_(303, 300, 23 * S);
	exit_(303, 25 * S);
	finish_path(30 * S);
	is_path("300:20-23 302:23-25 300:25-30",
	    "a life without time, two at once, and a root that still runs");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	exit_(301, 25 * S);
	exit_(300, 26 * S);
	finish(30 * S);
	find(critical_root(&tree), 23 * S);
	is_path("301:23-25 300:25-26", "only from a moment on");

	begin();
	fork_(300, 100, 20 * S);
	exit_(300, 21 * S);
	finish(30 * S);
	tap_is_int(critical_root(&tree), 0, "of no command there is no path");
	find(0, 0);
	tap_is_int(path.segments, 0, "nor segments");

	empty();
	tree.chosen = true;
	finish(1 * S);
	tap_is_int(critical_root(&tree), 0, "of an empty tree there is none");
}

/* An end that was lost, and a process without a beginning. */
static void
by_hand_unknown(void)
{
	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	fork_(302, 300, 21 * S);
	exit_(302, 22 * S);
	lost(24 * S);
	task(300, 300, 100, 20 * S);
	exit_(300, 30 * S);
	finish_path(40 * S);
	is_path("300:20-21 302:21-22 300:22-30",
	    "a process whose end was lost is not on it");

	begin_command();
	exit_(300, 21 * S);
	exec(301, 22 * S, "/bin/x x");
	finish_path(23 * S);
	tap_is_int(critical_root(&tree), 0,
	    "of a root without a beginning there is no path");
}

/* ---- waits that were seen ---- */

static void
by_hand_waits(void)
{
	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	fork_(302, 300, 22 * S);
	exit_(302, 24 * S);
	exit_(301, 30 * S);
	wait_(300, 301, 31 * S);
	wait_(300, 302, 32 * S);
	exit_(300, 34 * S);
	wait_(100, 300, 35 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-30 300:30+1-34",
	    "the one that ended last, not the one that was waited for last");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	exit_(301, 22 * S);
	wait_(300, 301, 22 * S);
	fork_(302, 300, 23 * S);
	fork_(303, 300, 23 * S);
	exit_(303, 25 * S);
	exit_(302, 26 * S);
	wait_(300, 303, 27 * S);
	fork_(304, 300, 28 * S);
	wait_(300, 302, 29 * S);
	exit_(304, 30 * S);
	exit_(300, 31 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-22 300:22+0-23 303:23-25 300:25+2-28 "
		"304:28-30 300:30-31",
	    "one that ended, but was not waited for yet, is no edge");

	begin_command();
	fork_(300, 100, 20 * S);
	thread(350, 300, 20 * S);
	fork_(301, 300, 21 * S);
	wait_(350, 301, 22 * S);
	exit_(301, 23 * S);
	wait_(350, 301, 24 * S);
	exit_(350, 24 * S);
	exit_(300, 25 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-23 300:23+1-25",
	    "a child that was stopped; a thread waits");
}

/* What a number means is not certain: the path is worked out. */
static void
wait_doubt(void (*doubt)(void), const char *what)
{
	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	exit_(301, 22 * S);
	wait_(300, 301, 24 * S);
	fork_(302, 300, 25 * S);
	exit_(302, 27 * S);
	doubt();
	wait_(300, 302, 28 * S);
	exit_(300, 30 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-22 300:22-25 302:25-27 300:27-30", "%s", what);
}

static void
doubt_unknown(void)
{
	wait_(300, 999, 28 * S);
}

static void
doubt_not_its_child(void)
{
	wait_(300, 100, 28 * S);
}

static void
doubt_itself(void)
{
	wait_(300, 300, 28 * S);
}

static void
doubt_twice(void)
{
	wait_(300, 301, 28 * S);
}

static void
by_hand_doubt(void)
{
	wait_doubt(doubt_unknown, "a number of no process");
	wait_doubt(doubt_not_its_child, "one of another's child");
	wait_doubt(doubt_itself, "its own");
	wait_doubt(doubt_twice, "the same number twice");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	fork_(302, 300, 21 * S);
	exit_(301, 22 * S);
	exit_(302, 23 * S);
	wait_(300, 302, 24 * S);
	exit_(300, 30 * S);
	finish_path(40 * S);
	is_path("300:20-21 302:21-23 300:23-30",
	    "never the only one that it can be");

	begin_command();
	fork_(300, 100, 20 * S);
	fork_(301, 300, 21 * S);
	exit_(301, 22 * S);
	wait_(300, 301, 23 * S);
	lost(24 * S);
	task(300, 300, 100, 20 * S);
	fork_(302, 300, 25 * S);
	exit_(302, 26 * S);
	wait_(300, 302, 27 * S);
	exit_(300, 30 * S);
	finish_path(40 * S);
	is_path("300:20-21 301:21-22 300:22+1-25 302:25-26 300:26-30",
	    "after a loss waits say nothing");
}

/* ---- against a model ---- */

static struct {
	int parent;
	uint64_t from, to;    /* in moments */
	uint64_t waited;      /* 0: it is not seen that its parent waited */
	bool lost;	      /* its end */
	int zombies;	      /* of its children, now */
	bool trusted, strange; /* numbers that it got */
} one[MOST];
static int count;
static int exact; /* waits on the paths that were seen */

static int
rnd(int n)
{
	return rand() % n;
}

/* Waits in the order of time, which come between the events of a moment and
 * those of the next one. */
static void
feed_waits(uint64_t at)
{
	for (int i = 1; i < count; i++)
		if (one[i].to == at)
			one[one[i].parent].zombies++;
	for (int i = 1; i < count; i++) {
		int p = one[i].parent;

		if (one[i].waited != at || !at)
			continue;
		one[p].trusted |= --one[p].zombies == 0;
		wait_(300 + p, 300 + i, (at + 1000) * MS);
	}
	for (int i = 0; i < count; i++)
		if (one[i].strange && one[i].from == at && one[i].to > at)
			wait_(300 + i, 299, (at + 1000) * MS);
}

/* The events of the processes, in the order of time. */
static void
feed(void)
{
	for (uint64_t at = 0; at <= LONG; feed_waits(at++))
		for (int i = 0; i < count; i++) {
			if (one[i].from == at)
				fork_(300 + i, i ? 300 + one[i].parent : 100,
				    (at + 1000) * MS);
			if (one[i].to == at && !one[i].lost)
				exit_(300 + i, (at + 1000) * MS);
		}
}

/* When its parent went on, as far as that is certain. */
static uint64_t
seen(int i)
{
	const bool trusted = one[one[i].parent].trusted;

	return trusted && !one[one[i].parent].strange ? one[i].waited : 0;
}

static void
make_tree(bool waits)
{
	count = 1 + rnd(MOST);
	for (int i = 0; i < count; i++) {
		uint64_t room, after = 0;

		one[i].parent = i ? rnd(i) : 0;
		if (i && one[one[i].parent].lost)
			one[i].parent = 0;
		if (i)
			after = one[one[i].parent].from;
		/* It is forked while its parent lives, and may live longer. */
		room = one[one[i].parent].to - after;
		one[i].from = i ? after + (uint64_t)rnd((int)room + 1) : 0;
		one[i].to = i ? one[i].from + (uint64_t)rnd(40) : LONG;
		if (one[i].to > LONG)
			one[i].to = LONG;
		one[i].lost = false;
		one[i].waited = 0;
		one[i].zombies = 0;
		one[i].trusted = false;
		one[i].strange = rnd(5) == 0;
		room = one[one[i].parent].to;
		if (waits && i && one[i].to && one[i].to < room && rnd(8))
			one[i].waited = one[i].to +
			    (uint64_t)rnd((int)(room - one[i].to)) / 3;
	}
}

/* Who the end of the tree waited for in the moment before at, going back: the
 * process that is entered or left there is found among all. */
static void
model(int owner[LONG])
{
	int stack[MOST], depth = 0;
	uint64_t came = LONG; /* when it came to the process */

	stack[0] = 0;
	for (int at = LONG; at > 0;) {
		int p = stack[depth], last = -1;

		for (int i = 1; i < count; i++)
			if (one[i].parent == p && one[i].to == (uint64_t)at &&
			    one[i].from < one[i].to && seen(i) <= came &&
			    (last < 0 || one[i].from < one[last].from))
				last = i;
		if (at > (int)one[p].from && last >= 0) {
			stack[++depth] = last;
			came = (uint64_t)at;
			continue;
		}
		if (at <= (int)one[p].from && depth > 0) {
			depth--;
			came = (uint64_t)at;
			continue;
		}
		owner[--at] = p;
	}
}

/* Is a segment after the end of a child, if any, with the wait for it, if that
 * is certain? */
static bool
same_wait(const struct segment *s)
{
	int i = tree_node(&tree, s->after)->tid - 300;

	if (!s->after)
		return !s->waited && tree_node(&tree, s->node)->start == s->from;
	exact += s->waited != 0;
	return (one[i].to + 1000) * MS == s->from &&
	    tree_node(&tree, s->node)->tid == 300 + one[i].parent &&
	    s->waited == (seen(i) ? (seen(i) + 1000) * MS : 0);
}

/* Is the path that of the model, moment by moment, without a hole? */
static bool
same(const int owner[LONG])
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < path.segments; i++) {
		const struct segment *s = &path.segment[i];

		if (s->from != (at + 1000) * MS || s->to <= s->from ||
		    !same_wait(s))
			return false;
		for (; (at + 1000) * MS < s->to; at++)
			if (at >= LONG ||
			    300 + owner[at] != tree_node(&tree, s->node)->tid)
				return false;
	}
	return at == LONG;
}

static void
random_trees(void)
{
	static int owner[LONG];
	int good = 0, longest = 0, rounds = tap_rounds(TREES);

	srand(17);
	for (int i = 0; i < rounds; i++) {
		make_tree(i % 4);
		begin_command();
		feed();
		finish_path((LONG + 2000) * MS);
		model(owner);
		good += same(owner);
		if ((int)path.segments > longest)
			longest = (int)path.segments;
	}
	tap_is_int(good, rounds, "random trees have the path of the model");
	tap_ok(longest > 10, "and long ones: %d segments", longest);
	tap_ok(exact > rounds / 4, "%d waits on them were seen", exact);
}

/* ---- what no kernel makes ---- */

/* Nodes with times at random: the path has no hole, and comes to an end. */
static void
hostile(void)
{
	int good = 0, rounds = tap_rounds(TREES);

	for (int k = 0; k < rounds; k++) {
		uint64_t at, root;

		begin_command();
		count = 1 + rnd(MOST);
		for (int i = 0; i < count; i++)
			fork_(300 + i, i ? 300 + rnd(i) : 100, (20 + (uint64_t)i) * S);
		for (int i = 0; i < count; i++)
			if (rnd(3))
				exit_(300 + i, (90 + (uint64_t)rnd(50)) * S);
		finish(200 * S);
		for (uint32_t i = 1; i < tree.nodes; i++) {
			struct node *n = tree_node(&tree, i);

			n->start = (uint64_t)rnd(100) * S;
			n->end = (uint64_t)rnd(3) ? (uint64_t)rnd(150) * S : 0;
			if (rnd(9) == 0)
				n->flags |= NODE_UNKNOWN;
		}
		root = critical_root(&tree);
		find((uint32_t)root, (uint64_t)rnd(2) * 30 * S);
		at = path.from;
		for (uint32_t i = 0; i < path.segments; i++) {
			if (path.segment[i].from != at)
				break;
			at = path.segment[i].to;
		}
		good += !path.root || path.from >= path.to ? !path.segments :
							     at == path.to;
	}
	tap_is_int(good, rounds, "times that cannot be: a path without a hole");
}

/* 100,000 processes, all below each other, or all of one parent. */
static void
large(void)
{
	for (int deep = 0; deep < 2; deep++) {
		uint64_t n = 100000;

		begin_command();
		for (uint64_t i = 0; i < n; i++)
			fork_(300 + (int)i,
			    i ? 300 + (deep ? (int)i - 1 : 0) : 100,
			    (1000 + i) * MS);
		for (uint64_t i = n; i-- > 1;)
			exit_(300 + (int)i, (1000 + 2 * n - i) * MS);
		exit_(300, (1000 + 2 * n) * MS);
		finish_path(1000 * S);
		tap_is_int(path.segments, deep ? 2 * n - 1 : 3,
		    "100,000 processes, %s", deep ? "deep" : "wide");
	}
}

int
main(void)
{
	by_hand();
	by_hand_odd();
	by_hand_unknown();
	by_hand_waits();
	by_hand_doubt();
	random_trees();
	hostile();
	large();
	end_feed();
	return tap_done();
}
