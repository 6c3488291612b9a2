/*
 * arm_cgroups: the hierarchy whose cgroups are shown, see kernel/cgroup.h.
 */
#ifndef ARM_CGROUPS_H
#define ARM_CGROUPS_H

#include "trace/session.h"

/* Choose it, and arm what else reports changes in it; the event of moves is
 * armed before. */
void arm_cgroups(struct session *);

#endif
