/*
 * json: members of JSON objects that several tools have.
 */
#ifndef JSON_H
#define JSON_H

#include "base/buf.h"
#include "event.h"

/* Append the first members of the JSON object of an event: event, ts, time,
 * pid, ppid, tid, comm.  wall_offset: ns since 1970 at boot, 0 not known. */
void json_common(
    struct buf *, const struct event *, const char *name, int64_t wall_offset);

/* Append a member, null if it is not known: a number, the seconds of ns, or a
 * string (or NULL). */
void json_number(struct buf *, const char *name, bool known, uint64_t n);
void json_seconds(struct buf *, const char *name, bool known, uint64_t ns);
void json_string(struct buf *, const char *name, const char *);

/* Append the members of CPU time: cpu, cpu_min, cpu_max. */
void json_cpu(struct buf *, const struct usage *);

/* Append all members of resource usage. */
void json_usage(struct buf *, const struct usage *);

/* Append the members exit, signal and core of a wait status. */
void json_status(struct buf *, int code);

/* Append the member by: who sent the signal of the status. */
void json_by(struct buf *, const struct event_by *);

/* Append the members path and argc. */
void json_program(struct buf *, const struct event *);

/* Append the members args (at most max of them) and args_state. */
void json_args(struct buf *, const struct event *, int max);

#endif
