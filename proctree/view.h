/*
 * view: what of a tree is drawn, and how; shared by all formats.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/buf.h"
#include "../lib/tree.h"

enum weight { WEIGHT_COUNT, WEIGHT_WALL, WEIGHT_CPU }; /* of -o folded */

struct view {
	struct tree *tree; /* finished and numbered */
	bool all;	   /* -a: every exec */
	bool threads;	   /* -L: they are nodes */
	bool quote;	   /* -q: arguments for a shell */
	bool bare;	   /* -H: no header */
	bool ascii;	   /* the locale is not UTF-8 */
	bool seconds;	   /* -t: START is since boot */
	bool wall;	   /* -T: START is local time */
	bool cut;	   /* a wide line is cut at width columns */
	int width;
	enum weight weight;
	uint64_t origin;     /* ns since boot: where offsets count from */
	int64_t wall_offset; /* ns since 1970 at boot, 0 not known */
	uint64_t hidden;     /* processes, by -m */
	uint64_t lost;	     /* events */
	bool lost_some;	     /* some, and it is not known how many */
	/* Write the buffer if it is worth it, and empty it.  Returns 0, -1
	 * when nobody reads any more: end then. */
	int (*flush)(struct buf *);
};

/* Draw all of it.  Each appends to the buffer and calls flush after each node,
 * so memory does not grow with the tree.  Returns 0, or -1 from flush. */
int draw_text(const struct view *, struct buf *);
int draw_summary(const struct view *, struct buf *);
int draw_json(const struct view *, struct buf *);
int draw_dot(const struct view *, struct buf *);
int draw_folded(const struct view *, struct buf *);
int draw_perfetto(const struct view *, struct buf *);
int draw_svg(const struct view *, struct buf *);

/* The line of one node by itself, as draw_text has it, so deep under the last
 * one. */
void text_line(const struct view *, struct buf *, uint32_t node, int depth);

/* ---- what several formats say in the same words ---- */

/* Append the command line of an exec on one line (print_args), or "[comm]" when
 * there is none. */
void view_line(
    const struct view *, struct buf *, const struct node *, uint32_t exec);

/* Has its parent ended before it, so that the kernel gave it another?  Then *ts
 * is when: ns since boot. */
bool view_reparented(const struct view *, const struct node *, uint64_t *ts);

/* Append seconds with a sign and 3 decimals: at minus since,
 * both in ns. */
void view_offset(struct buf *, uint64_t at, uint64_t since);

/* What is unusual about a node, one word each, NULL after the last (at most
 * VIEW_NOTES): "reparented", "repaired", "orphan", "unknown", "lost",
 * "zombie". */
#define VIEW_NOTES 6
void view_notes(
    const struct view *, const struct node *, const char *note[VIEW_NOTES + 1]);

/* Append the wait status as "0", "SIGKILL", "-" (still runs) or "?". */
void view_status(struct buf *, const struct node *);

/* The name of a process for a label: the last part of argv[0] or of its path,
 * else comm; len bytes, lent until the tree is freed. */
const char *view_name(const struct view *, const struct node *, size_t *len);

#endif
