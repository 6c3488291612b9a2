/* The same in JSON. */
#include <string.h>

#include "base/number.h"
#include "cli/columns.h"
#include "cli/json.h"
#include "why/why.h"

static void
put_number(struct buf *b, const struct verdict_number *n)
{
	if (n->unit == UNIT_NS)
		json_seconds(b, n->name, true, n->value);
	else
		json_number(b, n->name, true, n->value);
	if (n->least)
		buf_printf(b, ",\"%s_least\":true", n->name);
}

static void
put_verdict(const struct why *w, struct buf *b, const struct verdict *v)
{
	buf_printf(b, "{\"kind\":\"%s\"", verdict_name(v->kind));
	json_string(b, "text", v->text);
	json_number(
	    b, "id", v->node != 0, tree_node(w->view->tree, v->node)->id);
	json_seconds(b, "from", v->to != 0, v->from);
	json_seconds(b, "to", v->to != 0, v->to);
	for (int i = 0; i < v->numbers; i++)
		put_number(b, &v->number[i]);
	buf_putc(b, '}');
}

static int
put_critical(const struct why *w, struct buf *b)
{
	for (uint32_t i = 0; i < w->path.segments; i++) {
		const struct segment *s = &w->path.segment[i];

		buf_puts(b, i ? ",\n{\"id\":" : "\n{\"id\":");
		number_put(b, tree_node(w->view->tree, s->node)->id, 1, '0');
		json_seconds(b, "from", true, s->from);
		json_seconds(b, "to", true, s->to);
		json_number(b, "after", s->after != 0,
		    tree_node(w->view->tree, s->after)->id);
		json_seconds(b, "waited", s->waited != 0, s->waited);
		buf_putc(b, '}');
		if (sink_flush_some(w->view->sink, b) != 0)
			return -1;
	}
	return 0;
}

int
why_put_json(const struct view *v, struct buf *b)
{
	struct why w;
	int r = 0;

	if (!v->traced || v->tree->untimed) {
		buf_puts(
		    b, ",\"cpus\":null,\"critical\":null,\"verdicts\":null");
		return 0;
	}
	why_find(&w, v);
	b->failed |= w.failed;
	json_number(b, "cpus", w.cpus != 0, (unsigned)w.cpus);
	buf_puts(b, ",\n\"critical\":");
	buf_puts(b, w.path.root ? "[" : "null");
	r = put_critical(&w, b);
	buf_puts(b, w.path.root ? "],\n\"verdicts\":[" : ",\n\"verdicts\":[");
	for (int i = 0; i < w.verdicts; i++) {
		buf_puts(b, i ? ",\n" : "\n");
		put_verdict(&w, b, &w.verdict[i]);
	}
	buf_puts(b, "]");
	why_free(&w);
	return r;
}
