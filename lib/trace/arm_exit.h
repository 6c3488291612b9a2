/*
 * arm_exit: what shows the wait status and the resource usage of exits.
 */
#ifndef ARM_EXIT_H
#define ARM_EXIT_H

#include "trace/session.h"

/* Use what passes its self-test; none is no failure.  Returns 0, or -1 with
 * an error. */
int arm_exits(struct session *);

#endif
