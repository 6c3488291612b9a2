/*
 * lineage: a process and those it comes from, also when they have ended.
 *
 * Each process that lives owns one, and each lineage the one of the process
 * that is its parent: so a chain lives as long as its last descendant.
 */
#ifndef LINEAGE_H
#define LINEAGE_H

#include "event.h"

#define LINEAGE_NEAR 256 /* so many ancestors are kept, of a longer chain */
#define LINEAGE_TOP  32	 /* and so many at its other end */
#define LINEAGE_MAX                                                 \
	512 /* so many are ever looked at: a longer one can only be \
	       of processes that were listed */

struct lineage {
	struct lineage *parent; /* NULL: none, or not known */
	bool orphan;		/* it is not known */
	bool gap;		/* others between it and that are forgotten */
	int owners;
	int depth; /* about how many are above it */
	int pid;
	bool perhaps;	     /* that may be the number of a thread of it */
	uint64_t start;	     /* ns since boot, 0 not known */
	char comm[COMM_LEN]; /* its name now, or when it ended; "" not known */
};

/* One of a process below parent, which is shared; NULL: it is not known.  NULL
 * without memory. */
struct lineage *lineage_new(struct lineage *parent, int pid);

/* One more owner; NULL stays NULL.  Each calls lineage_release. */
struct lineage *lineage_share(struct lineage *);
void lineage_release(struct lineage *);

/* Give an orphan its parent, which is shared, unless that makes a circle, or
 * might. */
void lineage_join(struct lineage *, struct lineage *parent);

#endif
