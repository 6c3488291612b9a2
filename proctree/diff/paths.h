/*
 * paths: the paths of two trees, with what there was of each.
 */
#ifndef DIFF_PATHS_H
#define DIFF_PATHS_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/buf.h"
#include "tree/tree.h"

#define NAME_KEPT 255 /* bytes, NAME_MAX: no file has a longer one */
#define PATH_HEAD 32  /* names that are found without visiting all */

/* The processes of a path in one of the trees; times are ns, in the trace. */
struct path_sum {
	uint64_t wall; /* how long they were there */
	uint64_t self; /* and none of their children was */
	uint64_t cpu;
	uint32_t count, failed;
	uint32_t no_wall; /* those that wall and self miss: not known, or they
			     were there before and after */
	uint32_t no_cpu;
};

struct path {
	uint32_t parent; /* 0: none */
	uint32_t name;
	uint32_t depth; /* names, its own included */
	uint32_t head;	/* the path of its first PATH_HEAD names */
	unsigned kind;	/* enum kind, set by diff.c */
	struct path_sum in[2];
};

struct name {
	size_t at; /* in text */
	uint32_t len;
};

/* Zeros at first.  Memory grows with different paths and names only. */
struct paths {
	struct path *path; /* by number; 0 is not used */
	struct name *name; /* the same; "" is not known */
	struct hash_index paths, names;
	struct buf text;
};

/* Add all processes of a finished tree, which began at from; their id is
 * changed to the number of their path.  Returns 0, or -1 without memory. */
int paths_add(struct paths *, struct tree *, uint64_t from, int which);

/* The last name of a path, and its length, 0 when it is not known.  One of
 * NAME_KEPT bytes may have been longer.  Lent until more is added. */
const char *paths_name(const struct paths *, const struct path *, size_t *len);

void paths_free(struct paths *);

#endif
