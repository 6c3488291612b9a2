/*
 * arm_cpu: the CPU time of each task at its end, read by a kprobe from its
 * task_struct.
 */
#ifndef ARM_CPU_H
#define ARM_CPU_H

#include "trace/session.h"

/*
 * Find the place by children that end, probe it and test it; RAW_LEFT must be
 * enabled.  What is not possible is reported as a finding, and then nothing is
 * changed.  From here on exits have their CPU time (counted, struct
 * event_exit), but those of which the kernel missed the probe.
 */
void arm_cpu(struct session *);

#endif
