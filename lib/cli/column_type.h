/*
 * column_type: what a column is.
 */
#ifndef COLUMN_TYPE_H
#define COLUMN_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "event.h"

/* The events that have a column; bits. */
enum { OF_EXEC = 1, OF_EXIT = 2, OF_FORK = 4, OF_ALL = 7 };

/* What must be traced for it; bits. */
enum {
	NEEDS_LINEAGE = 1, /* names and parents */
	NEEDS_USAGE = 2,
	NEEDS_SENDERS = 4,
	NEEDS_PROGRAM = 8, /* path and arguments */
	NEEDS_CGROUP = 16,
	NEEDS_USER = 32,
	NEEDS_TRAIT = 64 /* enum trait at */
};

/* How columns are printed. */
struct column_view {
	bool quote;	     /* arguments for a shell */
	int max_args;	     /* at most so many of them */
	int max_ancestors;   /* and of these; 0: all */
	int64_t wall_offset; /* ns since 1970 at boot, 0 not known */
};

/* What the value of a column is. */
enum column_kind {
	COLUMN_NUMBER,	/* number */
	COLUMN_SECONDS, /* number, in ns */
	COLUMN_BYTES,	/* number; text has it in KB */
	COLUMN_WORD,	/* string, escaped as one word */
	COLUMN_OTHER	/* text and json print it */
};

struct column {
	const char *name;    /* then the head of the text, and the help */
	signed char width;   /* negative: on the left; 0: any */
	unsigned char in;    /* OF_... */
	unsigned char needs; /* NEEDS_... */
	unsigned char kind;  /* enum column_kind */
	/* enum trait; of number_usage: where it is in struct usage, and where a
	 * flag is that it is not known, or 0 */
	unsigned short at, unknown;
	union {
		/* Of a number; returns false if it is not known. */
		bool (*number)(
		    const struct event *, const struct column *, uint64_t *);
		/* COLUMN_WORD; returns NULL, or "", if it is not known. */
		const char *(*string)(
		    const struct event *, const struct column *);
		/* COLUMN_OTHER */
		void (*text)(struct buf *, const struct column_view *,
		    const struct event *);
	};
	/* Appends ",\"key\":" and the value; it may be more members, or, of an
	 * event that has no such value, none.  NULL: the value, by its name. */
	void (*json)(
	    struct buf *, const struct column_view *, const struct event *);
};

/* The parameters of all functions of columns; most use only some. */
#define UNUSED __attribute__((unused))
#define PRINT                                              \
	struct buf *b, const struct column_view *v UNUSED, \
	    const struct event *e UNUSED
#define NUMBER                                                       \
	const struct event *e UNUSED, const struct column *c UNUSED, \
	    uint64_t *n UNUSED
#define STRING const struct event *e UNUSED, const struct column *c UNUSED

#endif
