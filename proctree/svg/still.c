/* The picture for viewers that run no script: the longest processes, in the
 * same layout. */
#include "svg/svg.h"

#include "base/number.h"
#include "cli/columns.h"

#define ROWS_MAX  400
#define WIDTH	  1200
#define PAD	  10
#define TOP	  74 /* y of the first row */
#define ROW	  18
#define BAR	  15
#define LABEL_MIN 30 /* px: narrower ones have no label */
#define LABEL_MAX 160
#define GLYPH	  7 /* px, about */

struct bar {
	uint64_t start, end, extent; /* extent: the last end below it */
	uint32_t node;
	uint32_t size;	 /* it and all bars below it, which follow it */
	uint32_t height; /* rows of those */
	uint32_t row;	 /* of the picture, or below the parent's */
	int32_t parent;	 /* -1: none */
	bool always;	 /* it ran from the beginning to the end */
};

/* The longest ones, in preorder, under the nearest ancestor that is one. */
static uint32_t
choose_bars(const struct view *v, const struct svg_sum *sum, struct bar *bar)
{
	static int32_t above[SVG_BARS], level[SVG_BARS];
	uint32_t count = 0, i = 0, up = 0;
	const struct node *n;
	uint64_t start, end;
	int depth = -1;

	while ((i = tree_next(v->tree, i, &depth)) != 0) {
		while (up && level[up - 1] >= depth)
			up--;
		n = tree_node(v->tree, i);
		svg_span(v, n, &start, &end);
		if (end - start < sum->least || count == SVG_BARS)
			continue;
		bar[count] = (struct bar){ .start = start,
			.end = end,
			.extent = end,
			.node = i,
			.size = 1,
			.parent = up ? above[up - 1] : -1,
			.always = start == 0 &&
			    !(n->flags & (NODE_ENDED | NODE_LOST)) };
		above[up] = (int32_t)count++;
		level[up++] = depth;
	}
	return count;
}

/* ---- where ---- */

/* Did it run all the time, and nothing below it? */
static bool
is_idle(const struct bar *bar)
{
	return bar->always && bar->size == 1;
}

/* Place the blocks of those from a to b that are side by side, each in the
 * first rows that are free, the idle ones last.  Returns how many rows they
 * take. */
static uint32_t
pack(struct bar *bar, uint32_t a, uint32_t b)
{
	static uint64_t until[SVG_BARS]; /* a row is taken */
	uint32_t rows = 0, r, k, i;

	for (i = a; i < b; i += bar[i].size) {
		if (is_idle(&bar[i]))
			continue;
		for (r = k = 0; k < rows && k < r + bar[i].height; k++)
			if (until[k] > bar[i].start)
				r = k + 1;
		bar[i].row = r;
		for (k = r; k < r + bar[i].height; k++)
			until[k] = bar[i].extent;
		rows = k > rows ? k : rows;
	}
	for (i = a; i < b; i += bar[i].size)
		if (is_idle(&bar[i]))
			bar[i].row = rows++;
	return rows;
}

static uint32_t
place_bars(struct bar *bar, uint32_t count)
{
	uint32_t rows;

	for (uint32_t i = count; i-- > 0;) {
		struct bar *p = bar[i].parent < 0 ? NULL : &bar[bar[i].parent];

		bar[i].height = 1 + pack(bar, i + 1, i + bar[i].size);
		if (!p)
			continue;
		p->size += bar[i].size;
		if (p->extent < bar[i].extent)
			p->extent = bar[i].extent;
	}
	rows = pack(bar, 0, count);
	for (uint32_t i = 0; i < count; i++)
		if (bar[i].parent >= 0)
			bar[i].row += bar[bar[i].parent].row + 1;
	return rows;
}

/* ---- drawing ---- */

/* Tenths of px. */
static unsigned
x_of(const struct svg_sum *sum, uint64_t t)
{
	unsigned width = (WIDTH - 2 * PAD) * 10;

	if (!sum->span)
		width = 0;
	return (unsigned)number_share(width, t, sum->span) + PAD * 10;
}

static void
put_label(const struct view *v, struct buf *b, const struct node *n, unsigned x,
    unsigned y, unsigned room)
{
	static struct buf name;
	size_t len;

	name.len = 0;
	svg_name(v, &name, n, LABEL_MAX);
	len = svg_whole(name.data, name.len, room / GLYPH);
	if (len < 2)
		return;
	buf_printf(b, "<text x=\"%u\" y=\"%u\">", x / 10 + 4, y + 12);
	svg_escaped(b, name.data, len);
	buf_puts(b, "</text>\n");
}

static void
put_bar(const struct view *v, const struct svg_sum *sum, struct buf *b,
    const struct bar *bar)
{
	const struct node *n = tree_node(v->tree, bar->node);
	unsigned x = x_of(sum, bar->start), y = TOP + bar->row * ROW;
	unsigned w = x_of(sum, bar->end) - x;
	static struct buf name;

	if (w < 3)
		w = 3;
	name.len = 0;
	buf_printf(b,
	    "<path class=\"c%u%s\" d=\"M%u.%u %uh%u.%uv%dh-%u.%uz\"/>\n",
	    svg_name(v, &name, n, LABEL_MAX), view_failed(n) ? " fail" : "",
	    x / 10, x % 10, y, w / 10, w % 10, BAR, w / 10, w % 10);
	if (w / 10 > LABEL_MIN)
		put_label(v, b, n, x, y, w / 10 - 6);
}

/* About ten steps of 1, 2 or 5 times a power of ten. */
static void
put_axis(const struct svg_sum *sum, struct buf *b)
{
	uint64_t step = 1000;
	unsigned digits = 6;

	for (unsigned k = 0; sum->span / step > 11; k++) {
		step = step / 2 * (k % 3 == 1 ? 5 : 4);
		if (k % 3 == 2 && digits)
			digits--;
	}
	for (uint64_t t = 0; t <= sum->span && sum->span; t += step) {
		unsigned x = x_of(sum, t) / 10;
		unsigned anchor = x > WIDTH - 60;

		buf_printf(b, "<text class=\"small\" x=\"%u\" y=\"%d\"%s>%llu",
		    x, TOP - 10, anchor ? " text-anchor=\"end\"" : "",
		    (unsigned long long)(t / 1000000000));
		if (digits) {
			unsigned long long part = t % 1000000000 / 1000;

			for (unsigned k = digits; k < 6; k++)
				part /= 10;
			buf_printf(b, ".%0*llu", (int)digits, part);
		}
		buf_puts(b, " s</text>\n");
	}
}

static void
put_title(const struct svg_sum *sum, struct buf *b, uint32_t shown)
{
	buf_printf(b,
	    "<text class=\"title\" x=\"%d\" y=\"22\">proctree</text>\n"
	    "<text class=\"small\" x=\"%d\" y=\"40\">%u processes",
	    PAD, PAD, sum->nodes - sum->threads);
	if (sum->threads)
		buf_printf(b, " and %u threads", sum->threads);
	buf_puts(b, " in ");
	print_milliseconds(b, sum->span, 1);
	buf_printf(b, " s, %u failed (red)", sum->failed);
	if (shown < sum->nodes)
		buf_printf(b,
		    "; only the %u longest are drawn: open it in a browser "
		    "for all",
		    shown);
	buf_puts(b, "</text>\n");
}

int
svg_still(const struct view *v, const struct svg_sum *sum, struct buf *b)
{
	static struct bar bar[SVG_BARS];
	uint32_t count = choose_bars(v, sum, bar);
	uint32_t rows = place_bars(bar, count), shown = 0, high;
	int result = 0;

	if (rows > ROWS_MAX)
		rows = ROWS_MAX;
	high = TOP + rows * ROW + PAD;
	for (uint32_t i = 0; i < count; i++)
		if (bar[i].row < rows)
			shown++;
	buf_printf(b,
	    "<svg id=\"proctree\" xmlns=\"http://www.w3.org/2000/svg\" "
	    "width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\">\n"
	    "<title>proctree</title>\n<style>\n",
	    WIDTH, high, WIDTH, high);
	svg_style(b);
	buf_printf(b,
	    "</style>\n<rect id=\"paper\" width=\"%d\" height=\"%u\"/>\n"
	    "<g id=\"static\">\n",
	    WIDTH, high);
	put_title(sum, b, shown);
	put_axis(sum, b);
	for (uint32_t i = 0; i < count && result == 0; i++)
		if (bar[i].row < rows) {
			put_bar(v, sum, b, &bar[i]);
			result = sink_flush_some(v->sink, b);
		}
	buf_puts(b, "</g>\n");
	return result;
}
