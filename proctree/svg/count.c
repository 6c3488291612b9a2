/* How many processes there are to draw, and how long each of them lasts. */
#include "svg/svg.h"

#include <stdlib.h>

void
svg_span(
    const struct view *v, const struct node *n, uint64_t *start, uint64_t *end)
{
	uint64_t last = n->end ? n->end : v->tree->end;

	*start = n->start > v->origin ? n->start - v->origin : 0;
	*end = last > v->origin ? last - v->origin : 0;
	if (*end < *start)
		*end = *start;
}

/* The least duration of which there are not too many bars. */
static uint64_t
least_shown(const uint64_t *duration, uint32_t count, uint64_t longest)
{
	uint64_t low = 0, high = count > SVG_BARS ? longest + 1 : 0;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		uint32_t longer = 0;

		for (uint32_t i = 0; i < count; i++)
			longer += duration[i] >= middle ? 1 : 0;
		if (longer > SVG_BARS)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
svg_count(const struct view *v, struct svg_sum *sum)
{
	uint64_t *duration = malloc((v->tree->nodes + 1) * sizeof *duration);
	uint64_t start, end, longest = 0;
	uint32_t i = 0;

	*sum = (struct svg_sum){ 0 };
	if (!duration)
		return -1;
	while ((i = tree_next(v->tree, i, NULL)) != 0) {
		const struct node *n = tree_node(v->tree, i);

		svg_span(v, n, &start, &end);
		duration[sum->nodes++] = end - start;
		if (end - start > longest)
			longest = end - start;
		if (n->flags & NODE_THREAD)
			sum->threads++;
		if (view_failed(n))
			sum->failed++;
	}
	sum->least = least_shown(duration, sum->nodes, longest);
	if (v->tree->end > v->origin)
		sum->span = v->tree->end - v->origin;
	free(duration);
	return 0;
}
