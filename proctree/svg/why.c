/* Why it took its time, for the script and the picture: what why.h found, the
 * curves as means of parts of the time. */
#include "svg/svg.h"

#include <string.h>

#include "base/number.h"
#include "cli/columns.h"

/* Add a step to the parts that it lies in; times are ns since the origin. */
static void
column_add(struct svg_column *c, const struct why_step *s, double part,
    double from, double to)
{
	int i = (int)(from / part);

	for (; i < SVG_COLUMNS && i * part < to; i++) {
		double a = i * part, b = a + part;
		double share = ((b < to ? b : to) - (a > from ? a : from)) /
		    part;

		c[i].leaves += s->leaves * share;
		c[i].used += s->used * share;
	}
}

void
svg_columns(const struct why *w, const struct svg_sum *sum,
    struct svg_column column[SVG_COLUMNS])
{
	double part = number_real(sum->span) / SVG_COLUMNS;
	uint64_t origin = w->view->origin;

	for (size_t i = 0; i < SVG_COLUMNS; i++)
		column[i] = (struct svg_column){ 0 };
	for (uint32_t i = 0; i + 1 < w->steps && sum->span; i++) {
		const struct why_step *s = &w->step[i];

		column_add(column, s, part, number_real(s->ts - origin),
		    number_real(s[1].ts - origin));
	}
}

/* Is used only a lower bound? */
static bool
is_least(const struct why *w)
{
	uint32_t i = 0;

	while ((i = tree_next(w->view->tree, i, NULL)) != 0) {
		const struct node *n = tree_node(w->view->tree, i);

		if (why_counts(w, n) && (!n->usage.known || n->usage.no_cpu))
			return true;
	}
	return false;
}

static void
put_columns(const struct why *w, const struct svg_sum *sum, struct buf *b)
{
	static struct svg_column column[SVG_COLUMNS];

	svg_columns(w, sum, column);
	buf_puts(b, ",\"leaves\":");
	for (size_t i = 0; i < SVG_COLUMNS; i++)
		buf_printf(b, "%c%u", i ? ',' : '[',
		    (unsigned)(column[i].leaves * 10 + 0.5));
	buf_puts(b, "],\"used\":");
	for (size_t i = 0; i < SVG_COLUMNS; i++)
		buf_printf(b, "%c%u", i ? ',' : '[',
		    (unsigned)(column[i].used * 100 + 0.5));
	buf_puts(b, "]");
}

/* The place of a node in the data. */
static uint32_t
place_of(const struct why *w, uint32_t node)
{
	return tree_node(w->view->tree, node)->id - 1;
}

static unsigned long long
microseconds(const struct why *w, uint64_t ts)
{
	return ts < w->view->origin ? 0 : (ts - w->view->origin) / 1000;
}

/* Where it begins, and then of each segment the process, how long it is, and
 * whether that had waited for a child: 0 no, 1 that is worked out, 2 it was
 * seen. */
static int
put_path(const struct why *w, struct buf *b)
{
	const struct critical *p = &w->path;
	int result = 0;

	if (!p->root)
		return 0;
	buf_printf(b, ",\n\"path\":[%llu", microseconds(w, p->from));
	for (uint32_t i = 0; i < p->segments && result == 0; i++) {
		const struct segment *s = &p->segment[i];

		buf_printf(b, ",%u,%llu,%d", place_of(w, s->node),
		    microseconds(w, s->to) - microseconds(w, s->from),
		    (s->after != 0) + (s->waited != 0));
		result = sink_flush_some(w->view->sink, b);
	}
	buf_putc(b, ']');
	return result;
}

static void
put_verdict(const struct why *w, struct buf *b, const struct verdict *x)
{
	static const char *const units[] = {
		[UNIT_COUNT] = "", [UNIT_NS] = "s", [UNIT_PERCENT] = "%"
	};

	buf_printf(b, "{\"kind\":\"%s\",\"text\":", verdict_name(x->kind));
	svg_string(b, x->text, strlen(x->text));
	if (x->node)
		buf_printf(b, ",\"process\":%u", place_of(w, x->node));
	if (x->to)
		buf_printf(b, ",\"from\":%llu,\"to\":%llu",
		    microseconds(w, x->from), microseconds(w, x->to));
	buf_puts(b, ",\"numbers\":[");
	for (int i = 0; i < x->numbers; i++) {
		const struct verdict_number *n = &x->number[i];
		unsigned long long value = n->value;

		if (n->unit == UNIT_NS)
			value /= 1000;
		buf_printf(b, "%s[\"%s\",\"%s\",%llu,%d]", i ? "," : "",
		    n->name, units[n->unit], value, n->least);
	}
	buf_puts(b, "]}");
}

int
svg_why(const struct why *w, const struct svg_sum *sum, struct buf *b)
{
	int result;

	if (!w->view)
		return 0;
	buf_printf(b, "<metadata id=\"why\">{\"cpus\":%d,\"least\":%d", w->cpus,
	    is_least(w));
	put_columns(w, sum, b);
	result = put_path(w, b);
	buf_puts(b, ",\n\"verdicts\":[");
	for (int i = 0; i < w->verdicts; i++) {
		buf_puts(b, i ? ",\n" : "");
		put_verdict(w, b, &w->verdict[i]);
	}
	buf_puts(b, "]}</metadata>\n");
	return result;
}
