/*
 * existing: what exists already, as far as /proc shows it with the PIDs of
 * events; where it has others, this tool only.
 */
#ifndef EXISTING_H
#define EXISTING_H

#include "input/source_state.h"

/* tasks.look: the task tid as in /proc now.  arg is the source.  Returns 0, or
 * -1 if there is none. */
int existing_look(void *arg, int tid, struct event *e);

/* tasks.found: it is recorded, because a replay has no /proc. */
void existing_found(void *arg, const struct event *e);

/* A record from before tracing was armed: it is applied, not shown.  arg is
 * the source. */
void existing_apply(void *arg, struct event *e);

/* List what exists into the task table.  After a loss (losses.gap), only what
 * existed before it.  Returns 0, 1 when a signal that ends the tool came before
 * the first list was complete, or -1 with errno. */
int existing_list(struct source *);

/* List again after a loss, unless that was done just now. */
void existing_repair(struct source *);

/* Choose the subtree of root in the task table, and in the kernel if it can
 * filter events. */
void existing_choose(struct source *);

#endif
