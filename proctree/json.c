/* -o json: one document, a line for each process. */
#include <limits.h>
#include <string.h>

#include "../lib/print.h"
#include "../lib/tasks.h"
#include "../lib/tool.h"
#include "view.h"

static void
put_member(struct buf *b, const char *name, uint64_t n)
{
	buf_printf(b, ",\"%s\":%llu", name, (unsigned long long)n);
}

/* A time: seconds since boot, and the wall clock's. */
static void
put_time(const struct view *v, struct buf *b, const char *name, uint64_t ts,
    bool known)
{
	buf_printf(b, ",\"%s\":", name);
	if (known)
		print_seconds(b, ts);
	else
		buf_puts(b, "null");
	if (!known || !v->wall_offset)
		return;
	buf_printf(b, ",\"%s_time\":\"", name);
	print_time(b, ts + (uint64_t)v->wall_offset);
	buf_putc(b, '"');
}

static void
put_id(const struct view *v, struct buf *b, uint32_t parent)
{
	if (parent)
		buf_printf(b, "%u", tree_node(v->tree, parent)->id);
	else
		buf_puts(b, "null");
}

static void
put_usage(struct buf *b, const struct node *n)
{
	if (!(n->flags & NODE_USAGE)) {
		buf_puts(b,
		    ",\"utime\":null,\"stime\":null,\"maxrss\":null,"
		    "\"read\":null,\"write\":null");
		return;
	}
	buf_puts(b, ",\"utime\":");
	print_seconds(b, n->user);
	buf_puts(b, ",\"stime\":");
	print_seconds(b, n->system);
	put_member(b, "maxrss", n->maxrss);
	put_member(b, "read", n->read);
	put_member(b, "write", n->write);
}

static void
put_state(const struct view *v, struct buf *b, const struct node *n)
{
	const char *note[VIEW_NOTES + 1];
	uint64_t ts;

	buf_printf(b, ",\"state\":\"%s\"",
	    n->flags & NODE_ENDED      ? "ended" :
		n->flags & NODE_ZOMBIE ? "zombie" :
		n->flags & NODE_LOST   ? "unknown" :
					 "running");
	tool_json_status(b, n->flags & NODE_ENDED ? n->code : CODE_UNKNOWN);
	if (view_reparented(v, n, &ts)) {
		buf_puts(b, ",\"reparented\":");
		print_seconds(b, ts);
	}
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
			if (x->ts)
				print_seconds(b, x->ts);
			else
				buf_puts(b, "null");
			buf_puts(b, ",\"comm\":");
			print_json(b, x->comm, strlen(x->comm));
			tree_lend(v->tree, i, &e);
			tool_json_args(b, &e, INT_MAX);
			buf_putc(b, '}');
		} while (i != n->exec);
	buf_putc(b, ']');
}

static void
put_node(const struct view *v, struct buf *b, const struct node *n)
{
	struct event e;

	buf_printf(b, "{\"id\":%u,\"parent\":", n->id);
	put_id(v, b, n->parent);
	buf_printf(b, ",\"pid\":%d,\"generation\":%u,\"ppid\":", n->tid,
	    n->generation);
	if (n->ppid == PPID_UNKNOWN)
		buf_puts(b, "null");
	else
		buf_printf(b, "%d", n->ppid);
	buf_printf(
	    b, ",\"thread\":%s", n->flags & NODE_THREAD ? "true" : "false");
	put_time(v, b, "start", n->start, !(n->flags & NODE_UNKNOWN));
	put_time(v, b, "end", n->end, n->end != 0);
	put_state(v, b, n);
	buf_puts(b, ",\"comm\":");
	if (n->comm[0])
		print_json(b, n->comm, strlen(n->comm));
	else
		buf_puts(b, "null");
	put_member(b, "threads", n->threads);
	put_usage(b, n);
	tree_lend(v->tree, n->flags & NODE_THREAD ? 0 : n->exec, &e);
	tool_json_args(b, &e, INT_MAX);
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
	put_member(b, "threads", c->threads);
	put_member(b, "orphans", c->orphans);
	put_member(b, "missing_comms", c->nameless);
	put_member(b, "missing_arguments", c->argless);
	if (v->lost_some && !v->lost)
		buf_puts(b, ",\"lost\":null");
	else
		put_member(b, "lost", v->lost);
	put_member(b, "repaired", c->repaired);
	put_member(b, "left_out", c->strangers);
	put_member(b, "unknown_ends", c->endless);
	put_member(b, "pid_reuses", c->reuses);
	put_member(b, "pid_rollovers", c->rollovers);
	put_member(b, "hidden", v->hidden);
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
		if (v->flush(b) != 0)
			return -1;
	}
	buf_puts(b, "\n]}\n");
	return v->flush(b);
}
