/*
 * ties: events of several CPUs that have one time.
 *
 * Where the trace clock advances by a whole tick, hundreds of events have the
 * same time.  The events of each CPU are in order; those of several are put
 * into a possible order: a task begins by its fork, does one thing after the
 * other, and ends by its exit.
 */
#ifndef TIES_H
#define TIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring/raw_event.h"
#include "ring/reader.h"

struct ties {
	bool path_first; /* an exec shows its path before its arguments */
	uint8_t *last;	 /* by TID: its last step, 0 not known or ended */
	struct tie *tie; /* those that are being sorted */
	size_t room;
	int taken, taken_cpu; /* of them, a number that a thread took over */
};

/* Returns 0, or -1 (ENOMEM). */
int ties_init(struct ties *);

/* Note an event; events come in their final order. */
void ties_note(struct ties *, const struct raw_event *);

/* Sort count records of one time, whose bytes are in data, and which stand in
 * the order in which they were read.  Without memory they stay so. */
void ties_sort(struct ties *, const struct raw_event_table *, const char *data,
    struct reader_record *, size_t count);

void ties_free(struct ties *);

#endif
