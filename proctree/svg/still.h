/*
 * still: the bars of the picture for viewers that run no script.
 */
#ifndef STILL_H
#define STILL_H

#include "svg/svg.h"

struct bar {
	uint64_t start, end, extent; /* extent: the last end below it */
	uint32_t node;
	uint32_t size;	 /* it and all bars below it, which follow it */
	uint32_t height; /* rows of those */
	uint32_t row;	 /* of the picture, or below the parent's */
	int32_t parent;	 /* -1: none */
	bool always;	 /* it ran from the beginning to the end */
};

/* The longest processes, at most SVG_BARS, in preorder, under the nearest
 * ancestor that is one.  Returns how many. */
uint32_t bars_choose(const struct view *, const struct svg_sum *, struct bar *);

/* Give each its row.  Returns how many rows there are. */
uint32_t bars_place(struct bar *, uint32_t count);

#endif
