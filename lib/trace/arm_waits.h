/*
 * arm_waits: which process waited for which.
 */
#ifndef ARM_WAITS_H
#define ARM_WAITS_H

#include "trace/session_state.h"

/* Arm the return of wait4(2): for each child that a process got there is an
 * EVENT_WAIT from here on.  Where that is not possible, a finding says why. */
void arm_waits(struct session *);

#endif
