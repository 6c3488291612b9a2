/*
 * cmdline: the arguments of a process that existed before.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include "event.h"

#define CMDLINE_ARGS 100000 /* most arguments of one */

/* Complete an EVENT_TASK with the arguments that /proc/PID/cmdline has of its
 * process (pid) now; without any (a kernel thread, a zombie, or it has ended)
 * it stays as it is.  They are valid until the next call. */
void cmdline_args(struct event *);

#endif
