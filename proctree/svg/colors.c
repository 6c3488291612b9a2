/* Which colour a name has.  Those that take most of the picture have different
 * ones; each of the others one that its parent and the process before it have
 * not, where it comes first. */
#include "svg/svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct named {
	const char *name; /* lent by the tree */
	size_t len;
	uint64_t time;		/* ns, of all processes of that name */
	uint32_t above, before; /* numbers of names, 0: none */
	unsigned color;
};

static struct {
	struct hash_index index;
	struct named *list;
} colors;

/* The number of a name, 0: it has none. */
static uint32_t
name_find(uint32_t hash, const char *name, size_t len)
{
	uint32_t at = hash, i;

	while ((i = hash_index_next(&colors.index, hash, &at)) != 0)
		if (colors.list[i].len == len &&
		    memcmp(colors.list[i].name, name, len) == 0)
			break;
	return i;
}

/* The same, with a new one; 0 without memory. */
static uint32_t
name_add(const char *name, size_t len, uint32_t above, uint32_t before)
{
	uint32_t hash = hash_bytes(hash_seed(), name, len);
	uint32_t i = name_find(hash, name, len);
	struct named *list;

	if (i)
		return i;
	list = hash_index_add(&colors.index, hash, colors.list, sizeof *list);
	if (!list)
		return 0;
	colors.list = list;
	list[colors.index.count] = (struct named){ .name = name,
		.len = len,
		.above = above,
		.before = before,
		.color = colors.index.count % SVG_COLORS };
	return colors.index.count;
}

unsigned
svg_color(const char *name, size_t len)
{
	uint32_t i = name_add(name, len, 0, 0);

	return i ? colors.list[i].color : 0;
}

static void
collect_names(const struct view *v)
{
	uint32_t i = 0, before = 0;
	uint64_t start, end;
	size_t len;

	while ((i = tree_next(v->tree, i, NULL)) != 0) {
		const struct node *n = tree_node(v->tree, i);
		const char *name = view_name(
		    v, tree_node(v->tree, n->parent), &len);
		uint32_t above = n->parent ? name_add(name, len, 0, 0) : 0;

		name = view_name(v, n, &len);
		before = name_add(name, len, above, before);
		svg_span(v, n, &start, &end);
		if (before)
			colors.list[before].time += end - start;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct named *x = &colors.list[*(const uint32_t *)a];
	const struct named *y = &colors.list[*(const uint32_t *)b];

	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	return x < y ? -1 : 1;
}

void
svg_colors_find(const struct view *v)
{
	unsigned next = 0;
	uint32_t *order, count;

	collect_names(v);
	count = colors.index.count;
	order = malloc((count + 1) * sizeof *order);
	if (!order)
		return;
	for (uint32_t k = 0; k < count; k++)
		order[k] = k + 1;
	qsort(order, count, sizeof *order, by_time);
	for (uint32_t k = 0; k < count; k++) {
		struct named *x = &colors.list[order[k]];

		while (k >= SVG_COLORS &&
		    ((x->above && next == colors.list[x->above].color) ||
			(x->before && next == colors.list[x->before].color)))
			next = (next + 1) % SVG_COLORS;
		x->color = next;
		next = (next + 1) % SVG_COLORS;
	}
	free(order);
}

void
svg_colors_free(void)
{
	hash_index_free(&colors.index);
	free(colors.list);
	colors.list = NULL;
}
