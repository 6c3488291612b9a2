/*
 * cmdlines: command lines, each stored once however many processes ran it.
 */
#ifndef CMDLINES_H
#define CMDLINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "event.h"

struct cmdline_table {
	struct cmdline_block
	    *block;	   /* the last one, of many lines or a long one */
	size_t used, size; /* of that */
	size_t bytes;	   /* of all lines */
	char **line;	   /* by number; 0 is none */
	struct hash_index index;
};

/* The number of the path and arguments of an event, the same for the same;
 * 0 when nothing is known of them, UINT32_MAX without memory. */
uint32_t cmdline_table_add(struct cmdline_table *, const struct event *);

/* Put them into an event; of 0 nothing is known.  Valid until
 * cmdline_table_free. */
void cmdline_table_get(
    const struct cmdline_table *, uint32_t number, struct event *);

void cmdline_table_free(struct cmdline_table *);

#endif
