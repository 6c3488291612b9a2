/*
 * cmdline: the arguments of a process that was there before.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include "event.h"

#define CMDLINE_ARGS 100000 /* most arguments of one */

/* Complete an EVENT_TASK with the arguments its process (pid) shows in
 * /proc/PID/cmdline now; without any (a kernel thread, a zombie, one that is
 * gone) it stays as it is.  They are valid until the next call. */
void cmdline_args(struct event *);

#endif
