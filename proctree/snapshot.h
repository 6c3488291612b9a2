/*
 * snapshot: all processes as they are at one moment.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "trace/session.h"
#include "tree/tree.h"

struct snapshot {
	bool threads; /* them too */
	int only;     /* command lines of this process and what is below it,
			 0: of all */
	bool up;      /* of it and what is above it instead */
	struct error error;
	struct error left; /* set if its instance was left to others */
	int moved;	   /* processes whose parents changed all the while */
	bool lost;	   /* events, again and again */
	bool nested;	   /* PIDs are not those of our pid namespace */
	bool untraced;	   /* no events, see error: the listing is not checked
			      against     them */
};

/*
 * Fill the tree, which is empty: arm, list, apply what happened meanwhile,
 * and look again at what changed, until nothing did.  The tree is finished.
 * Returns 0, or -1 with an error.
 */
int snapshot_take(
    struct snapshot *, struct tree *, const struct options *, struct findings);

#endif
