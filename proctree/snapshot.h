/*
 * snapshot: all processes as they are at one moment.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>

#include "../lib/options.h"
#include "../lib/session.h"
#include "../lib/tree.h"

struct snapshot {
	bool threads; /* them too */
	int only;     /* command lines of this process and what is below it,
			 0: of all */
	bool up;      /* of it and what is above it instead */
	char why[WHY_LEN];
	int moved;     /* processes whose parents changed all the while */
	bool lost;     /* events, again and again */
	bool untraced; /* why says why there are no events: the listing is
			  not checked against them */
};

/*
 * Fill the tree, which is empty: arm, list, apply what happened meanwhile,
 * and look again at what changed, until nothing did.  The tree is finished.
 * say as in struct session_options, may be NULL.  Returns 0, or -1 with why.
 */
int snapshot_take(struct snapshot *, struct tree *, const struct options *,
    void (*say)(const char *line));

#endif
