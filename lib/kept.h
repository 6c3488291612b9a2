/*
 * kept: the path and arguments of a program, kept while any process runs it:
 * a fork runs what its parent ran, and shares them.
 */
#ifndef KEPT_H
#define KEPT_H

#include "event.h"

struct kept;

/* A copy of what an exec or a baseline task says; NULL without memory. */
struct kept *kept_new(const struct event *);

/* One more owner; NULL stays NULL.  Each ends with kept_release. */
struct kept *kept_share(struct kept *);
void kept_release(struct kept *);

/* Lend it to an event, which may not outlive it; of NULL nothing is known. */
void kept_lend(const struct kept *, struct event *);

#endif
