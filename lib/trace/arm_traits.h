/*
 * arm_traits: the events that show that the working directory, the program, the
 * terminal or the session of a task changes.
 */
#ifndef ARM_TRAITS_H
#define ARM_TRAITS_H

#include "trace/session.h"

/*
 * Arm the events of the calls that change what the option traits names, and
 * test that; traits of the session says whether it works, and a finding why
 * not.  From here on there are records EVENT_TRAIT.
 */
void arm_traits(struct session *);

#endif
