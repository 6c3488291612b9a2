/*
 * tree_read: the tree of a whole recording, or of saved trace output.
 */
#ifndef TREE_READ_H
#define TREE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "input/losses.h"
#include "tree/tree.h"

/* What else is known of a file that was read. */
struct tree_file {
	uint64_t from, end;		 /* of the trace, ns since boot; if not
					    known, of its first and last event */
	struct event_machine machine[2]; /* as of source_state.h */
	struct losses losses;
	bool truncated;		  /* a recording without its end */
	uint64_t unparsed, first; /* lines of trace output */
};

/*
 * Read a file ("-": standard input) into a tree, and finish that.  Returns 0,
 * or -1 with an error; tree_free must be called in any case.
 */
int tree_read(
    struct tree *, const char *name, struct tree_file *, struct error *error);

#endif
