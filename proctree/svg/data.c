/* What the script of -o svg draws: a record for each process, as JSON. */
#include "svg/svg.h"

#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "events/usage.h"

#define CHUNK	  512  /* processes in a <metadata>: XML parsers have limits */
#define LINE_SIZE 4000 /* bytes of a command line; more are counted */
#define NAME_SIZE 120

/* What the script calls a node's flags: data.js. */
enum {
	BEFORE = 1,
	OPEN = 2,
	NOSTART = 4,
	COARSE = 8,
	FORKED = 16,
	THREAD = 32,
	NOEND = 64,
	GONE = 128 /* of the first of two recordings */
};

struct data {
	const struct view *view;
	const struct svg_first *first; /* NULL: one recording */
	uint32_t twin;		       /* of the process, in the first one */
	bool gone;		       /* it is of the first one */
	struct buf *b;
	struct buf line;  /* scratch */
	uint32_t *number; /* of each line that was written, in that order;
			     NULL without memory: all are written again */
	uint32_t numbers;
};

void
svg_string(struct buf *b, const char *s, size_t len)
{
	uint32_t c;

	buf_putc(b, '"');
	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 0)
			n = 1;
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (int)c);
		else if (c < 0x20 || (c < 0x80 && strchr("<>&'", (int)c)) ||
		    c == 0xfffe || c == 0xffff)
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_add(b, s + i, n);
	}
	buf_putc(b, '"');
}

static size_t
characters(const char *s, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			count++;
	return count;
}

/* Append the number of the command line of an exec, and when it is written
 * for the first time, its name, its colour, the line itself, and how many
 * characters of it are left out. */
static void
put_line(struct data *d, const struct node *n, uint32_t exec)
{
	const struct view *v = d->view;
	uint32_t k = exec ? tree_exec(v->tree, exec)->cmdline : 0;
	struct node then = *n;
	struct event e;
	unsigned color;
	size_t len;
	bool known;

	tree_program(v->tree, exec, &e);
	if (d->gone || n->flags & NODE_THREAD || (!e.path && !e.args.count))
		k = 0;
	known = k && d->number && d->number[k];
	if (k && d->number && !known)
		d->number[k] = ++d->numbers;
	buf_printf(d->b, ",%u", k && d->number ? d->number[k] : k);
	if (known)
		return;
	then.exec = exec;
	d->line.len = 0;
	color = svg_name(v, &d->line, &then, NAME_SIZE);
	buf_putc(d->b, ',');
	svg_string(d->b, d->line.data, d->line.len);
	buf_printf(d->b, ",%u,", color);
	d->line.len = 0;
	view_line(v, &d->line, n, exec);
	len = svg_whole(d->line.data, d->line.len, LINE_SIZE);
	svg_string(d->b, d->line.data, len);
	if (len < d->line.len)
		buf_printf(d->b, ",%zu",
		    characters(d->line.data + len, d->line.len - len));
}

static long long
microseconds(const struct view *v, uint64_t ts)
{
	return ts < v->origin ? -(long long)((v->origin - ts) / 1000) :
				(long long)((ts - v->origin) / 1000);
}

static unsigned
flags_of(const struct view *v, const struct node *n)
{
	unsigned f = n->flags;
	bool lost = !(f & NODE_ENDED) && f & NODE_LOST;

	return (n->start && n->start < v->origin ? BEFORE : 0u) |
	    (f & (NODE_ENDED | NODE_LOST) ? 0u : OPEN) |
	    (n->start ? 0u : NOSTART) | (lost ? NOEND : 0u) |
	    (f & NODE_COARSE ? COARSE : 0u) |
	    (f & (NODE_CALLED | NODE_THREAD | NODE_BEFORE) ? 0u : FORKED) |
	    (f & NODE_THREAD ? THREAD : 0u);
}

/* Append a member of the object at the end of a record. */
static void
put_member(struct buf *b, bool *any, char name)
{
	buf_printf(b, ",%s\"%c\":", *any ? "" : "{", name);
	*any = true;
}

/* What it ran before its last program. */
static void
put_execs(struct data *d, const struct node *n, bool *any)
{
	const struct tree *t = d->view->tree;
	uint32_t i = n->flags & NODE_CALLED ? n->exec : 0;
	const struct tree_exec *x;

	if (!i || tree_exec(t, i)->next == i)
		return;
	put_member(d->b, any, 'x');
	for (i = tree_exec(t, i)->next; i != n->exec; i = x->next) {
		x = tree_exec(t, i);
		buf_puts(d->b, d->b->data[d->b->len - 1] == ':' ? "[[" : ",[");
		if (x->ts)
			buf_printf(d->b, "%lld", microseconds(d->view, x->ts));
		else
			buf_puts(d->b, "null");
		put_line(d, n, i);
		buf_putc(d->b, ']');
	}
	buf_putc(d->b, ']');
}

/* The most CPU time that it may have used: 0 if it is known, -1 if no bound. */
static long long
cpu_most(const struct usage *u)
{
	if (!u->no_cpu)
		return 0;
	if (u->unbounded)
		return -1;
	return u->cpu_max < 1000 ? 1 : (long long)(u->cpu_max / 1000);
}

/* In microseconds CPU time, at least, and its upper bound; how much of it was
 * in the kernel, and how long it waited for a CPU (-1: not known); memory and
 * storage in KB. */
static void
put_usage(struct buf *b, const struct usage *u)
{
	uint64_t user, system;

	buf_printf(b, "[%llu,%lld", (u->no_cpu ? u->cpu_min : u->cpu) / 1000ull,
	    cpu_most(u));
	if (usage_split(u, &user, &system))
		buf_printf(b, ",%llu", system / 1000ull);
	else
		buf_puts(b, ",-1");
	if (u->no_wait)
		buf_puts(b, ",-1");
	else
		buf_printf(b, ",%llu", u->wait / 1000ull);
	buf_printf(b, ",%llu", u->maxrss / 1024ull);
	if (u->read || u->write)
		buf_printf(
		    b, ",%llu,%llu", u->read / 1024ull, u->write / 1024ull);
	buf_putc(b, ']');
}

/* Is the time that its CPU time and waiting are parts of another than it lived?
 * Of several threads it is the sum. */
static bool
life_differs(const struct node *n)
{
	uint64_t wall = n->end > n->start ? n->end - n->start : 0;
	uint64_t life = n->usage.life;
	uint64_t apart = life > wall ? life - wall : wall - life;

	return n->usage.known && life && apart > wall / 100 + 100000;
}

/* When it began in the first recording, and how long it was there. */
static void
put_twin(struct data *d)
{
	const struct view *v = d->first->view;
	uint64_t start, end;

	svg_span(v, tree_node(v->tree, d->twin), &start, &end);
	buf_printf(
	    d->b, "[%llu,%llu]", start / 1000ull, (end - start) / 1000ull);
}

/* What only some nodes have. */
static void
put_more(struct data *d, const struct node *n)
{
	const struct view *v = d->view;
	int above = n->parent ? tree_node(v->tree, n->parent)->tid : 0;
	struct buf *b = d->b;
	bool any = false;

	if (n->ppid != above) {
		put_member(b, &any, 'p');
		buf_printf(b, "%d", n->ppid);
	}
	if (n->usage.known) {
		put_member(b, &any, 'u');
		put_usage(b, &n->usage);
	}
	if (life_differs(n)) {
		put_member(b, &any, 'l');
		buf_printf(b, "%llu", n->usage.life / 1000ull);
	}
	if (n->threads > 1 && !(n->flags & NODE_THREAD)) {
		put_member(b, &any, 't');
		buf_printf(b, "%u", n->threads);
	}
	d->line.len = 0;
	if (view_put_notes(v, &d->line, n, ", ")) {
		put_member(b, &any, 'n');
		svg_string(b, d->line.data, d->line.len);
	}
	if (d->twin) {
		put_member(b, &any, 'g');
		put_twin(d);
	}
	if (v->all)
		put_execs(d, n, &any);
	if (any)
		buf_putc(b, '}');
}

/* A record: [depth,pid,start,wall,flags,status,line...,{...}], times in
 * microseconds. */
static void
put_record(struct data *d, const struct node *n, int depth)
{
	const struct view *v = d->view;
	uint64_t start = n->start ? n->start : v->origin;
	uint64_t end = n->end ? n->end : v->tree->end;
	struct buf *b = d->b;
	size_t at;

	buf_printf(b, "[%d,%d,%lld,%llu,%u,", depth, n->tid,
	    microseconds(v, start), end > start ? (end - start) / 1000ull : 0,
	    flags_of(v, n) | (d->gone ? GONE : 0u));
	at = b->len;
	view_status(b, n);
	if (!b->failed && (b->data[at] < '0' || b->data[at] > '9')) {
		d->line.len = 0;
		buf_add(&d->line, b->data + at, b->len - at);
		b->len = at;
		svg_string(b, d->line.data, d->line.len);
	}
	put_line(d, n, n->exec);
	put_more(d, n);
	buf_putc(b, ']');
}

/* The next process to draw: of item, which is advanced, or by itself. */
static const struct node *
next_node(struct data *d, const struct view *v, const struct svg_item **item,
    uint32_t *i, int *depth)
{
	const struct svg_first *f = d->first;
	const struct svg_item *x = *item;

	if (!f) {
		*i = tree_next(v->tree, *i, depth);
		return *i ? tree_node(v->tree, *i) : NULL;
	}
	if (x == f->item + f->items)
		return NULL;
	++*item;
	*depth = x->depth;
	d->twin = x->twin;
	d->gone = x->gone;
	return tree_node((x->gone ? f->view : v)->tree, x->node);
}

int
svg_data(const struct view *v, const struct svg_first *first, struct buf *b)
{
	struct data data = { .view = v, .first = first, .b = b }, *d = &data;
	const struct svg_item *item = first ? first->item : NULL;
	int depth = -1, result = 0;
	uint32_t i = 0, done = 0;
	const struct node *n;

	d->number = calloc(
	    v->tree->cmdlines.index.count + 1, sizeof *d->number);
	buf_puts(b, "<g id=\"data\">\n");
	while (result == 0 && (n = next_node(d, v, &item, &i, &depth))) {
		if (done % CHUNK == 0)
			buf_printf(
			    b, "%s<metadata>[", done ? "]</metadata>\n" : "");
		else
			buf_puts(b, ",\n");
		done++;
		d->view = d->gone ? first->view : v;
		put_record(d, n, depth);
		result = sink_flush_some(v->sink, b);
	}
	buf_printf(b, "%s</g>\n", done ? "]</metadata>\n" : "");
	free(d->number);
	buf_free(&d->line);
	return result;
}

void
svg_head(const struct view *v, const struct svg_first *first,
    const struct svg_sum *sum, struct buf *b)
{
	uint64_t at = v->wall_offset + v->origin, ts;
	size_t at_mark = 0;
	const char *line;
	time_t seconds = (time_t)(at / 1000000000);
	struct tm tm;

	buf_printf(b,
	    "<metadata id=\"head\">{\"nodes\":%u,\"failed\":%u,"
	    "\"end\":%llu",
	    first ? first->items : sum->nodes, sum->failed,
	    sum->span / 1000ull);
	if (v->wall_offset) {
		print_local(seconds, &tm);
		buf_printf(b, ",\"clock\":%lld,\"fraction\":%llu,\"zone\":%ld",
		    (long long)seconds, at / 1000 % 1000000ull, tm.tm_gmtoff);
	}
	if (v->hidden)
		buf_printf(
		    b, ",\"hidden\":%llu", (unsigned long long)v->hidden);
	if (v->losses.events)
		buf_printf(b, ",\"note\":\"%s%llu events lost\"",
		    v->losses.uncounted ? "at least " : "",
		    (unsigned long long)v->losses.events);
	else if (v->losses.uncounted)
		buf_puts(b, ",\"note\":\"some events lost\"");
	buf_puts(b, ",\"marks\":[");
	while ((line = view_next_mark(v, &at_mark, &ts))) {
		buf_printf(b, "%s[%lld,", b->data[b->len - 1] == '[' ? "" : ",",
		    microseconds(v, ts));
		svg_string(b, line, strlen(line));
		buf_putc(b, ']');
	}
	buf_puts(b, "]}</metadata>\n");
}
