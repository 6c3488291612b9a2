/*
 * user_child: children of the tool that take random users and groups, by which
 * a source of users is tested.
 */
#ifndef USER_CHILD_H
#define USER_CHILD_H

#include "trace/session.h"

#define USER_CHILDREN 4 /* that are run at most */

/* What a child takes: real, effective, saved. */
struct identity {
	uint32_t uid[3], gid[3];
};

/* Run a child that takes a random identity; with fs, its numbers for files are
 * those that are saved, else those that are effective.  *tid is its number in
 * events, 0 if that is not known; it is set before any of them is read. Returns
 * 1 if its record was seen, 0 if not, or -1 with an error. */
int user_child_run(struct session *, struct identity *, bool fs, int *tid);

/* Is the user that a child takes seen?  Returns 0, or -1 with an error. */
int user_selftest(struct session *);

#endif
