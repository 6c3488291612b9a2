/*
 * svg: what the parts of -o svg share.
 *
 * The file holds a picture that needs no script, of the longest processes
 * only; then the data of all, JSON in <metadata>; then the script that lays
 * them out and draws what is to be seen of them instead of the picture.
 */
#ifndef SVG_H
#define SVG_H

#include "view.h"

#define SVG_BARS   3000 /* processes in the picture */
#define SVG_COLORS 24	/* .c0 to .c23 of the stylesheet */

/* What there is to draw, by svg_count. */
struct svg_sum {
	uint32_t nodes; /* processes, and threads if they are drawn */
	uint32_t threads;
	uint32_t failed;
	uint64_t span;	/* ns, of the time axis */
	uint64_t least; /* ns: who is drawn without a script lasts longer */
};

/* Texts that are copied as they are. */
extern const char svg_style[], svg_layout[], svg_parts[], svg_draw[], svg_tip[],
    svg_window[];

void svg_count(const struct view *, struct svg_sum *);

/* Append the picture, calling flush.  Returns 0, or -1 from flush. */
int svg_still(const struct view *, const struct svg_sum *, struct buf *);

/* Append text that is safe to print (print.h) for XML: as content, or in
 * quotes. */
void svg_escaped(struct buf *, const char *, size_t);

/* Append the name of a process, safe to print, at most max bytes of it.
 * Returns its colour. */
unsigned
svg_name(const struct view *, struct buf *, const struct node *, size_t max);

/* The length of the first max bytes, or less: whole characters and escapes
 * of print_escaped. */
size_t svg_whole(const char *, size_t len, size_t max);

/* When the bar of a node begins and ends: ns since the origin. */
void svg_span(
    const struct view *, const struct node *, uint64_t *start, uint64_t *end);

bool svg_failed(const struct node *);

#endif
