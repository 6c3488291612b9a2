/*
 * check: will tracing work here, and why not?  For a report of a mistake, and
 * for somebody on a strange machine.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "buf.h"
#include "session.h"

/*
 * Append what matters for tracing, a "key: value" a line, "?" for what cannot
 * be known: first what the machine has, then what a session with these options
 * comes to, which is opened, armed and closed.  The last line is "result: ".
 * No value holds a host name or the arguments of a process.  Returns whether
 * all that these options promise will be had, as far as this kernel has it.
 */
bool check(struct buf *, const struct session_options *);

#endif
