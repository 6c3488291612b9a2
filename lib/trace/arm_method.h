/*
 * arm_method: the places where a method probes execs.
 */
#ifndef ARM_METHOD_H
#define ARM_METHOD_H

#include "trace/session.h"

/* Arm the places of a method; those that fail are undone, and of a group of
 * kernel functions one is enough.  Returns 0, SELFTEST_STRANGER, or -1; then an
 * error was reported as a finding. */
int arm_method(struct session *, enum method);

/* Probe the return value of the function that is probed at its entry there.
 * Returns 0, or -1 with an error. */
int arm_return(struct session *, const struct probe_site *, const char *filter);

/* Which return values of execve are wanted: a filter, NULL for all.  Those of
 * successes where no kprobe counts what sched_process_exec drops for its size.
 */
const char *returns_filter(const struct session *);

/* Method ldso: this program was seen to pass by no probe; have it probed from
 * now on, if that can be done. */
void arm_program(struct session *, const struct event *);

#endif
