/* --diff: which processes were added, which are gone, and what changed. */
#include "diff/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/message.h"
#include "cli/tool.h"
#include "diff/draw.h"

#define LEAST 10000000u /* ns: a smaller difference is no change */

/* ---- what differs ---- */

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a < b ? b - a : a - b;
}

/* Is it surely another time?  Of some processes it may not be known: then there
 * was more of it. */
static bool
is_other(uint64_t a, bool a_whole, uint64_t b, bool b_whole, uint64_t least)
{
	if (a < b ? !a_whole : !b_whole)
		return false;
	return distance(a, b) >= least && distance(a, b) > (a < b ? b : a) / 10;
}

static enum kind
kind_of(const struct path *p, uint64_t least)
{
	const struct path_sum *a = &p->in[0], *b = &p->in[1];

	if (!a->count)
		return ADDED;
	if (!b->count)
		return GONE;
	if (a->count != b->count || a->failed != b->failed ||
	    is_other(a->wall, !a->no_wall, b->wall, !b->no_wall, least) ||
	    is_other(a->self, !a->no_wall, b->self, !b->no_wall, least) ||
	    is_other(a->cpu, !a->no_cpu, b->cpu, !b->no_cpu, least))
		return CHANGED;
	return SAME;
}

static bool
is_small(const struct path *p, uint64_t least)
{
	const struct path_sum *a = &p->in[0], *b = &p->in[1];

	return distance(a->wall, b->wall) < least &&
	    distance(a->self, b->self) < least &&
	    distance(a->cpu, b->cpu) < least;
}

static int
by_change(const void *x, const void *y)
{
	const struct path *p = *(const struct path *const *)x;
	const struct path *q = *(const struct path *const *)y;
	uint64_t a = distance(p->in[0].self, p->in[1].self);
	uint64_t b = distance(q->in[0].self, q->in[1].self);

	if (a == b) {
		a = distance(p->in[0].count, p->in[1].count);
		b = distance(q->in[0].count, q->in[1].count);
	}
	if (a != b)
		return a < b ? 1 : -1;
	return p < q ? -1 : 1; /* parents first */
}

/* Returns 0, or -1 without memory. */
static int
compare(struct comparison *c, const struct diff *d)
{
	c->list = malloc((c->paths.paths.count + 1) * sizeof *c->list);
	if (!c->list)
		return -1;
	for (uint32_t i = 1; i <= c->paths.paths.count; i++) {
		struct path *p = &c->paths.path[i];

		p->kind = kind_of(p, c->least);
		c->number[p->kind]++;
		for (int k = 0; k < 2; k++)
			c->processes[k] += p->in[k].count;
		if (p->kind != SAME && d->least && is_small(p, d->least))
			c->hidden++;
		else if (p->kind != SAME || d->all)
			c->list[c->listed++] = p;
	}
	qsort(c->list, c->listed, sizeof *c->list, by_change);
	return 0;
}

/* ---- messages ---- */

/* What makes a file less than the truth. */
static void
report_file(const struct comparison *c, int i)
{
	const struct tree_file *f = &c->file[i];
	const char *name = c->name[i];

	if (f->losses.events || f->losses.uncounted)
		tool_say("%s: %s%llu events lost: what differs may be that",
		    name, f->losses.uncounted ? "at least " : "",
		    (unsigned long long)f->losses.events);
	if (f->truncated)
		tool_say("%s: ends before its last line: incomplete", name);
	if (f->unparsed)
		tool_say("%s: %llu line%s not understood, the first is line "
			 "%llu",
		    name, (unsigned long long)f->unparsed,
		    f->unparsed == 1 ? "" : "s", (unsigned long long)f->first);
}

static void
put_total(struct buf *b, const struct comparison *c, int i)
{
	buf_printf(b, "%llu process%s in %c (",
	    (unsigned long long)c->processes[i],
	    c->processes[i] == 1 ? "" : "es", "AB"[i]);
	print_milliseconds(b, c->file[i].end - c->file[i].from, 1);
	buf_puts(b, i ? " s); " : " s), ");
}

/* The closing line. */
static void
report_paths(const struct comparison *c)
{
	struct buf b = { 0 };

	put_total(&b, c, 0);
	put_total(&b, c, 1);
	buf_printf(&b,
	    "paths: %llu added, %llu gone, %llu changed, %llu the same",
	    (unsigned long long)c->number[ADDED],
	    (unsigned long long)c->number[GONE],
	    (unsigned long long)c->number[CHANGED],
	    (unsigned long long)c->number[SAME]);
	if (c->hidden)
		buf_printf(&b, ", %llu smaller ones hidden",
		    (unsigned long long)c->hidden);
	buf_putc(&b, '\0');
	complain("%s", b.failed ? strerror(ENOMEM) : b.data);
	buf_free(&b);
}

/* ---- all of it ---- */

/* Returns 0, or -1 after a message. */
static int
read_file(struct comparison *c, int i)
{
	struct tree *tree = &c->tree[i];
	struct error error;
	int r = tree_read(tree, c->name[i], &c->file[i], &error);

	if (r != 0)
		tool_say("%s", error.text);
	else if ((r = paths_add(&c->paths, tree, c->file[i].from, i)) != 0)
		complain("%s", strerror(ENOMEM));
	if (!c->keep)
		tree_free(tree);
	return r;
}

int
diff_main(const struct diff *d)
{
	struct comparison c = { .name = { d->file[0], d->file[1] },
		.no_header = d->no_header,
		.keep = d->svg,
		.least = d->least ? d->least : LEAST };
	struct tool tool = { .draw = comparison_text, .arg = &c };
	int r = read_file(&c, 0);

	if (d->json)
		tool.draw = comparison_json;
	else if (d->svg)
		tool.draw = comparison_svg;
	if (r == 0)
		r = read_file(&c, 1);
	if (r == 0 && (r = compare(&c, d)) != 0)
		complain("%s", strerror(ENOMEM));
	if (r == 0) {
		r = tool_draw(&tool);
		report_file(&c, 0);
		report_file(&c, 1);
		report_paths(&c);
	}
	paths_free(&c.paths);
	tree_free(&c.tree[0]);
	tree_free(&c.tree[1]);
	free(c.list);
	return r != 0 || c.file[0].truncated || c.file[1].truncated;
}
