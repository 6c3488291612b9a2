/* --diff -o svg: the timeline of the second recording, and in it that of the
 * first. */
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "diff/draw.h"
#include "svg/svg.h"

/* A process that is drawn, in the order of tree_next; number 0 is none. */
struct row {
	uint32_t node;
	int depth;
	uint32_t size; /* it and all below it, which follow it */
	uint32_t path;
	uint32_t twin; /* of the other recording, 0: it is not there */
	uint32_t next; /* of the same path and parent */
};

struct rows {
	struct row *row; /* from 1 on; 0 is above all of them */
	uint32_t count;
};

struct overlay {
	const struct comparison *c;
	struct view view[2];
	struct rows in[2];
	uint32_t *first, *last; /* of each path, while children are matched */
	uint32_t *place;	/* of each path: an item, from 1 on */
	struct svg_item *item;
	uint32_t items;
};

static bool
rows_find(struct rows *r, const struct tree *t)
{
	uint32_t i = 0, at;
	int depth = -1;

	r->row = calloc(t->nodes + 1, sizeof *r->row);
	if (!r->row)
		return false;
	r->row[0].depth = -1;
	while ((i = tree_next(t, i, &depth)) != 0)
		r->row[++r->count] = (struct row){ .node = i,
			.depth = depth,
			.size = 1,
			.path = tree_node(t, i)->id };
	r->row[0].size = r->count + 1;
	for (uint32_t k = r->count; k > 0; k--) {
		at = k + r->row[k].size;
		while (at <= r->count && r->row[at].depth > r->row[k].depth) {
			r->row[k].size += r->row[at].size;
			at += r->row[at].size;
		}
	}
	return true;
}

/* Match the children of two processes that are matched: the first of a path
 * with the first, and so on. */
static void
match_children(struct overlay *o, uint32_t a, uint32_t b)
{
	struct row *x = o->in[0].row, *y = o->in[1].row;

	for (uint32_t i = a + 1; i < a + x[a].size; i += x[i].size) {
		uint32_t path = x[i].path;

		if (o->first[path])
			x[o->last[path]].next = i;
		else
			o->first[path] = i;
		o->last[path] = i;
	}
	for (uint32_t i = b + 1; i < b + y[b].size; i += y[i].size) {
		uint32_t twin = o->first[y[i].path];

		if (!twin)
			continue;
		y[i].twin = twin;
		x[twin].twin = i;
		o->first[y[i].path] = x[twin].next;
	}
	for (uint32_t i = a + 1; i < a + x[a].size; i += x[i].size)
		o->first[x[i].path] = 0;
}

static void
item_add(struct overlay *o, int which, uint32_t k)
{
	const struct row *r = &o->in[which].row[k];
	const struct row *twin = &o->in[0].row[r->twin];

	o->item[o->items++] = (struct svg_item){ .node = r->node,
		.depth = r->depth,
		.gone = which == 0,
		.twin = which ? twin->node : 0 };
	tree_node(o->view[which].tree, r->node)->id = o->items;
	if (!o->place[r->path])
		o->place[r->path] = o->items;
}

/* What was below the twin of a process, and is not there now. */
static void
items_gone(struct overlay *o, uint32_t twin)
{
	const struct row *x = o->in[0].row;

	for (uint32_t i = twin + 1; i < twin + x[twin].size; i += x[i].size)
		for (uint32_t k = i; !x[i].twin && k < i + x[i].size; k++)
			item_add(o, 0, k);
}

/* Each process of the second recording, and after all below it those that are
 * gone from there. */
static void
items_find(struct overlay *o, uint32_t *open)
{
	const struct row *y = o->in[1].row;
	uint32_t opened = 0;

	for (uint32_t k = 1; k <= o->in[1].count; k++) {
		while (opened && y[open[opened - 1]].depth >= y[k].depth)
			if (y[open[--opened]].twin)
				items_gone(o, y[open[opened]].twin);
		item_add(o, 1, k);
		open[opened++] = k;
	}
	while (opened)
		if (y[open[--opened]].twin)
			items_gone(o, y[open[opened]].twin);
	items_gone(o, 0);
}

/* How long they were there, or themselves; us, -1 if it is not known of all. */
static long long
time_of(const struct path *p, int which, bool self)
{
	const struct path_sum *s = &p->in[which];
	uint64_t ns = self ? s->self : s->wall;

	return s->no_wall ? -1 : (long long)(ns / 1000);
}

/* The list of what differs: its kind, the path, how many there were in each,
 * how long they were there themselves and in all, and a process of it. */
static void
put_list(void *arg, struct buf *b)
{
	const struct overlay *o = arg;
	struct buf text = { 0 };

	buf_puts(b, "<metadata id=\"diff\">[");
	for (size_t i = 0; i < o->c->listed; i++) {
		const struct path *p = o->c->list[i];

		text.len = 0;
		comparison_path(o->c, &text, p);
		buf_puts(b, i ? ",\n[" : "\n[");
		buf_printf(b, "%u,", p->kind);
		svg_string(b, text.data, text.len);
		buf_printf(b, ",%u,%u,%lld,%lld,%lld,%lld,%u]", p->in[0].count,
		    p->in[1].count, time_of(p, 0, true), time_of(p, 1, true),
		    time_of(p, 0, false), time_of(p, 1, false),
		    o->place[p - o->c->paths.path] - 1);
	}
	buf_puts(b, "\n]</metadata>\n");
	b->failed |= text.failed;
	buf_free(&text);
}

static bool
overlay_find(struct overlay *o)
{
	size_t paths = o->c->paths.paths.count + 1;
	uint32_t *open = NULL;

	if (!rows_find(&o->in[0], o->view[0].tree) ||
	    !rows_find(&o->in[1], o->view[1].tree))
		return false;
	o->first = calloc(paths, sizeof *o->first);
	o->last = calloc(paths, sizeof *o->last);
	o->place = calloc(paths, sizeof *o->place);
	o->item = malloc(
	    (o->in[0].count + o->in[1].count + 1) * sizeof *o->item);
	open = malloc((o->in[1].count + 1) * sizeof *open);
	if (o->first && o->last && o->place && o->item && open) {
		match_children(o, 0, 0);
		for (uint32_t k = 1; k <= o->in[1].count; k++)
			if (o->in[1].row[k].twin)
				match_children(o, o->in[1].row[k].twin, k);
		items_find(o, open);
	}
	free(open);
	return open && o->item && o->place && o->last && o->first;
}

int
comparison_svg(void *comparison, struct buf *b, struct sink *sink)
{
	struct comparison *c = comparison;
	struct overlay o = { .c = c };
	struct svg_first first = {
		.view = &o.view[0], .list = put_list, .arg = &o
	};
	int result = 0;

	for (int i = 0; i < 2; i++)
		o.view[i] = (struct view){ .tree = &c->tree[i],
			.origin = c->file[i].from,
			.losses = c->file[i].losses,
			.traced = true,
			.sink = sink };
	memcpy(
	    o.view[1].machine, c->file[1].machine, sizeof c->file[1].machine);
	if (overlay_find(&o)) {
		first.item = o.item;
		first.items = o.items;
		result = svg_put(&o.view[1], &first, b);
	} else
		b->failed = true;
	for (int i = 0; i < 2; i++)
		free(o.in[i].row);
	free(o.first);
	free(o.last);
	free(o.place);
	free(o.item);
	return result;
}
