/*
 * check: does tracing work on this machine, and if not, why?
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "base/buf.h"
#include "trace/session.h"

/*
 * Append what matters for tracing, as lines of "key: value", where ? means not
 * known: first what the machine has, then how a session with these options is
 * opened, armed and closed.  The last line is "result: ".  No value holds a
 * host name or the arguments of a process.  Returns true if everything works
 * that these options need and this kernel has.
 */
bool check(struct buf *, const struct session_options *);

#endif
