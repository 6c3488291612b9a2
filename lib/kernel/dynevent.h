/*
 * dynevent: the probe events of a group, as defined in kprobe_events and
 * uprobe_events (the kernel's dynamic events).
 */
#ifndef DYNEVENT_H
#define DYNEVENT_H

#include <stdbool.h>

/* Delete the events of a group whose names begin with event ("" for all).
 * Returns how many, or -1 with errno when one could not be deleted. */
int dynevent_delete(int tracefs, const char *group, const char *event);

/*
 * Does this group (NULL: one of ours whose owner is dead) have a uprobe that
 * must not be removed now?  As when it is made, the kernel lets no process fork
 * until it has written to the memory of each that maps the file, so it is not
 * done while the memory of a process cannot be had: see remote_stuck.
 */
bool dynevent_must_stay(int tracefs, const char *group);

/* Delete those of our tools whose owner is dead.  Returns how many. */
int dynevent_sweep(int tracefs);

#endif
