/*
 * arm_exec: the probes that show the arguments of execs.
 */
#ifndef ARM_EXEC_H
#define ARM_EXEC_H

#include "trace/session.h"

/* Use the first method that passes its self-test, or the one that is asked for,
 * and what shows failed execs.  Returns 0, or -1 with an error. */
int arm_execs(struct session *);

#endif
