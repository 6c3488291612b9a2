/* -o json: one document, a line for each process. */
#include <limits.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "output/formats.h"
#include "why/why.h"

/* A time: seconds since boot, and the wall clock's. */
static void
put_time(const struct view *v, struct buf *b, const char *name, uint64_t ts,
    bool known)
{
	known = known && !v->tree->untimed;
	json_seconds(b, name, known, ts);
	if (!known || !v->wall_offset)
		return;
	buf_printf(b, ",\"%s_time\":\"", name);
	print_time(b, ts + (uint64_t)v->wall_offset);
	buf_putc(b, '"');
}

static const char *
state_of(const struct node *n)
{
	if (n->flags & NODE_ENDED)
		return "ended";
	if (n->flags & NODE_ZOMBIE)
		return "zombie";
	return n->flags & NODE_LOST ? "unknown" : "running";
}

static void
put_state(const struct view *v, struct buf *b, const struct node *n)
{
	const char *note[VIEW_NOTES + 1];
	uint64_t ts;

	buf_printf(b, ",\"state\":\"%s\"", state_of(n));
	json_status(b, n->flags & NODE_ENDED ? n->code : CODE_UNKNOWN);
	json_by(b, &n->by);
	if (view_reparented(v, n, &ts))
		json_seconds(b, "reparented", true, ts);
	view_notes(v, n, note);
	buf_puts(b, ",\"notes\":[");
	for (int i = 0; note[i]; i++)
		buf_printf(b, "%s\"%s\"", i ? "," : "", note[i]);
	buf_putc(b, ']');
}

/* Every program it ran by an exec of its own, the last one too. */
static void
put_execs(const struct view *v, struct buf *b, const struct node *n)
{
	const struct tree_exec *x;
	uint32_t i = n->exec;
	struct event e;

	buf_puts(b, ",\"execs\":[");
	if (n->flags & NODE_CALLED)
		do {
			i = tree_exec(v->tree, i)->next;
			x = tree_exec(v->tree, i);
			if (b->data[b->len - 1] != '[')
				buf_putc(b, ',');
			buf_puts(b, "{\"ts\":");
			if (x->ts && !v->tree->untimed)
				print_seconds(b, x->ts);
			else
				buf_puts(b, "null");
			json_string(b, "comm", x->comm);
			tree_program(v->tree, i, &e);
			json_program(b, &e);
			json_args(b, &e, INT_MAX);
			buf_putc(b, '}');
		} while (i != n->exec);
	buf_putc(b, ']');
}

static void
put_node(const struct view *v, struct buf *b, const struct node *n)
{
	struct event e;

	buf_printf(b, "{\"id\":%u", n->id);
	json_number(
	    b, "parent", n->parent != 0, tree_node(v->tree, n->parent)->id);
	buf_printf(b, ",\"pid\":%d,\"generation\":%u", n->tid, n->generation);
	json_number(b, "ppid", n->ppid != PPID_UNKNOWN, (unsigned)n->ppid);
	buf_printf(
	    b, ",\"thread\":%s", n->flags & NODE_THREAD ? "true" : "false");
	put_time(v, b, "start", n->start, !(n->flags & NODE_UNKNOWN));
	put_time(v, b, "end", n->end, n->end != 0);
	put_state(v, b, n);
	json_string(b, "comm", n->comm[0] ? n->comm : NULL);
	json_number(b, "threads", true, n->threads);
	json_usage(b, &n->usage);
	tree_program(v->tree, n->flags & NODE_THREAD ? 0 : n->exec, &e);
	json_program(b, &e);
	json_args(b, &e, INT_MAX);
	if (v->all)
		put_execs(v, b, n);
	buf_putc(b, '}');
}

static void
put_summary(const struct view *v, struct buf *b)
{
	const struct tree_counts *c = &v->tree->counts;

	buf_printf(b, "{\"summary\":{\"processes\":%llu",
	    (unsigned long long)c->processes);
	json_number(b, "threads", true, c->threads);
	json_number(b, "orphans", true, c->orphans);
	json_number(b, "missing_comms", true, c->nameless);
	json_number(b, "missing_arguments", true, c->argless);
	json_number(b, "lost", !v->losses.uncounted || v->losses.events,
	    v->losses.events);
	json_number(b, "repaired", true, c->repaired);
	json_number(b, "left_out", true, c->strangers);
	json_number(b, "unknown_ends", true, c->endless);
	json_number(b, "pid_reuses", true, c->reuses);
	json_number(b, "pid_wraparounds", true, c->wraparounds);
	json_number(b, "hidden", true, v->hidden);
	put_time(v, b, "start", v->origin, v->origin != 0);
	put_time(v, b, "end", v->tree->end, v->tree->end != 0);
	buf_puts(b, "},\n\"processes\":[");
}

int
draw_json(const struct view *v, struct buf *b)
{
	uint32_t i = 0;

	put_summary(v, b);
	while ((i = tree_next(v->tree, i, NULL)) != 0) {
		buf_puts(b, tree_node(v->tree, i)->id == 1 ? "\n" : ",\n");
		put_node(v, b, tree_node(v->tree, i));
		if (sink_flush_some(v->sink, b) != 0)
			return -1;
	}
	buf_puts(b, "\n]");
	if (why_put_json(v, b) != 0)
		return -1;
	buf_puts(b, "}\n");
	return 0;
}
