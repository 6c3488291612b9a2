/*
 * draw: a comparison on paper.
 */
#ifndef DIFF_DRAW_H
#define DIFF_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/sink.h"
#include "diff/paths.h"
#include "input/tree_read.h"

enum kind { SAME, ADDED, GONE, CHANGED, KINDS }; /* path.kind */

/* Two files that were compared. */
struct comparison {
	const char *name[2]; /* of the files */
	bool no_header;
	uint64_t least; /* ns: a smaller difference is no change */
	struct paths paths;
	struct tree_file file[2];
	bool keep; /* the trees, after they were compared */
	struct tree tree[2];
	uint64_t processes[2];
	uint64_t number[KINDS], hidden; /* paths; the hidden ones too */
	const struct path **list;	/* what is shown, in this order */
	size_t listed;
};

/* tool.draw, of a struct comparison: append, and flush after each path. */
int comparison_text(void *, struct buf *, struct sink *);
int comparison_json(void *, struct buf *, struct sink *);
int comparison_svg(void *, struct buf *, struct sink *);

/* Append the names of a path, from its root. */
void
comparison_path(const struct comparison *, struct buf *, const struct path *);

#endif
