/*
 * proc_user: the user of a task, from /proc.
 */
#ifndef PROC_USER_H
#define PROC_USER_H

#include <stdbool.h>

#include "event.h"

/* The user and the group of a task (or PROC_SELF): all their numbers, as in
 * our own user namespace.  Returns 0, or -1 with errno. */
int proc_user(int tid, struct event_user *);

/* The same from the text of /proc/PID/status, a string. */
int proc_user_parse(struct event_user *, const char *text);

/* Is its root ours, and its namespaces of users and mounts, so that paths and
 * numbers mean the same there?  It is not if that cannot be seen. */
bool proc_is_home(int tid);

#endif
