/*
 * column: what a line of execsnoop, exitsnoop or forksnoop can have, by name.
 */
#ifndef COLUMN_H
#define COLUMN_H

#include "cli/column_type.h"

/* All of them, up to one without a name. */
extern const struct column columns[];

/* The column of such a name, or JSON key, of these events (OF_...); NULL:
 * there is none. */
const struct column *column_find(const char *name, size_t len, unsigned in);

/* What stands above it. */
const char *column_head(const struct column *);

/* Append the value of a column as text, or as members of JSON. */
void column_text(struct buf *, const struct column *,
    const struct column_view *, const struct event *);
void column_json(struct buf *, const struct column *,
    const struct column_view *, const struct event *);

/* Append the columns of these events and what they are, a line each. */
void columns_help(struct buf *, unsigned in);

#endif
