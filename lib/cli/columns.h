/*
 * columns: what an event shows, as text.  Pure.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/escape.h"
#include "event.h"

/* Arguments on one line, at most max of them: escaped or (quote) for a
 * shell; for an exec that failed the path that was tried stands in place of
 * argv[0].  "[?]" stands for one that is missing; " [...]" marks that there are
 * more; without any, the path and " [?]"; without arguments at all (argc 0),
 * the path and " []".  An argument that looks like such a mark there is
 * escaped. */
void print_args(struct buf *, const struct event *, int max, bool quote);

/* ns as seconds with 6 decimals, cut. */
void print_seconds(struct buf *, uint64_t ns);

/* ns as seconds with 3 decimals, cut; blanks before the point up to width. */
void print_milliseconds(struct buf *, uint64_t ns, size_t width);

/* CPU time in seconds with so many decimals, 5 or 6 if they would all be 0.
 * Where it is not known, ">=" and what it is at least, else "<=" and what it is
 * at most, else "?". */
void print_cpu(struct buf *, const struct usage *, int decimals);

/* localtime_r(3), which also completes TZ=EST5EDT in the environment. */
void print_local(time_t, struct tm *);

/* Wall-clock time, ns since 1970, as local time in ISO 8601 with
 * microseconds: 2026-11-20T21:38:20.123456+0100. */
void print_time(struct buf *, uint64_t ns);

/* The name of a task as one word; "?" when it has none or it is not known. */
void print_comm(struct buf *, const char *comm);

/* What clone(2) was asked for by a fork: "fork", "vfork", "clone" (other
 * flags), "thread", or "?". */
const char *print_fork_type(const struct event *);

/* The name of a signal: "SIGKILL", "SIGRTMIN+2", or "SIG32". */
void print_signal(struct buf *, int sig);

/* A wait status (struct event, code): "0" to "255", "SIGKILL",
 * "SIGSEGV+core", "SIGSEGV+core?" when it is not known whether core was
 * dumped, "?". */
void print_status(struct buf *, int code);

/* Who sent the signal of a wait status: "812 sh", "kernel", "OOM killer",
 * "itself", "?" if that is not known, "-" if the status is of no signal. */
void print_by(struct buf *, int code, const struct event_by *);

/* The name of an errno value: "ENOENT", or its number. */
void print_errno(struct buf *, int error);

#endif
