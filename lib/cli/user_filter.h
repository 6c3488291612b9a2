/*
 * user_filter: -u, events of some users only, or of all but some.
 */
#ifndef USER_FILTER_H
#define USER_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/tool.h"
#include "event.h"

#define USER_FILTER_MAX 16

/* All zero: no filter. */
struct user_filter {
	int count;
	bool includes; /* at least one is not excluded */
	struct {
		uint32_t uid;
		bool exclude;
	} user[USER_FILTER_MAX];
};

/* Add a user: a name, or a number; "!" before it excludes.  Returns 0, or -1
 * with *why. */
int user_filter_parse(struct user_filter *, const char *, const char **why);

/* Is an event shown, by its effective user?  Without a filter every one is.
 * Returns 1, 0, or -1: its user is not known. */
int user_filter_match(const struct user_filter *, const struct event *);

#endif
