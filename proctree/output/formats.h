/*
 * formats: a tree in each of the formats of -o, but svg (svg/svg.h).
 */
#ifndef FORMATS_H
#define FORMATS_H

#include "output/view.h"

/* Draw all of it.  Each appends to the buffer and flushes it after each node,
 * so memory does not grow with the tree.  Returns 0, or -1 from
 * sink_flush_some. */
int draw_text(const struct view *, struct buf *);
int draw_summary(const struct view *, struct buf *);
int draw_json(const struct view *, struct buf *);
int draw_dot(const struct view *, struct buf *);
int draw_folded(const struct view *, struct buf *);
int draw_perfetto(const struct view *, struct buf *);

/* What the processes that are drawn, and began and ended within the trace, used
 * (view.short_lived). */
struct cost summary_short_lived(const struct view *);

/* The line of one node by itself, as in draw_text, so deep under the last
 * one. */
void text_line(const struct view *, struct buf *, uint32_t node, int depth);

#endif
