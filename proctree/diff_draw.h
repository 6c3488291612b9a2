/*
 * diff_draw: a comparison on paper.
 */
#ifndef DIFF_DRAW_H
#define DIFF_DRAW_H

#include <stddef.h>
#include <stdint.h>

#include "../lib/buf.h"
#include "../lib/tree_read.h"
#include "diff.h"
#include "diff_paths.h"

enum kind { SAME, ADDED, GONE, CHANGED, KINDS }; /* path.kind */

/* Two files that were compared. */
struct comparison {
	const struct diff *diff;
	uint64_t least; /* ns: a smaller difference is no change */
	struct paths paths;
	struct tree_file file[2];
	uint64_t processes[2];
	uint64_t number[KINDS], hidden; /* paths; the hidden ones too */
	const struct path **list;	/* what is shown, in this order */
	size_t listed;
};

/* Draw it: append, and call flush after each path.  Returns 0, or -1 from
 * flush: nobody reads. */
int comparison_text(
    const struct comparison *, struct buf *, int (*flush)(struct buf *));
int comparison_json(
    const struct comparison *, struct buf *, int (*flush)(struct buf *));

#endif
