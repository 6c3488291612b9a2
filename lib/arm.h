/*
 * arm: what session_arm is made of: the rows that show execs (arm.c), and the
 * sources of exit statuses (arm_exit.c).
 */
#ifndef ARM_H
#define ARM_H

#include "proof.h"
#include "session.h"

/* Sweep until a record satisfies check, which sees it completed by seen, or
 * the child of the proof ended and nothing more comes.  Returns what check
 * found, PROOF_OTHER, or -1 with why. */
int arm_await(struct session *, struct proof *,
    enum proof_result (*check)(const struct proof *, const struct event *),
    session_seen, void *);

/* Without task_newtask (before 3.4): a probe that tells the flags of do_fork.
 */
void arm_clone(struct session *);

/* Choose where the status of exits comes from, and what was used.  Returns 0,
 * or -1 with why. */
int arm_exits(struct session *, session_seen, void *);

#endif
