/*
 * svg: the timeline of all processes, as one file for a browser.
 *
 * The file holds a picture that needs no script, of the longest processes
 * only (still.c); then the data of all, JSON in <metadata> (data.c); then the
 * script that lays them out and draws those in view instead of the picture.
 */
#ifndef SVG_H
#define SVG_H

#include "output/view.h"
#include "why/why.h"

#define SVG_BARS    3000 /* processes in the picture */
#define SVG_COLORS  8	 /* .c0 to .c7 of the style sheet */
#define SVG_COLUMNS 600	 /* parts of the time, of the curves */

/* A process that is drawn: of the recording, or of the first one of two, if it
 * is gone. */
struct svg_item {
	uint32_t node;
	int depth;
	bool gone;
	uint32_t twin; /* what was there in the first one, 0: nothing */
};

/* The first of two recordings, which is drawn with the second. */
struct svg_first {
	const struct view *view;
	const struct svg_item *item; /* all, their nodes' id from 1 on */
	uint32_t items;
	void (*list)(void *, struct buf *); /* appends what differs */
	void *arg;
};

/* Append the file, as the functions of output/formats.h do. */
int draw_svg(const struct view *, struct buf *);

/* The same of the second of two recordings, or if first is NULL of one. */
int svg_put(const struct view *, const struct svg_first *first, struct buf *);

/* How many processes there are to draw, and how long they last. */
struct svg_sum {
	uint32_t nodes; /* processes, and threads if they are drawn */
	uint32_t threads;
	uint32_t failed;
	uint64_t span;	/* ns, of the time axis */
	uint64_t least; /* ns: only a process that lasts longer is in the
			   picture */
};

/* Count all nodes of a tree.  Returns 0, or -1 without memory. */
int svg_count(const struct view *, struct svg_sum *);

/* When the bar of a node begins and ends: ns since the origin. */
void svg_span(
    const struct view *, const struct node *, uint64_t *start, uint64_t *end);

/* Means of a part of the time, of why.step. */
struct svg_column {
	double leaves, used;
};

void svg_columns(
    const struct why *, const struct svg_sum *, struct svg_column[SVG_COLUMNS]);

/* Append the beginning of the <svg> element and the picture.  Returns 0, or -1
 * from sink_flush_some. */
int svg_still(const struct why *, const struct view *, const struct svg_sum *,
    struct buf *);

/* Append what the script must know before all else: number of processes, time
 * axis, clock, losses. */
void svg_head(const struct view *, const struct svg_first *,
    const struct svg_sum *, struct buf *);

/* Append the curves, the critical path and the verdicts, or nothing if why is
 * empty.  Returns 0, or -1 from sink_flush_some. */
int svg_why(const struct why *, const struct svg_sum *, struct buf *);

/* Append a record for each process.  Returns 0, or -1 from sink_flush_some. */
int svg_data(const struct view *, const struct svg_first *, struct buf *);

/* Append the name of a process, safe to print, at most max bytes of it.
 * Returns its colour, below SVG_COLORS. */
unsigned
svg_name(const struct view *, struct buf *, const struct node *, size_t max);

/* Give each name a colour; svg_color returns it.  svg_colors_free must come
 * before the tree is freed. */
void svg_colors_find(const struct view *);
unsigned svg_color(const char *name, size_t len);
void svg_colors_free(void);

/* The length of the first max bytes, or less: whole characters and escapes
 * of escape_text. */
size_t svg_whole(const char *, size_t len, size_t max);

/* Append text that is safe to print for XML: as content, or in quotes. */
void svg_escaped(struct buf *, const char *, size_t);

/* Append it as a JSON string in which nothing means anything to XML. */
void svg_string(struct buf *, const char *, size_t);

/* Append style.css, then all *.js as the body of one function in strict mode:
 * in this order, because each text is packed after the one before it. */
void svg_style(struct buf *);
void svg_script(struct buf *);

/* Both, by embed.awk. */
extern const unsigned char svg_packed[];

#endif
