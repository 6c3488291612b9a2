/*
 * -o perfetto: the Trace Event Format (JSON) of chrome://tracing, for
 * ui.perfetto.dev: a slice for each process, as long as it lived.
 *
 * The importer of Perfetto takes slices of one thread that nest; before v57 it
 * dropped one that overlaps another, and it drops what is nested deeper than
 * 512.  PIDs are reused, and 100,000 threads cannot be looked at.  So a thread
 * of this trace is a lane: a slice lies in that of its parent if the parent
 * lives longer and no sibling is there, else in the first lane that is free
 * all the time.  The parent is in the arguments.  What was there before
 * and has no children stands apart, with a lane each, if it did not end.
 *
 * Times are whole microseconds since the beginning of the trace: fractions are
 * rounded when they are read, start and length each on its own, and then a
 * child can end after its parent.  What is not known, or was before, begins
 * and ends with the trace; if that is but a moment, time is since boot.
 *
 * Text is escaped before it becomes a JSON string: the importer refuses an
 * event with a surrogate (\udcff), and takes a quote after a backslash as part
 * of the string, even if that is a backslash which was escaped.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "output/formats.h"
#include "events/usage.h"

#define NESTED 256 /* slices in each other, at most */

enum { BUSY, IDLE, GROUPS }; /* pids of the trace, less 1 */

static const char *const group_names[] = { "processes", "bystanders" };

struct place {
	uint64_t busy; /* until when the lane is a child's, us */
	uint32_t lane; /* 1 is the first */
	uint16_t depth;
	uint16_t group;
};

struct layout {
	const struct view *view;
	uint64_t origin;
	struct place *place; /* by id */
	/* A tree of minima: leaf size + i is until when lane i is taken. */
	uint64_t *taken;
	uint32_t size, lanes[GROUPS];
	struct buf line; /* scratch */
};

static uint64_t
micros(const struct layout *l, uint64_t ts)
{
	return ts > l->origin ? (ts - l->origin) / 1000 : 0;
}

/* When a process began and ended; at least a microsecond is taken, or
 * all that have no length would nest. */
static void
span(const struct layout *l, const struct node *n, uint64_t *from, uint64_t *to)
{
	*from = micros(l, n->start);
	*to = micros(l, n->end ? n->end : l->view->tree->end);
	if (*to <= *from)
		*to = *from + 1;
}

/* Was it there before, without children, and is it still? */
static bool
is_bystander(const struct tree *t, uint32_t i)
{
	const struct node *n = tree_node(t, i);
	uint32_t next = tree_next(t, i, NULL);

	return n->flags & NODE_BEFORE && !n->end &&
	    (!next || tree_node(t, next)->parent != i);
}

/* Does it fit into the slice of its parent? */
static bool
nest(struct layout *l, const struct node *n, struct place *at)
{
	uint64_t from, to, first, last;
	const struct node *p;
	struct place *above;

	if (!n->parent)
		return false;
	p = tree_node(l->view->tree, n->parent);
	above = &l->place[p->id];
	span(l, n, &from, &to);
	span(l, p, &first, &last);
	if (from < first || to > last || from < above->busy ||
	    above->depth + 1 >= NESTED)
		return false;
	above->busy = to;
	at->depth = above->depth + 1;
	return true;
}

/* The first lane that is free from then on is taken. */
static uint32_t
take_lane(struct layout *l, uint64_t from, uint64_t to)
{
	uint64_t *taken = l->taken;
	uint32_t at = 1, lane;

	while (at < l->size) {
		at *= 2;
		if (taken[at] > from)
			at++;
	}
	lane = at - l->size + 1;
	taken[at] = to;
	for (; at > 1; at /= 2)
		taken[at / 2] = taken[at] < taken[at ^ 1] ? taken[at] :
							    taken[at ^ 1];
	if (lane > l->lanes[BUSY])
		l->lanes[BUSY] = lane;
	return lane;
}

/* Lanes for all that does not nest, in about the order they began: so are
 * nodes numbered.  Others follow their parents when they are drawn. */
static int
lay_out(struct layout *l)
{
	const struct tree *t = l->view->tree;
	uint32_t i = 0, alone = 0;
	uint64_t from, to;

	l->place = calloc((size_t)t->nodes + 1, sizeof *l->place);
	if (!l->place)
		return -1;
	while ((i = tree_next(t, i, NULL)) != 0) {
		const struct node *n = tree_node(t, i);
		struct place *at = &l->place[n->id];

		if (is_bystander(t, i)) {
			at->group = IDLE;
			at->lane = ++l->lanes[IDLE];
		} else if (!nest(l, n, at))
			alone++;
	}
	for (l->size = 1; l->size < alone;)
		l->size *= 2;
	l->taken = calloc(2 * (size_t)l->size, sizeof *l->taken);
	if (!l->taken)
		return -1;
	for (i = 1; i < t->nodes; i++) {
		const struct node *n = tree_node(t, i);

		if (n->flags & NODE_HIDDEN || l->place[n->id].depth ||
		    l->place[n->id].lane)
			continue;
		span(l, n, &from, &to);
		l->place[n->id].lane = take_lane(l, from, to);
	}
	return 0;
}

/* Append what is in the scratch buffer, escaped, as a JSON string. */
static void
put_scratch(struct layout *l, struct buf *b)
{
	struct buf *s = &l->line;

	if (s->len > 0 && s->data[s->len - 1] == '\\') {
		s->len--;
		buf_puts(s, "x5c");
	}
	b->failed |= s->failed;
	escape_json(b, s->data, s->failed ? 0 : s->len);
	s->len = 0;
}

static void
put_usage(struct buf *b, const struct node *n)
{
	const struct usage *u = &n->usage;
	uint64_t user, system;

	if (!u->known)
		return;
	json_seconds(b, "cpu", !u->no_cpu, u->cpu);
	if (usage_split(u, &user, &system)) {
		json_seconds(b, "utime", true, user);
		json_seconds(b, "stime", true, system);
	}
	json_number(b, "maxrss", true, u->maxrss);
}

/* What is not known is left out: the importer does so too. */
static void
put_args(struct layout *l, struct buf *b, const struct node *n)
{
	const struct view *v = l->view;
	const char *note[VIEW_NOTES + 1];

	buf_printf(b, "\"args\":{\"id\":%u", n->id);
	if (n->parent)
		buf_printf(
		    b, ",\"parent\":%u", tree_node(v->tree, n->parent)->id);
	buf_printf(b, ",\"pid\":%d,\"generation\":%u", n->tid, n->generation);
	if (n->ppid != PPID_UNKNOWN)
		buf_printf(b, ",\"ppid\":%d", n->ppid);
	if (n->start)
		json_seconds(b, "start", true, n->start);
	buf_puts(b, ",\"command\":");
	view_line(v, &l->line, n, n->exec);
	put_scratch(l, b);
	buf_puts(b, ",\"status\":\"");
	view_status(b, n);
	buf_putc(b, '"');
	put_usage(b, n);
	view_notes(v, n, note);
	for (int i = 0; note[i]; i++)
		buf_printf(b, "%s%s", i ? " " : ",\"notes\":\"", note[i]);
	if (note[0])
		buf_putc(b, '"');
	if (n->by.why != BY_UNKNOWN) {
		buf_puts(b, ",\"by\":");
		view_by(&l->line, &n->by);
		put_scratch(l, b);
	}
	buf_putc(b, '}');
}

/* Another number than those of the groups and of all other lanes. */
static uint32_t
tid_of(const struct layout *l, int group, uint32_t lane)
{
	return GROUPS + (group == IDLE ? l->lanes[BUSY] : 0) + lane;
}

static void
put_slice(struct layout *l, struct buf *b, const struct node *n)
{
	struct place *at = &l->place[n->id];
	uint64_t from, to;
	const char *name;
	size_t len;

	if (at->depth)
		at->lane =
		    l->place[tree_node(l->view->tree, n->parent)->id].lane;
	span(l, n, &from, &to);
	name = view_name(l->view, n, &len);
	escape_text(&l->line, len ? name : "?", len ? len : 1);
	buf_puts(b, ",\n{\"name\":");
	put_scratch(l, b);
	buf_printf(b, ",\"cat\":\"%s%s\",\"ph\":\"X\",\"pid\":%d,\"tid\":%u",
	    n->flags & NODE_THREAD ? "thread" : "process",
	    view_failed(n) ? ",failed" : "", at->group + 1,
	    tid_of(l, at->group, at->lane));
	buf_printf(b, ",\"ts\":%llu,\"dur\":%llu,", (unsigned long long)from,
	    (unsigned long long)(to - from));
	put_args(l, b, n);
	buf_putc(b, '}');
}

/* The names of groups and lanes.  Equal ones are shown by their numbers. */
static int
put_names(const struct layout *l, struct buf *b)
{
	const char *comma = "";

	for (int group = 0; group < GROUPS; group++)
		for (uint32_t i = 0; l->lanes[group] && i <= l->lanes[group];
		     i++) {
			buf_printf(b,
			    "%s\n{\"name\":\"%s_name\",\"ph\":\"M\",\"pid\":%d,"
			    "\"tid\":%u,\"args\":{\"name\":\"%s\"}}",
			    comma, i ? "thread" : "process", group + 1,
			    tid_of(l, group, i ? i : 1),
			    i ? "lane" : group_names[group]);
			comma = ",";
			if (sink_flush_some(l->view->sink, b) != 0)
				return -1;
		}
	return 0;
}

int
draw_perfetto(const struct view *v, struct buf *b)
{
	struct layout l = { .view = v,
		.origin = v->tree->end > v->origin ? v->origin : 0 };
	uint32_t i = 0;
	int r;

	if (lay_out(&l) != 0)
		b->failed = true;
	buf_puts(b, "{\"traceEvents\":[");
	r = put_names(&l, b);
	while (r == 0 && !b->failed && (i = tree_next(v->tree, i, NULL)) != 0) {
		put_slice(&l, b, tree_node(v->tree, i));
		r = sink_flush_some(v->sink, b);
	}
	buf_free(&l.line);
	free(l.place);
	free(l.taken);
	buf_puts(b, "\n],\"displayTimeUnit\":\"ms\"}\n");
	return r;
}
