/*
 * -o dot: a graph for Graphviz, a box for each process, an arrow from each
 * parent; what failed is red, threads are dashed.
 *
 * A label begins with the command line, escaped as everywhere else and cut.
 * In a string of dot a backslash and a quote have a meaning, and "&" begins an
 * entity like in HTML: these are escaped once more, so dot shows them as they
 * are.
 */
#include <string.h>

#include "cli/columns.h"
#include "output/formats.h"

#define LABEL_SHOWN 60 /* characters of a command line */

/* Append len bytes of safe text inside a string of dot, at most max
 * characters.  U+FFFE and U+FFFF are no characters in XML, which dot makes. */
static void
put_text(struct buf *b, const char *s, size_t len, int max)
{
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (max-- == 0) {
			buf_puts(b, "…");
			return;
		}
		if (n == 0)
			n = 1;
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (int)c);
		else if (c == '&')
			buf_puts(b, "&amp;");
		else if (c == 0xfffe || c == 0xffff)
			buf_printf(b, "\\\\xef\\\\xbf\\\\x%02x",
			    0x80 | (unsigned)(c & 0x3f));
		else
			buf_add(b, s + i, n);
	}
}

static void
put_seconds(struct buf *b, const char *what, bool known, uint64_t ns)
{
	buf_puts(b, what);
	if (known) {
		view_offset(b, ns, 0);
		buf_puts(b, " s");
	} else
		buf_putc(b, '?');
}

static void
put_cpu(struct buf *b, const struct usage *u)
{
	buf_puts(b, ", CPU ");
	print_cpu(b, u, 3);
	if (b->data[b->len - 1] != '?')
		buf_puts(b, " s");
}

/* Two lines: what it was, and what became of it. */
static void
put_label(
    const struct view *v, struct buf *b, struct buf *line, const struct node *n)
{
	line->len = 0;
	view_line(v, line, n, n->exec);
	b->failed |= line->failed;
	put_text(b, line->data, line->failed ? 0 : line->len, LABEL_SHOWN);
	buf_printf(b, "\\npid %d", n->tid);
	put_seconds(b, ", wall ", n->start && !(n->flags & NODE_LOST),
	    tree_wall(v->tree, n));
	if (!(n->flags & NODE_THREAD))
		put_cpu(b, &n->usage);
	if (n->flags & (NODE_ENDED | NODE_LOST)) {
		buf_puts(b, ", exit ");
		view_status(b, n);
	} else
		buf_puts(b, ", running");
}

static void
put_node(
    const struct view *v, struct buf *b, struct buf *line, const struct node *n)
{
	buf_printf(b, "%u [label=\"", n->id);
	put_label(v, b, line, n);
	buf_puts(b, "\"");
	if (n->flags & NODE_THREAD)
		buf_puts(b, ",style=dashed");
	else if (view_failed(n))
		buf_puts(b, ",color=red,fontcolor=red");
	buf_puts(b, "];\n");
	if (!n->parent)
		return;
	buf_printf(b, "%u -> %u", tree_node(v->tree, n->parent)->id, n->id);
	buf_puts(b, n->flags & NODE_THREAD ? " [style=dashed];\n" : ";\n");
}

int
draw_dot(const struct view *v, struct buf *b)
{
	struct buf line = { 0 };
	uint32_t i = 0;
	int r = 0;

	buf_puts(b,
	    "digraph proctree {\n"
	    "graph [rankdir=LR,charset=\"UTF-8\",nodesep=0.1,ranksep=0.3];\n"
	    "node [shape=box,fontname=\"sans-serif\",fontsize=8,height=0.2,"
	    "margin=\"0.06,0.03\"];\n"
	    "edge [arrowsize=0.5];\n");
	while (r == 0 && (i = tree_next(v->tree, i, NULL)) != 0) {
		put_node(v, b, &line, tree_node(v->tree, i));
		r = sink_flush_some(v->sink, b);
	}
	buf_free(&line);
	buf_puts(b, "}\n");
	return r;
}
