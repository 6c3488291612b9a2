/*
 * recording: typed records as text, for -w and -i.  Pure.
 *
 * One record a line, fields separated by one space, strings escaped so that
 * they hold neither space nor newline, and begun with '='; what is not known
 * is "-".  procsnoop-recording(5) is the specification.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "event.h"

#define RECORDING_MAGIC "procsnoop-recording 1"
#define RECORDING_USED	6 /* numbers of a struct usage */

struct recording {
	int64_t wall_offset; /* ns since 1970 at boot; 0 not known */
	uint64_t armed;	     /* what is older is known, not shown */
	int root;	     /* only of this process and its descendants; 0 */
	bool ended;	     /* the last line came: nothing is missing */
	uint64_t end;	     /* and its time */
	const char *why;     /* of the last parse that failed */
};

/* The first lines; wall_offset and armed as in struct recording. */
void recording_begin(struct buf *, int64_t wall_offset, uint64_t armed);

/* A line behind them: only what this process and its descendants did is
 * recorded. */
void recording_root(struct buf *, int pid);

/* The word a record begins with; NULL for events that are not recorded, for
 * they are made from the others. */
const char *recording_name(enum event_type);

/* That of a task, by its group_dead. */
extern const char *const recording_dead[3];

/* One record, if it is one that is recorded. */
void recording_write(struct buf *, const struct event *);

/* The last line: the time it ended. */
void recording_end(struct buf *, uint64_t ts);

/*
 * Parse a line of len bytes with a NUL behind them; it is unescaped in place
 * and lends the strings of the event.  Returns 1 and an event, 0 for a line
 * without one, or -1 with why.
 */
int recording_parse(struct recording *, char *line, size_t len, struct event *);

#endif
