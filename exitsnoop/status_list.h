/*
 * status_list: the exit statuses of --status.
 */
#ifndef STATUS_LIST_H
#define STATUS_LIST_H

#include <stdbool.h>

struct status_list {
	bool includes, excludes; /* some that are in, that are out */
	unsigned char exit[256]; /* STATUS_... of each exit status */
	unsigned char signal[65];
};

/* Parse a list of exit statuses, "0" to "255", and of signals, with a leading
 * '!' for those that are not in.  Returns 0, or -1. */
int status_list_parse(struct status_list *, const char *);

/* Is a wait status in the list?  One that is not known is, if all are that are
 * not excluded.  Of an empty list all are. */
bool status_list_has(const struct status_list *, int code);

#endif
