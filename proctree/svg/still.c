/* The picture for viewers that run no script, such as a page that shows it. */
#include "svg/still.h"

#include <stdlib.h>

#include "base/number.h"
#include "cli/columns.h"

#define ROWS_MAX  400
#define WIDTH	  1200
#define PAD	  10
#define CURVES	  48 /* y of the curves, where they are known */
#define CURVES_H  44
#define ROW	  18
#define BAR	  15
#define LABEL_MIN 30 /* px: narrower ones have no label */
#define LABEL_MAX 160
#define GLYPH	  7 /* px, about */

struct picture {
	const struct why *why;
	const struct view *view;
	const struct svg_sum *sum;
	struct buf *b;
	struct bar *bar;
	uint32_t bars, rows, shown; /* of the rows that are shown */
	unsigned top;		    /* y of the first row */
};

/* Tenths of px. */
static unsigned
x_of(const struct picture *p, uint64_t t)
{
	unsigned width = (WIDTH - 2 * PAD) * 10;

	if (!p->sum->span)
		width = 0;
	return (unsigned)number_share(width, t, p->sum->span) + PAD * 10;
}

static unsigned
width_of(const struct picture *p, const struct bar *bar)
{
	unsigned w = x_of(p, bar->end) - x_of(p, bar->start);

	return w < 3 ? 3 : w;
}

/* ---- bars ---- */

static void
put_bar(const struct picture *p, const struct bar *bar)
{
	const struct node *n = tree_node(p->view->tree, bar->node);
	unsigned x = x_of(p, bar->start), w = width_of(p, bar);
	static struct buf name;

	name.len = 0;
	buf_printf(p->b,
	    "<path class=\"c%u%s\" d=\"M%u.%u %uh%u.%uv%dh-%u.%uz\"/>\n",
	    svg_name(p->view, &name, n, LABEL_MAX),
	    view_failed(n) ? " fail" : "", x / 10, x % 10,
	    p->top + bar->row * ROW, w / 10, w % 10, BAR, w / 10, w % 10);
}

static void
put_label(const struct picture *p, const struct bar *bar)
{
	unsigned x = x_of(p, bar->start), w = width_of(p, bar) / 10;
	static struct buf name;
	size_t len;

	if (w <= LABEL_MIN)
		return;
	name.len = 0;
	svg_name(
	    p->view, &name, tree_node(p->view->tree, bar->node), LABEL_MAX);
	len = svg_whole(name.data, name.len, (w - 6) / GLYPH);
	if (len < 2)
		return;
	buf_printf(p->b, "<text x=\"%u\" y=\"%u\">", x / 10 + 4,
	    p->top + bar->row * ROW + 12);
	svg_escaped(p->b, name.data, len);
	buf_puts(p->b, "</text>\n");
}

/* ---- over the bars ---- */

/* How much of its life it was on a CPU, and waited for one; false: that is not
 * known. */
static bool
shares_of(const struct node *n, double *cpu, double *wait)
{
	const struct usage *u = &n->usage;
	double life = number_real(u->life);

	if (!u->known || u->no_cpu || !u->life)
		return false;
	*cpu = number_real(u->cpu) / life;
	*wait = u->no_wait ? 0 : number_real(u->wait) / life;
	if (*cpu > 1)
		*cpu = 1;
	if (*wait > 1 - *cpu)
		*wait = 1 - *cpu;
	return true;
}

/* What is between two shares of the height of a bar, counted from below. */
static void
put_part(const struct picture *p, const struct bar *bar, double from, double to)
{
	unsigned x = x_of(p, bar->start), w = width_of(p, bar);
	unsigned bottom = (p->top + bar->row * ROW + BAR) * 10;
	unsigned high = (unsigned)((to - from) * BAR * 10 + 0.5);
	unsigned y = bottom - (unsigned)(from * BAR * 10 + 0.5) - high;

	if (high)
		buf_printf(p->b, "M%u.%u %u.%uh%u.%uv%u.%uh-%u.%uz", x / 10,
		    x % 10, y / 10, y % 10, w / 10, w % 10, high / 10,
		    high % 10, w / 10, w % 10);
}

/* What it waited for a CPU, or else was not on one, of all bars. */
static void
put_states(const struct picture *p, bool waiting)
{
	double cpu, wait;

	buf_printf(
	    p->b, "<path class=\"%s\" d=\"", waiting ? "waiting" : "blocked");
	for (uint32_t i = 0; i < p->bars; i++) {
		const struct bar *bar = &p->bar[i];

		if (bar->row >= p->rows || width_of(p, bar) < 20 ||
		    !shares_of(
			tree_node(p->view->tree, bar->node), &cpu, &wait))
			continue;
		if (waiting)
			put_part(p, bar, cpu, cpu + wait);
		else
			put_part(p, bar, cpu + wait, 1);
	}
	buf_puts(p->b, "\"/>\n");
}

/* The segments of the critical path, under the bars they are of. */
static void
put_path(const struct picture *p)
{
	const struct critical *path = &p->why->path;
	const struct bar **bar = calloc(p->view->tree->nodes + 1, sizeof *bar);
	uint64_t origin = p->view->origin;

	for (uint32_t i = 0; bar && i < p->bars; i++)
		bar[p->bar[i].node] = &p->bar[i];
	buf_puts(p->b, "<path class=\"path\" d=\"");
	for (uint32_t i = 0; bar && i < path->segments; i++) {
		const struct segment *s = &path->segment[i];
		const struct bar *on = bar[s->node];
		unsigned x = x_of(p, s->from - origin);
		unsigned w = x_of(p, s->to - origin) - x;

		if (on && on->row < p->rows && w >= 5)
			buf_printf(p->b, "M%u.%u %uh%u.%u", x / 10, x % 10,
			    p->top + on->row * ROW + BAR, w / 10, w % 10);
	}
	buf_puts(p->b, "\"/>\n");
	p->b->failed |= !bar;
	free(bar);
}

/* Why it was recorded. */
static void
put_marks(const struct picture *p)
{
	size_t at = 0;
	uint64_t ts;

	buf_puts(p->b, "<path class=\"trigger\" d=\"");
	while (view_next_mark(p->view, &at, &ts))
		if (ts - p->view->origin <= p->sum->span)
			buf_printf(p->b, "M%u %uv%u",
			    x_of(p, ts - p->view->origin) / 10, p->top,
			    p->rows * ROW);
	buf_puts(p->b, "\"/>\n");
}

/* ---- above them ---- */

/* About ten steps of 1, 2 or 5 times a power of ten. */
static void
put_axis(const struct picture *p)
{
	uint64_t step = 1000, span = p->sum->span;
	unsigned digits = 6;

	for (unsigned k = 0; span / step > 11; k++) {
		step = step / 2 * (k % 3 == 1 ? 5 : 4);
		if (k % 3 == 2 && digits)
			digits--;
	}
	for (uint64_t t = 0; t <= span && span; t += step) {
		unsigned x = x_of(p, t) / 10;
		unsigned anchor = x > WIDTH - 60;

		buf_printf(p->b,
		    "<text class=\"small\" x=\"%u\" y=\"%u\"%s>%llu", x,
		    p->top - 10, anchor ? " text-anchor=\"end\"" : "",
		    (unsigned long long)(t / 1000000000));
		if (digits) {
			unsigned long long part = t % 1000000000 / 1000;

			for (unsigned k = digits; k < 6; k++)
				part /= 10;
			buf_printf(p->b, ".%0*llu", (int)digits, part);
		}
		buf_puts(p->b, " s</text>\n");
	}
}

static double
top_of(const struct picture *p, const struct svg_column *c)
{
	double most = p->why->cpus > 1 ? p->why->cpus : 1;

	for (int i = 0; i < SVG_COLUMNS; i++) {
		most = c[i].leaves > most ? c[i].leaves : most;
		most = c[i].used > most ? c[i].used : most;
	}
	return most;
}

/* One curve as a path, closed if it is an area. */
static void
put_curve(
    const struct picture *p, const struct svg_column *c, bool used, double most)
{
	unsigned last = CURVES + CURVES_H, y;

	buf_printf(p->b, "<path class=\"%s\" d=\"M%d %u",
	    used ? "used" : "leaves", PAD, last);
	for (int i = 0; i < SVG_COLUMNS; i++) {
		double share = (used ? c[i].used : c[i].leaves) / most;

		y = CURVES + (unsigned)((1 - share) * CURVES_H + 0.5);
		if (y != last)
			buf_printf(p->b, "H%uV%u",
			    PAD + i * (WIDTH - 2 * PAD) / SVG_COLUMNS, y);
		last = y;
	}
	buf_printf(p->b, "H%dV%d%s\"/>\n", WIDTH - PAD, CURVES + CURVES_H,
	    used ? "z" : "");
}

static void
put_curves(const struct picture *p)
{
	static struct svg_column column[SVG_COLUMNS];
	double most, cpus = p->why->cpus;
	bool known = false; /* any CPU time */
	unsigned y;

	svg_columns(p->why, p->sum, column);
	for (int i = 0; i < SVG_COLUMNS; i++)
		known |= column[i].used > 0;
	most = top_of(p, column);
	y = CURVES + (unsigned)((1 - cpus / most) * CURVES_H + 0.5);
	if (cpus > 0 && known)
		buf_printf(p->b,
		    "<path class=\"unused\" d=\"M%d %dh%dV%uh-%dz\"/>\n", PAD,
		    CURVES + CURVES_H, WIDTH - 2 * PAD, y, WIDTH - 2 * PAD);
	put_curve(p, column, true, most);
	put_curve(p, column, false, most);
	if (cpus > 0)
		buf_printf(p->b,
		    "<path class=\"cpus\" d=\"M%d %uh%d\"/>\n"
		    "<text class=\"small\" x=\"%d\" y=\"%u\" "
		    "text-anchor=\"end\">%d CPU%s</text>\n",
		    PAD, y, WIDTH - 2 * PAD, WIDTH - PAD,
		    y < CURVES + 10 ? y + 10 : y - 3, p->why->cpus,
		    p->why->cpus == 1 ? "" : "s");
}

static void
put_title(const struct picture *p)
{
	const struct svg_sum *sum = p->sum;
	struct buf *b = p->b;

	buf_printf(b,
	    "<text class=\"title\" x=\"%d\" y=\"22\">proctree</text>\n"
	    "<text class=\"small\" x=\"%d\" y=\"40\">%u processes",
	    PAD, PAD, sum->nodes - sum->threads);
	if (sum->threads)
		buf_printf(b, " and %u threads", sum->threads);
	buf_puts(b, " in ");
	print_milliseconds(b, sum->span, 1);
	buf_printf(b, " s, %u failed (red)", sum->failed);
	if (p->shown < sum->nodes)
		buf_printf(b,
		    "; only the %u longest are drawn: open it in a browser "
		    "for all",
		    p->shown);
	buf_puts(b, "</text>\n");
}

/* ---- all of it ---- */

static void
put_head(const struct picture *p)
{
	unsigned high = p->top + p->rows * ROW + PAD;

	buf_printf(p->b,
	    "<svg id=\"proctree\" xmlns=\"http://www.w3.org/2000/svg\" "
	    "role=\"img\" width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\">\n"
	    "<title>proctree</title>\n<style>\n",
	    WIDTH, high, WIDTH, high);
	svg_style(p->b);
	buf_printf(p->b,
	    "</style>\n<defs><pattern id=\"hatch\" width=\"4\" height=\"4\" "
	    "patternUnits=\"userSpaceOnUse\"><rect class=\"blocked\" "
	    "width=\"4\" height=\"4\"/><path d=\"M-1 1l2 -2M0 4l4 -4"
	    "M3 5l2 -2\"/></pattern></defs>\n"
	    "<rect id=\"paper\" width=\"%d\" height=\"%u\"/>\n"
	    "<g id=\"static\">\n",
	    WIDTH, high);
}

static int
put_bars(const struct picture *p)
{
	int result = 0;

	for (uint32_t i = 0; i < p->bars && result == 0; i++)
		if (p->bar[i].row < p->rows) {
			put_bar(p, &p->bar[i]);
			result = sink_flush_some(p->view->sink, p->b);
		}
	put_states(p, false);
	put_states(p, true);
	if (p->why->path.root)
		put_path(p);
	for (uint32_t i = 0; i < p->bars && result == 0; i++)
		if (p->bar[i].row < p->rows) {
			put_label(p, &p->bar[i]);
			result = sink_flush_some(p->view->sink, p->b);
		}
	return result;
}

int
svg_still(const struct why *w, const struct view *v, const struct svg_sum *sum,
    struct buf *b)
{
	static struct bar bar[SVG_BARS];
	struct picture p = { .why = w,
		.view = v,
		.sum = sum,
		.b = b,
		.bar = bar,
		.top = w->steps ? CURVES + CURVES_H + 28 : 74 };
	int result;

	p.bars = bars_choose(v, sum, bar);
	p.rows = bars_place(bar, p.bars);
	if (p.rows > ROWS_MAX)
		p.rows = ROWS_MAX;
	for (uint32_t i = 0; i < p.bars; i++)
		if (bar[i].row < p.rows)
			p.shown++;
	put_head(&p);
	put_title(&p);
	if (w->steps)
		put_curves(&p);
	put_axis(&p);
	result = put_bars(&p);
	put_marks(&p);
	buf_puts(b, "</g>\n");
	return result;
}
