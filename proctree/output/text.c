/* -o text: a line for each process, under its parent. */
#include <string.h>

#include "cli/columns.h"
#include "output/formats.h"
#include "base/count.h"

#define DEPTH_DRAWN 64 /* levels; deeper ones have their number */

/* What stands before a node: of its ancestors, whether they have younger
 * siblings. */
struct branch {
	bool more[DEPTH_DRAWN];
	int depth;
};

static const struct {
	const char *through, *tee, *end;
} lines[] = { { "│  ", "├─ ", "└─ " }, { "|  ", "|- ", "`- " } };

static void
put_branch(
    const struct view *v, struct buf *b, const struct branch *br, bool through)
{
	int drawn = br->depth < DEPTH_DRAWN ? br->depth : DEPTH_DRAWN - 1;

	for (int i = 1; i < drawn; i++)
		buf_puts(b, br->more[i] ? lines[v->ascii].through : "   ");
	if (br->depth > drawn)
		buf_printf(b, "(%d) ", br->depth);
	if (br->depth < 1)
		return;
	if (through)
		buf_puts(b, br->more[drawn] ? lines[v->ascii].through : "   ");
	else
		buf_puts(b,
		    br->more[drawn] ? lines[v->ascii].tee :
				      lines[v->ascii].end);
}

static int
start_width(const struct view *v)
{
	if (v->wall)
		return 31;
	return v->seconds ? 16 : 10;
}

static void
put_start(const struct view *v, struct buf *b, uint64_t ts, bool known)
{
	static struct buf field;

	if (!known || v->tree->untimed || (v->wall && !v->wall_offset))
		buf_putc(&field, '?');
	else if (v->wall)
		print_time(&field, ts + (uint64_t)v->wall_offset);
	else if (v->seconds)
		print_seconds(&field, ts);
	else
		view_offset(&field, ts, v->origin);
	buf_column(b, &field, start_width(v));
}

static void
put_columns(const struct view *v, struct buf *b, const struct node *n)
{
	static struct buf field;
	uint64_t wall = tree_wall(v->tree, n);

	buf_printf(b, "%7d ", n->tid);
	put_start(v, b, n->start, !(n->flags & NODE_UNKNOWN));
	if (!(n->flags & (NODE_UNKNOWN | NODE_LOST)) && !v->tree->untimed)
		view_offset(&field, wall, 0);
	else
		buf_putc(&field, '?');
	buf_column(b, &field, 9);
	if (n->flags & NODE_ENDED)
		print_cpu(&field, &n->usage, 3);
	else
		buf_putc(&field, '-');
	buf_column(b, &field, 9);
	view_status(&field, n);
	buf_column(b, &field, -7);
}

/* -a: what it ran after its first exec. */
static void
put_execs(const struct view *v, struct buf *b, const struct branch *br,
    const struct node *n)
{
	uint32_t i = n->flags & NODE_CALLED ? n->exec : 0;
	const struct tree_exec *x;
	size_t start;

	if (!i)
		return;
	for (i = tree_exec(v->tree, i)->next; i != n->exec;) {
		i = tree_exec(v->tree, i)->next;
		x = tree_exec(v->tree, i);
		start = b->len;
		buf_printf(b, "%7d ", n->tid);
		put_start(v, b, x->ts, x->ts != 0);
		buf_printf(b, "%9s %9s %-7s ", "-", "-", "exec");
		put_branch(v, b, br, true);
		buf_puts(b, v->ascii ? ": " : "┆ ");
		view_line(v, b, n, i);
		view_line_cut(v, b, start);
		buf_putc(b, '\n');
	}
}

static uint32_t
first_exec(const struct view *v, const struct node *n)
{
	return n->flags & NODE_CALLED ? tree_exec(v->tree, n->exec)->next :
					n->exec;
}

static void
put_notes(const struct view *v, struct buf *b, const struct node *n)
{
	size_t start = b->len;

	buf_puts(b, " [");
	if (view_put_notes(v, b, n, ","))
		buf_putc(b, ']');
	else if (!b->failed)
		b->len = start;
}

static void
put_node(const struct view *v, struct buf *b, const struct branch *br,
    const struct node *n)
{
	size_t start = b->len;

	put_columns(v, b, n);
	put_branch(v, b, br, false);
	if (n->threads > 1 && !v->threads && !(n->flags & NODE_THREAD))
		buf_printf(b, "{%u} ", n->threads);
	view_line(v, b, n, v->all ? first_exec(v, n) : n->exec);
	put_notes(v, b, n);
	view_line_cut(v, b, start);
	buf_putc(b, '\n');
	if (v->all)
		put_execs(v, b, br, n);
}

int
draw_text(const struct view *v, struct buf *b)
{
	struct branch br = { .depth = -1 };
	uint32_t i = 0;

	if (!v->no_header)
		buf_printf(b, "%7s %*s %9s %9s %-7s %s\n", "PID",
		    start_width(v), "START", "WALL", "CPU", "EXIT", "COMMAND");
	while ((i = tree_next(v->tree, i, &br.depth)) != 0) {
		if (br.depth < DEPTH_DRAWN)
			br.more[br.depth] = tree_sibling(v->tree, i) != 0;
		put_node(v, b, &br, tree_node(v->tree, i));
		if (sink_flush_some(v->sink, b) != 0)
			return -1;
	}
	return 0;
}

void
text_line(const struct view *v, struct buf *b, uint32_t node, int depth)
{
	struct branch br = { .depth = depth };

	put_node(v, b, &br, tree_node(v->tree, node));
}
