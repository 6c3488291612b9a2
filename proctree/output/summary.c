/* -S: what was run how often, and what it cost. */
#include <string.h>

#include "output/commands.h"
#include "output/formats.h"
#include "why/why.h"

static struct command_sum
command_of(const struct view *v, const struct node *n)
{
	uint64_t wall = tree_wall(v->tree, n);
	struct command_sum c = { .count = 1,
		.failed = view_failed(n),
		.wall = wall,
		.longest = wall };

	cost_add_usage(&c.cost, &n->usage);
	return c;
}

/* Did it begin and end within the trace? */
static bool
is_short_lived(const struct view *v, const struct node *n)
{
	return n->flags & NODE_ENDED && n->start && n->start >= v->origin &&
	    !(n->flags & (NODE_UNKNOWN | NODE_THREAD));
}

struct cost
summary_short_lived(const struct view *v)
{
	struct cost sum = { .inexact = v->tree->losses != 0 };

	/* What was lost is missing. */
	sum.unbounded = sum.no_wait = sum.inexact;
	for (uint32_t i = 0; (i = tree_next(v->tree, i, NULL)) != 0;)
		if (is_short_lived(v, tree_node(v->tree, i)))
			cost_add_usage(&sum, &tree_node(v->tree, i)->usage);
	return sum;
}

/* What it is counted as; len 0: not known. */
static const char *
group_of(const struct view *v, uint32_t i, size_t *len)
{
	const struct node *n = tree_node(v->tree, i);
	uint32_t parent = tree_parent(v->tree, i);
	const char *name = n->comm;

	if (v->group >= GROUP_CGROUP)
		name = labels_text(&v->groups, i);
	*len = name ? strlen(name) : 0;
	if (v->group >= GROUP_COMM)
		return name;
	*len = 0;
	if (v->group == GROUP_PARENT && !parent)
		return "";
	return view_name(
	    v, v->group == GROUP_PARENT ? tree_node(v->tree, parent) : n, len);
}

static void
collect(const struct view *v, struct commands *all)
{
	for (uint32_t i = 0; (i = tree_next(v->tree, i, NULL)) != 0;) {
		const struct node *n = tree_node(v->tree, i);
		struct command_sum c;
		const char *name;
		size_t len;

		if (n->flags & NODE_THREAD)
			continue;
		c = command_of(v, n);
		name = group_of(v, i, &len);
		commands_add(all, name, len, &c);
	}
}

static void
put_share(const struct view *v, struct buf *b)
{
	struct cost_span span = { .machine = { v->machine[0], v->machine[1] } };

	if (v->tree->from && v->tree->end > v->tree->from)
		span.elapsed = v->tree->end - v->tree->from;
	cost_put_share(b, &v->short_lived, &span);
	buf_putc(b, '\n');
}

static void
put_verdicts(const struct view *v, struct buf *b)
{
	struct why why;

	why_find(&why, v);
	b->failed |= why.failed;
	why_put_verdicts(&why, b, "why: ");
	why_free(&why);
}

int
draw_summary(const struct view *v, struct buf *b)
{
	static const char *const heads[] = { "COMMAND", "PARENT", "COMM",
		"CGROUP", "USER" };
	struct commands all = { 0 };
	int r = 0;

	collect(v, &all);
	b->failed |= all.failed | v->groups.failed;
	commands_sort(&all);
	if (!v->no_header)
		commands_put_header(b, false, heads[v->group]);
	for (uint32_t i = 1; i <= all.index.count && r == 0; i++) {
		commands_put(b, &all.list[i], false);
		r = sink_flush_some(v->sink, b);
	}
	if (r == 0 && v->traced) {
		put_verdicts(v, b);
		put_share(v, b);
	}
	commands_clear(&all);
	return r;
}
