/* The bars of the picture: the longest processes, in the layout of the script.
 */
#include "svg/still.h"

uint32_t
bars_choose(const struct view *v, const struct svg_sum *sum, struct bar *bar)
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

uint32_t
bars_place(struct bar *bar, uint32_t count)
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
