/* -o why: verdicts, and the critical path by command; and the same in JSON. */
#include <stdlib.h>

#include "base/number.h"
#include "cli/columns.h"
#include "cli/json.h"
#include "output/commands.h"
#include "why/predict.h"
#include "why/why.h"

void
why_put_verdicts(const struct why *w, struct buf *b, const char *prefix)
{
	for (int i = 0; i < w->verdicts; i++) {
		size_t start = b->len;

		buf_puts(b, prefix);
		buf_puts(b, w->verdict[i].text);
		view_line_cut(w->view, b, start);
		buf_putc(b, '\n');
	}
}

/* ---- the critical path ---- */

/* Add up the path by command; of each process the first segment counts.  In
 * failed are the waits that were not seen. */
static void
path_sum(const struct why *w, struct commands *all)
{
	const struct critical *p = &w->path;
	const struct view *v = w->view;
	bool *seen = calloc(v->tree->nodes + 1, sizeof *seen);

	all->failed = !seen;
	for (uint32_t i = 0; seen && i < p->segments; i++) {
		const struct segment *s = &p->segment[i];
		struct command_sum c = { .count = !seen[s->node],
			.failed = s->after && !s->waited,
			.wall = s->to - s->from };
		size_t len;
		const char *name = view_name(
		    v, tree_node(v->tree, s->node), &len);

		seen[s->node] = true;
		commands_add(all, name, len, &c);
	}
	commands_sort(all);
	free(seen);
}

static void
put_command(const struct why *w, struct buf *b, const struct command_sum *c)
{
	uint64_t all = w->path.to - w->path.from;
	size_t start = b->len;

	print_milliseconds(b, c->wall, 6);
	number_put(b, (number_share(1000, c->wall, all) + 5) / 10, 6, ' ');
	number_put(b, c->count, 9, ' ');
	number_put(b, c->failed, 7, ' ');
	buf_putc(b, ' ');
	escape_text(b, c->len ? c->name : "?", c->len ? c->len : 1);
	view_line_cut(w->view, b, start);
	buf_putc(b, '\n');
}

static int
put_path(const struct why *w, struct buf *b)
{
	struct commands all = { 0 };
	int r = 0;

	path_sum(w, &all);
	b->failed |= all.failed;
	if (!w->view->no_header)
		buf_puts(b, "      SELF SHARE%    COUNT UNSEEN COMMAND\n");
	for (uint32_t i = 1; i <= all.index.count && r == 0; i++) {
		put_command(w, b, &all.list[i]);
		r = sink_flush_some(w->view->sink, b);
	}
	commands_clear(&all);
	return r;
}

/* How long it is, and how many of its waits were seen. */
static void
put_length(const struct why *w, struct buf *b)
{
	uint64_t waits = 0, seen = 0;

	for (uint32_t i = 0; i < w->path.segments; i++) {
		waits += w->path.segment[i].after != 0;
		seen += w->path.segment[i].waited != 0;
	}
	print_milliseconds(b, w->path.to - w->path.from, 1);
	buf_puts(b, " s");
	if (seen)
		buf_printf(b, ", %llu of %llu waits seen",
		    (unsigned long long)seen, (unsigned long long)waits);
	else if (waits)
		buf_puts(b, ", worked out");
	buf_putc(b, '\n');
}

/* ---- with another number of CPUs ---- */

static void
put_prediction(const struct why *w, struct buf *b, int cpus)
{
	struct prediction p;

	buf_printf(b, "%d CPU%s: ", cpus, cpus == 1 ? "" : "s");
	if (predict_wall(
		&p, w->view->tree, &w->lives, &w->path, (unsigned)cpus) != 0) {
		buf_puts(b, "?\n");
		return;
	}
	buf_puts(b, p.unbounded ? ">=" : "");
	print_milliseconds(b, p.least, 1);
	if (!p.unbounded && p.least / 1000000 != p.most / 1000000) {
		buf_puts(b, " to ");
		print_milliseconds(b, p.most, 1);
	}
	buf_puts(b, " s\n");
}

static void
put_predictions(const struct why *w, struct buf *b)
{
	buf_puts(b, "predicted, if nothing else runs:\n");
	if (w->cpus && w->cpus != w->view->cpus)
		put_prediction(w, b, w->cpus);
	put_prediction(w, b, w->view->cpus);
	buf_puts(b,
	    "assumed: the same CPU times; blocked for as long; what began "
	    "after a child\nended waited for it; CPUs are shared evenly\n");
}

int
draw_why(const struct view *v, struct buf *b)
{
	struct why w;
	int r = 0;

	why_find(&w, v);
	b->failed |= w.failed;
	why_put_verdicts(&w, b, "");
	buf_puts(b, "critical path: ");
	if (w.path.root) {
		put_length(&w, b);
		r = put_path(&w, b);
	} else
		buf_puts(b, "? (it is of a command, or -p)\n");
	if (r == 0 && v->cpus && w.path.root)
		put_predictions(&w, b);
	why_free(&w);
	return r;
}
