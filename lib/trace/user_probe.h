/*
 * user_probe: the kprobe that shows each change of a user.
 */
#ifndef USER_PROBE_H
#define USER_PROBE_H

#include "trace/session.h"

/* Arm and test it; whether it is used, or why not, is a finding.  Returns
 * whether it is. */
bool user_probe_arm(struct session *);

#endif
