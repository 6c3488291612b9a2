/*
 * tree_read: the tree of a whole recording, or of a saved kernel text.
 */
#ifndef TREE_READ_H
#define TREE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "tree.h"
#include "why.h"

/* What is to be said of a file that was read. */
struct tree_file {
	uint64_t from, end; /* of the trace, ns since boot; without better
			       knowledge its first and last event */
	uint64_t lost;	    /* events */
	bool lost_some;	    /* some, and it is not known how many */
	bool truncated;	    /* a recording without its end */
	uint64_t unparsed;  /* lines of kernel text */
};

/*
 * Read all of it ("-": standard input) into a tree, and finish that.  Returns
 * 0, or -1 with why; tree_free is due in any case.
 */
int tree_read(struct tree *, const char *name, struct tree_file *, char *why);

#endif
