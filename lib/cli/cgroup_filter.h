/*
 * cgroup_filter: -g, processes by their cgroup.
 */
#ifndef CGROUP_FILTER_H
#define CGROUP_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

#define CGROUP_FILTERS 16

struct cgroup_filter {
	struct cgroup_pattern {
		const char *text; /* lent */
		size_t len;
		bool exclude;
	} pattern[CGROUP_FILTERS];
	int count;
	bool includes; /* one of them does not exclude */
};

/*
 * Add a pattern: a path, which begins with '/', and all below it; the beginning
 * of the id of a container, at least 4 digits; the name of a container without
 * an id; or the name of a cgroup, and all below it.  '!' before it excludes.
 * The text must stay.  Returns 0, or -1; *why is what is expected.
 */
int
cgroup_filter_parse(struct cgroup_filter *, const char *text, const char **why);

/* Is an event shown?  Without patterns every one is.  Returns 1, 0, or -1: its
 * cgroup is not known. */
int cgroup_filter_match(const struct cgroup_filter *, const struct event *);

#endif
