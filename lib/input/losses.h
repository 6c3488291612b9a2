/*
 * losses: the events that were lost so far, and whether a gap is still to be
 * repaired.
 */
#ifndef LOSSES_H
#define LOSSES_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct losses {
	uint64_t events; /* as far as they were counted */
	bool uncounted;	 /* there were more */
	uint64_t last;	 /* ns since boot: of the last one; 0: none */
	uint64_t gap;	 /* the same, until it is repaired: then 0 */
};

/* Count an event, if it is an EVENT_LOST. */
void losses_count(struct losses *, const struct event *);

#endif
