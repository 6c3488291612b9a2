/*
 * clock_step: by how much a clock advances at once, from readings of it.
 */
#ifndef CLOCK_STEP_H
#define CLOCK_STEP_H

#include <stdbool.h>
#include <stdint.h>

#define STEP_CHANGES 4	       /* so many are looked at */
#define STEP_UNKNOWN 10000000u /* ns: a tick of 100 Hz */

struct steps {
	uint64_t last, least; /* least: of those seen, 0 none */
	int count;
};

/* Add a reading, in ns.  Returns whether enough have been seen. */
bool steps_add(struct steps *, uint64_t now);

/* The step in ns, STEP_UNKNOWN if the clock stood still, or 0 if it is fine
 * enough. */
uint64_t steps_coarse(const struct steps *);

/* The step of CLOCK_BOOTTIME, as steps_coarse.  Takes some steps. */
uint64_t steps_of_boot(void);

#endif
