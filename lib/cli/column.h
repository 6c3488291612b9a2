/*
 * column: what a line of execsnoop, exitsnoop or forksnoop can have, by name.
 */
#ifndef COLUMN_H
#define COLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "event.h"

/* The events that have a column; bits. */
enum { COLUMN_EXEC = 1, COLUMN_EXIT = 2, COLUMN_FORK = 4, COLUMN_ALL = 7 };

/* What must be traced for it; bits. */
enum {
	NEEDS_LINEAGE = 1, /* names and parents */
	NEEDS_USAGE = 2,
	NEEDS_SENDERS = 4,
	NEEDS_PROGRAM = 8, /* path and arguments */
	NEEDS_CGROUP = 16,
	NEEDS_USER = 32
};

/* How columns are printed. */
struct column_view {
	bool quote;	     /* arguments for a shell */
	int max_args;	     /* at most so many of them */
	int max_ancestors;   /* and of these; 0: all */
	int64_t wall_offset; /* ns since 1970 at boot, 0 not known */
};

struct column {
	const char *name;
	const char *key;  /* its JSON member, NULL: the same */
	const char *head; /* of the text */
	const char *help;
	int width;	     /* negative: on the left; 0: any */
	unsigned char in;    /* COLUMN_... */
	unsigned char needs; /* NEEDS_... */
	void (*text)(struct buf *, const struct column_view *,
	    const struct event *, const struct column *);
	/* Appends ",\"key\":" and the value; it may be more members. */
	void (*json)(struct buf *, const struct column_view *,
	    const struct event *, const struct column *);
	size_t at;	/* of a value in struct usage: where it is */
	size_t unknown; /* and where a flag is that it is not known, or 0 */
};

/* All of them, up to one without a name. */
extern const struct column columns[];

/* The column of such a name, or JSON key, of these events (COLUMN_...); NULL:
 * there is none. */
const struct column *column_find(const char *name, size_t len, unsigned in);

/* Append the columns of these events and what they are, a line each. */
void columns_help(struct buf *, unsigned in);

#endif
