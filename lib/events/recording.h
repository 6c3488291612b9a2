/*
 * recording: lines of a recording, for -i, to typed records.  Pure.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "events/recording_write.h"

struct recording {
	int64_t wall_offset; /* ns since 1970 at boot; 0 not known */
	uint64_t armed;	     /* ns since boot: older events are not shown */
	int root;	 /* only of this process and its descendants; or 0 */
	bool complete;	 /* the last line was read */
	uint64_t end;	 /* its time */
	const char *why; /* of the last parse that failed */
};

/* Parse a line of len bytes and a NUL; it is unescaped in place and holds the
 * strings of the event.  Returns 1 and an event, 0 for a line without one, or
 * -1 with why. */
int recording_parse(struct recording *, char *line, size_t len, struct event *);

#endif
