/*
 * lines: command lines, each kept once however many processes ran it.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct lines {
	char **block; /* LINES_BLOCK bytes each, or one longer line */
	size_t blocks, room;
	size_t used, size; /* of the last block */
	size_t bytes;	   /* of all lines */
	char **line;	   /* by number; 0 is nobody's */
	uint32_t count, lines_room;
	uint32_t *table; /* open addressing, by hash */
	uint32_t table_size;
};

/* The number of the path and arguments of an event, the same for the same;
 * 0 when nothing is known of them, UINT32_MAX without memory. */
uint32_t lines_add(struct lines *, const struct event *);

/* Lend them to an event; of 0 nothing is known.  Valid until lines_free. */
void lines_lend(const struct lines *, uint32_t number, struct event *);

void lines_free(struct lines *);

#endif
