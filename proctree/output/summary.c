/* -S: what was run how often, and what it cost. */
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "output/formats.h"

struct command {
	const char *name; /* len bytes, not ended by a NUL */
	size_t len;
	uint64_t count, failed;
	uint64_t wall, cpu;
	uint64_t longest;
	bool unmeasured; /* the CPU time of some is not known */
};

static int
by_name(const void *a, const void *b)
{
	const struct command *x = a, *y = b;
	int r = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);

	return r ? r : (x->len > y->len) - (x->len < y->len);
}

/* What cost most comes first, by CPU time, or if that is not known, by time. */
static int
by_cost(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? 1 : -1;
	if (x->wall != y->wall)
		return x->wall < y->wall ? 1 : -1;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return by_name(a, b);
}

static void
command_add(struct command *to, const struct command *c)
{
	to->count += c->count;
	to->failed += c->failed;
	to->wall += c->wall;
	to->cpu += c->cpu;
	to->unmeasured |= c->unmeasured;
	if (c->longest > to->longest)
		to->longest = c->longest;
}

/* One entry for each name; the list is sorted by name.  Returns how many. */
static size_t
fold(struct command *list, size_t n)
{
	size_t to = 0;

	for (size_t i = 1; i < n; i++)
		if (by_name(&list[to], &list[i]) == 0)
			command_add(&list[to], &list[i]);
		else
			list[++to] = list[i];
	return n ? to + 1 : 0;
}

static struct command
command_of(const struct view *v, const struct node *n)
{
	struct command c = { .count = 1,
		.failed = view_failed(n),
		.wall = tree_wall(v->tree, n) };

	c.unmeasured = !n->usage.known || n->usage.no_cpu;
	c.cpu = c.unmeasured ? n->usage.cpu_min : n->usage.cpu;
	c.name = view_name(v, n, &c.len);
	c.longest = c.wall;
	return c;
}

static void
put_seconds(struct buf *b, uint64_t ns)
{
	print_milliseconds(b, ns, 7);
	buf_putc(b, ' ');
}

static void
put_command(const struct view *v, struct buf *b, const struct command *c)
{
	(void)v;
	buf_printf(b, "%8llu %8llu ", (unsigned long long)c->count,
	    (unsigned long long)c->failed);
	put_seconds(b, c->wall);
	put_seconds(b, c->wall / c->count);
	put_seconds(b, c->longest);
	if (c->unmeasured && !c->cpu)
		buf_printf(b, "%11s ", "?");
	else {
		put_seconds(b, c->cpu);
		b->len--;
		buf_puts(b, c->unmeasured ? "+ " : " ");
	}
	if (c->len)
		escape_text(b, c->name, c->len);
	else
		buf_putc(b, '?');
	buf_putc(b, '\n');
}

int
draw_summary(const struct view *v, struct buf *b)
{
	struct command *list = malloc(
	    (v->tree->counts.processes + 1) * sizeof *list);
	size_t n = 0;
	int r = 0;

	if (!list) {
		b->failed = true;
		return 0;
	}
	for (uint32_t i = 0; (i = tree_next(v->tree, i, NULL)) != 0;)
		if (!(tree_node(v->tree, i)->flags & NODE_THREAD))
			list[n++] = command_of(v, tree_node(v->tree, i));
	qsort(list, n, sizeof *list, by_name);
	n = fold(list, n);
	qsort(list, n, sizeof *list, by_cost);
	if (!v->no_header)
		buf_printf(b, "%8s %8s %11s %11s %11s %11s %s\n", "COUNT",
		    "FAILED", "WALL", "AVERAGE", "LONGEST", "CPU", "COMMAND");
	for (size_t i = 0; i < n && r == 0; i++) {
		put_command(v, b, &list[i]);
		r = sink_flush_some(v->sink, b);
	}
	free(list);
	return r;
}
