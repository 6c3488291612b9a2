/*
 * keep: -k, which draws nothing.
 */
#ifndef KEEP_H
#define KEEP_H

#include "cli/tool.h"

/* Trace, and keep the last seconds, which SIGUSR1 writes, and the end of a
 * command that failed.  Returns the exit status. */
int keep_trace(struct tool *);

#endif
