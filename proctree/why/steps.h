/*
 * steps: what why is made of, for its own files.
 */
#ifndef STEPS_H
#define STEPS_H

#include "why/why.h"

/* Fill in why.step, of what is filled in before it.  Without memory, failed is
 * set. */
void steps_find(struct why *);

/* Append the verdicts to the list, of all that is filled in before it. */
void verdicts_find(struct why *);

#endif
