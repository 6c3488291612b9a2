/*
 * recording_write: typed records to lines of a recording, for -w.  Pure.
 *
 * One record a line, fields separated by one space; a string begins with '='
 * and is escaped so that it holds neither space nor newline; what is not known
 * is "-".  procsnoop-recording(5) is the specification.
 */
#ifndef RECORDING_WRITE_H
#define RECORDING_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "event.h"

#define RECORDING_MAGIC "procsnoop-recording 1"

/* The members of a struct usage, in the order of the fields: where they are,
 * and where the flag is that says that it is not known; 0: it always is. */
struct recording_usage {
	size_t at, unknown;
};

#define RECORDING_USAGE	   16
#define RECORDING_USAGE_02 6 /* so many were there in 0.2 */
extern const struct recording_usage recording_usage[RECORDING_USAGE];

/* The numbers of a user that are recorded, in this order. */
#define RECORDING_IDS 3
extern const enum user_id recording_ids[RECORDING_IDS];

/* The first lines; wall_offset is the time of boot in ns since 1970, 0 if not
 * known; events before armed (ns since boot) are not shown. */
void recording_begin(struct buf *, int64_t wall_offset, uint64_t armed);

/* The line after them: only what this process and its descendants did is
 * recorded. */
void recording_root(struct buf *, int pid);

/* Who sent a signal, in the last fields of an exit; by enum sent_by. */
extern const char *const recording_senders[BY_SELF + 1];

/* The first word of a record: its type, and the state of a task.  Events of
 * other types are not recorded, because they are made from these.  The last has
 * no name and no type. */
struct recording_word {
	const char *name;
	enum event_type type;
	enum found_state state;
};

extern const struct recording_word recording_words[];

/* One record, if it is one that is recorded. */
void recording_write(struct buf *, const struct event *);

/* The last line: the time it ended. */
void recording_end(struct buf *, uint64_t ts);

#endif
