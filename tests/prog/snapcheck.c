/*
 * snapcheck - is every snapshot the tree that was, at one moment?
 *
 * usage: snapcheck TRUTH SNAPSHOTS
 *
 * TRUTH is what churn wrote. SNAPSHOTS has lines "snapshot FROM TO", between
 * which times it was made (CLOCK_BOOTTIME, seconds), each followed by a line
 * for each process in it:
 *
 *	PID START STATE PARENT PARENT_START
 *
 * START is in seconds, or "-" if the snapshot does not say it; STATE "zombie"
 * or another word; PARENT "-" if it has none. All processes of churn must be
 * there, and no others. In each snapshot
 *
 *	wrong	a process that was not, or is there twice, or an edge that was
 *		not, at any moment between FROM and TO
 *	missing	a process that lived all the while is not there
 *	torn	there is no one moment when all edges were; how many of them
 *		were not at the moment when most of them were
 *	partial	there is one, but never were those that are not there away
 *		too (zombies may be missing)
 *
 * The first mistakes are lines on stdout; the last line has how many there are
 * of each. Ends with status 1 when there is any.
 */

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIDS	  (1 << 22)
#define SHOWN	  20 /* mistakes */
#define EDGES_MAX 100000
#define NONE	  UINT32_MAX
#define START_NS  25000000 /* a start time may be off by that */

struct node {
	uint64_t lo, hi, end, dead, gone; /* UINT64_MAX: not known */
	uint32_t parent, before;	  /* the one before that had this pid */
	int pid;
	int subreaper, leaderless;
	unsigned seen; /* in snapshot so-and-so */
};

struct span {
	uint64_t from, to; /* none: from > to */
};

struct line {
	long pid, parent; /* 0: none */
	uint64_t start, parent_start;
	int zombie;
};

struct edge {
	struct span span;
	int ended; /* for sorting */
	struct line line;
};

static struct node *nodes;
static uint32_t count;
static uint32_t by_pid[PIDS];
static long outside;

static struct span window, common;
static struct edge edges[EDGES_MAX];
static size_t edge_count;
static unsigned snapshot;
static struct {
	unsigned long edges, wrong, missing, torn, torn_edges, partial, births;
	uint64_t time;
} sum;
static unsigned long shown;

/* ---- truth ---- */

static uint64_t
known(unsigned long long ns)
{
	return ns ? ns : UINT64_MAX;
}

static void
truth_read(const char *name)
{
	FILE *f = fopen(name, "r");
	unsigned long long lo, hi, end, dead, gone;
	char parent[16], kind[16];
	size_t room = 0;
	int pid;

	if (f == NULL || fscanf(f, "outside %ld\n", &outside) != 1)
		err(1, "%s", name);
	while (fscanf(f, "%d %15s %15s %llu %llu %llu %llu %llu\n", &pid,
		   parent, kind, &lo, &hi, &end, &dead, &gone) == 8) {
		if (count == room) {
			room = room ? 2 * room : 4096;
			nodes = realloc(nodes, room * sizeof(*nodes));
			if (nodes == NULL)
				err(1, "memory");
		}
		nodes[count] = (struct node){ .pid = pid,
			.lo = lo,
			.hi = known(hi),
			.end = known(end),
			.dead = known(dead),
			.gone = known(gone),
			.parent = *parent == '-' ?
			    NONE :
			    (uint32_t)strtoul(parent, NULL, 10),
			.subreaper = strchr(kind, 's') != NULL,
			.leaderless = strchr(kind, 't') != NULL,
			.before = NONE };
		if (pid > 0 && pid < PIDS) {
			nodes[count].before = by_pid[pid];
			by_pid[pid] = count + 1;
		}
		count++;
	}
	if (!feof(f) || count == 0)
		errx(1, "%s: not a truth", name);
	fclose(f);
}

/* Whose dead nobody of churn waits for: its number came again. */
static void
truth_complete(void)
{
	for (uint32_t i = 0; i < PIDS; i++)
		for (uint32_t k = by_pid[i], next = 0; k != 0;
		     next = k, k = nodes[k - 1].before) {
			struct node *n = &nodes[k - 1];

			if (n->gone == UINT64_MAX && next)
				n->gone = nodes[next - 1].hi;
			if (n->dead == UINT64_MAX)
				n->dead = n->gone;
		}
}

/* ---- spans ---- */

static struct span
both(struct span a, struct span b)
{
	if (b.from > a.from)
		a.from = b.from;
	if (b.to < a.to)
		a.to = b.to;
	return a;
}

static int
is_none(struct span s)
{
	return s.from > s.to;
}

/* When a process may be there, as a zombie or not. */
static struct span
life(const struct node *n, int zombie)
{
	if (!zombie)
		return (struct span){ n->lo, n->dead };
	return (struct span){ n->leaderless ? n->lo : n->end, n->gone };
}

static int
is_start(const struct node *n, uint64_t start)
{
	return start == 0 ||
	    (start + START_NS > n->lo &&
		(n->hi == UINT64_MAX || start < n->hi + START_NS));
}

/* When the process of that number may be the parent of n.  The first parent;
 * then each subreaper above it, when all before are gone; then outside. */
static struct span
edge_span(const struct node *n, const struct line *l)
{
	struct span s = { n->lo, n->gone }, found = { 1, 0 }, at;
	uint32_t p = n->parent;
	int first = 1;

	for (; p != NONE; p = nodes[p].parent, first = 0) {
		const struct node *up = &nodes[p];

		if (!first && !up->subreaper)
			continue;
		at = both(s, (struct span){ up->lo, up->dead });
		if (up->pid == l->parent && is_start(up, l->parent_start) &&
		    !is_none(both(at, window)))
			return at;
		if (up->end == UINT64_MAX)
			return found;
		if (up->end > s.from)
			s.from = up->end;
	}
	return l->parent == outside ? s : found;
}

/* ---- a snapshot ---- */

static void
mistake(const char *what, const struct line *l)
{
	if (shown++ >= SHOWN)
		return;
	printf("snapshot %u: %s: pid %ld (%.6f%s), parent %ld (%.6f)\n",
	    snapshot, what, l->pid, (double)l->start / 1e9,
	    l->zombie ? ", zombie" : "", l->parent,
	    (double)l->parent_start / 1e9);
}

static uint64_t
distance(const struct node *n, uint64_t start)
{
	return start == 0 ? 0 : start > n->lo ? start - n->lo : n->lo - start;
}

/* Which one is it? */
static struct node *
node_find(const struct line *l, struct span *span)
{
	struct node *best = NULL, *n;
	int none = 1;

	*span = (struct span){ 1, 0 };
	for (uint32_t k = by_pid[l->pid % PIDS]; k != 0; k = n->before) {
		struct span s;

		n = &nodes[k - 1];
		if (!is_start(n, l->start))
			continue;
		s = both(life(n, l->zombie), window);
		if (n->parent != NONE)
			s = both(s, edge_span(n, l));
		if (best &&
		    (is_none(s) ||
			(!none &&
			    distance(n, l->start) > distance(best, l->start))))
			continue;
		best = n;
		none = is_none(s);
		*span = s;
	}
	return best;
}

static void
process(const struct line *l)
{
	struct span s;
	struct node *n = node_find(l, &s);

	sum.edges++;
	if (n == NULL || n->seen == snapshot || is_none(s)) {
		sum.wrong++;
		mistake(n == NULL	    ? "no such process" :
			n->seen == snapshot ? "twice" :
			is_none(both(life(n, l->zombie), window)) ?
					      "was not there" :
					      "wrong parent",
		    l);
		if (n != NULL)
			n->seen = snapshot;
		return;
	}
	n->seen = snapshot;
	common = both(common, s);
	if (edge_count + 2 > EDGES_MAX)
		errx(1, "too many processes");
	edges[edge_count++] = (struct edge){ s, 0, *l };
}

static uint64_t
moment(const struct edge *e)
{
	return e->ended ? e->span.to : e->span.from;
}

static int
by_time(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;
	uint64_t p = moment(x), q = moment(y);

	return p != q ? (p > q) - (p < q) : x->ended - y->ended;
}

/* How many edges were not there at the moment when most were? */
static size_t
torn_edges(void)
{
	size_t n = edge_count, now = 0, max = 0;
	uint64_t then = 0;

	for (size_t i = 0; i < n; i++) {
		edges[n + i] = edges[i];
		edges[n + i].ended = 1;
	}
	qsort(edges, 2 * n, sizeof(*edges), by_time);
	for (size_t i = 0; i < 2 * n; i++) {
		now += edges[i].ended ? (size_t)-1 : 1;
		if (now > max) {
			max = now;
			then = moment(&edges[i]);
		}
	}
	for (size_t i = 0; i < 2 * n; i++) {
		const struct span *s = &edges[i].span;

		if (edges[i].ended || (s->from <= then && s->to >= then))
			continue;
		mistake("torn", &edges[i].line);
		if (shown <= SHOWN)
			printf("  was %.6f to %.6f, most of the others %.6f\n",
			    (double)s->from / 1e9, (double)s->to / 1e9,
			    (double)then / 1e9);
	}
	return n - max;
}

/* Those that are not there must all be away at one moment of the common span:
 * their sure spans, sorted, leave a gap. */
static void
absent(int torn)
{
	uint64_t free = common.from;
	size_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct line l = { .pid = nodes[i].pid, .start = nodes[i].lo };
		struct span sure = { nodes[i].hi, nodes[i].end };

		if (nodes[i].lo == 0 || nodes[i].seen == snapshot ||
		    is_none(sure))
			continue;
		if (nodes[i].lo >= window.from && nodes[i].lo <= window.to)
			sum.births++;
		if (sure.from < window.from && sure.to > window.to) {
			sum.missing++;
			mistake("missing", &l);
		} else if (!is_none(both(sure, window)) && n < EDGES_MAX)
			edges[n++] = (struct edge){ sure, 0, l };
	}
	if (torn)
		return;
	qsort(edges, n, sizeof(*edges), by_time);
	for (size_t i = 0; i < n; i++)
		if (edges[i].span.from < free && edges[i].span.to > free)
			free = edges[i].span.to;
	if (free <= common.to)
		return;
	sum.partial++;
	for (size_t i = 0; i < n; i++)
		if (!is_none(both(edges[i].span, common)))
			mistake("partial: is not there", &edges[i].line);
}

static void
snapshot_end(void)
{
	int torn = is_none(common);

	if (snapshot == 0)
		return;
	if (torn) {
		sum.torn++;
		sum.torn_edges += torn_edges();
	}
	for (uint32_t i = 0; i < count; i++)
		sum.births += nodes[i].seen == snapshot &&
		    nodes[i].lo >= window.from && nodes[i].lo <= window.to;
	absent(torn);
	sum.time += window.to - window.from;
}

/* ---- reading ---- */

static uint64_t
seconds(const char *s)
{
	return *s == '-' ? 0 : (uint64_t)(strtold(s, NULL) * 1e9L + 0.5L);
}

static void
snapshot_begin(const char *from, const char *to)
{
	snapshot_end();
	snapshot++;
	window = common = (struct span){ seconds(from), seconds(to) };
	edge_count = 0;
}

static void
snapshots_read(const char *name)
{
	FILE *f = fopen(name, "r");
	char text[400], w[5][64];

	if (f == NULL)
		err(1, "%s", name);
	while (fgets(text, sizeof(text), f) != NULL) {
		int n = sscanf(text, "%63s %63s %63s %63s %63s", w[0], w[1],
		    w[2], w[3], w[4]);
		struct line l;

		if (n == 3 && strcmp(w[0], "snapshot") == 0) {
			snapshot_begin(w[1], w[2]);
			continue;
		}
		if (n != 5 || snapshot == 0)
			errx(1, "%s: not understood: %s", name, text);
		l = (struct line){ .pid = strtol(w[0], NULL, 10),
			.start = seconds(w[1]),
			.zombie = strcmp(w[2], "zombie") == 0,
			.parent = *w[3] == '-' ? 0 : strtol(w[3], NULL, 10),
			.parent_start = seconds(w[4]) };
		process(&l);
	}
	snapshot_end();
	fclose(f);
}

int
main(int argc, char *argv[])
{
	if (argc != 3) {
		fprintf(stderr, "usage: snapcheck truth snapshots\n");
		return 2;
	}
	truth_read(argv[1]);
	truth_complete();
	snapshots_read(argv[2]);
	printf("snapcheck: %u snapshots, %.1f ms each, %lu processes/s, "
	       "%lu edges: %lu wrong, %lu missing, %lu torn (%lu edges), "
	       "%lu partial\n",
	    snapshot, snapshot ? (double)sum.time / 1e6 / snapshot : 0,
	    sum.time ?
		(unsigned long)((double)sum.births * 1e9 / (double)sum.time) :
		0,
	    sum.edges, sum.wrong, sum.missing, sum.torn, sum.torn_edges,
	    sum.partial);
	return snapshot == 0 || sum.wrong || sum.missing || sum.torn ||
	    sum.partial;
}
