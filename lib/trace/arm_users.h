/*
 * arm_users: the events that show who the user of a task is.
 */
#ifndef ARM_USERS_H
#define ARM_USERS_H

#include "trace/session.h"

/*
 * Arm a kprobe on commit_creds(), or the events of system calls that change
 * users, and test that: users of the session says which; what is not possible
 * is reported as a finding.  From here on there are records EVENT_USER.
 */
void arm_users(struct session *);

/* Has this machine programs of another ABI, for whose calls there are no events
 * by name? */
bool users_other_abi(void);

/* The filter of raw_syscalls:sys_exit, in USERS_CALLS, for their calls. */
extern const char users_other_calls[];

#endif
