/* What the picture and the data of -o svg say in the same way. */
#include <string.h>

#include "../lib/print.h"
#include "svg.h"

#define STEPS 8	  /* classes of durations for each power of 2 */
#define PARTS 512 /* of a class */

bool
svg_failed(const struct node *n)
{
	return n->flags & NODE_ENDED && n->code > 0;
}

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

size_t
svg_whole(const char *s, size_t len, size_t max)
{
	size_t i = 0, n;
	uint32_t c;

	if (len <= max)
		return len;
	for (;; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 1 && c == '\\' && i + 1 < len)
			n = s[i + 1] == 'x' ? 4 : 2;
		if (n == 0)
			n = 1;
		if (i + n > max)
			return i;
	}
}

unsigned
svg_name(const struct view *v, struct buf *b, const struct node *n, size_t max)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	size_t at = b->len, len;
	const char *name = view_name(v, n, &len);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	print_escaped(b, len ? name : "?", len ? len : 1);
	len = svg_whole(b->data + at, b->len - at, max);
	if (at + len < b->len) {
		b->len = at + len;
		buf_puts(b, "…");
	}
	return (hash ^ hash >> 16) % SVG_COLORS;
}

void
svg_escaped(struct buf *b, const char *s, size_t len)
{
	static const char *const entity[] = { ['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;" };

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < sizeof entity / sizeof *entity && entity[c])
			buf_puts(b, entity[c]);
		else if (len - i >= 3 &&
		    (memcmp(s + i, "\xef\xbf\xbe", 3) == 0 ||
			memcmp(s + i, "\xef\xbf\xbf", 3) == 0)) {
			buf_puts(b, "\xef\xbf\xbd"); /* no XML characters */
			i += 2;
		} else
			buf_putc(b, (char)c);
	}
}

/* ---- how many, and how long ---- */

/* The class of a duration, and the least one of a class. */
static unsigned
class_of(uint64_t ns)
{
	unsigned k = ns < STEPS ? 0 : 60 - (unsigned)__builtin_clzll(ns);

	return k * STEPS + (unsigned)(ns >> k);
}

static uint64_t
least_of(unsigned class)
{
	unsigned k = class < 2 * STEPS ? 0 : class / STEPS - 1;

	return (uint64_t)(class - k * STEPS) << k;
}

/* Take the classes from the last one down while there is room.  Returns the
 * first that was taken. */
static unsigned
take_classes(const uint32_t *count, unsigned classes, uint32_t *room)
{
	while (classes > 0 && count[classes - 1] <= *room)
		*room -= count[--classes];
	return classes;
}

/* Those of one class that are taken too: part of it again by classes. */
static uint64_t
split_class(const struct view *v, unsigned class, uint32_t room)
{
	uint64_t low = least_of(class), high = least_of(class + 1);
	uint64_t step = (high - low) / PARTS + 1, start, end;
	uint32_t count[PARTS] = { 0 }, i = 0;

	while ((i = tree_next(v->tree, i, NULL)) != 0) {
		svg_span(v, tree_node(v->tree, i), &start, &end);
		if (end - start >= low && end - start < high)
			count[(end - start - low) / step]++;
	}
	return low + take_classes(count, PARTS, &room) * step;
}

void
svg_count(const struct view *v, struct svg_sum *sum)
{
	uint32_t count[64 * STEPS] = { 0 }, room = SVG_BARS, i = 0;
	uint64_t start, end;
	unsigned class;

	*sum = (struct svg_sum){ 0 };
	while ((i = tree_next(v->tree, i, NULL)) != 0) {
		const struct node *n = tree_node(v->tree, i);

		svg_span(v, n, &start, &end);
		count[class_of(end - start)]++;
		sum->nodes++;
		sum->threads += (n->flags & NODE_THREAD) != 0;
		sum->failed += svg_failed(n);
	}
	class = take_classes(count, 64 * STEPS, &room);
	if (class)
		sum->least = split_class(v, class - 1, room);
	if (v->tree->end > v->origin)
		sum->span = v->tree->end - v->origin;
}
