/* -o svg: a timeline of all processes, for a browser. */
#include "svg/svg.h"

static int
put_all(const struct view *v, const struct svg_first *first, struct buf *b,
    const struct why *w)
{
	struct svg_sum sum;

	if (svg_count(v, &sum) != 0)
		b->failed = true;
	if (first && first->view->tree->end - first->view->origin > sum.span)
		sum.span = first->view->tree->end - first->view->origin;
	buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (svg_still(w, v, &sum, b) != 0)
		return -1;
	svg_head(v, first, &sum, b);
	if (first)
		first->list(first->arg, b);
	if (svg_why(w, &sum, b) != 0 || svg_data(v, first, b) != 0)
		return -1;
	buf_puts(b, "<script><![CDATA[\n(function () {\n'use strict';\n");
	svg_script(b);
	buf_puts(b, "})();\n]]></script>\n</svg>\n");
	return 0;
}

int
svg_put(const struct view *v, const struct svg_first *first, struct buf *b)
{
	struct why why = { 0 };
	int result;

	if (v->traced && !v->tree->untimed)
		why_find(&why, v);
	b->failed |= why.failed;
	svg_colors_find(v);
	result = put_all(v, first, b, &why);
	svg_colors_free();
	why_free(&why);
	return result;
}

int
draw_svg(const struct view *v, struct buf *b)
{
	return svg_put(v, NULL, b);
}
