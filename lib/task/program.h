/*
 * program: the path and arguments of a program, kept while any process runs it.
 * A fork runs what its parent ran, and shares them.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "event.h"

struct program;

/* A copy of the path and arguments of an event; NULL without memory. */
struct program *program_new(const struct event *);

/* One more owner; NULL stays NULL.  Each calls program_release. */
struct program *program_share(struct program *);
void program_release(struct program *);

/* Put the path and arguments into an event, which may not outlive the program;
 * those of NULL are not known. */
void program_get(const struct program *, struct event *);

#endif
