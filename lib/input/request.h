/*
 * request: what is read from a source, and what takes every event of it.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct request {
	uint64_t duration;  /* -d, ns; 0: until a signal */
	int pid;	    /* -p, 0: all */
	const char *input;  /* -i */
	const char *output; /* -w */
	bool stream;	    /* that is "-": standard output, and nothing else is
			       written there */
	char **command;	    /* after --, NULL-terminated */
	/* Takes every event as the task table has completed it, also what
	 * existed before and is not shown (tasks.seen); may be NULL. */
	void (*known)(void *, const struct event *);
	void *arg;			     /* of known */
	const struct cgroup_lookup *cgroups; /* input/cgroups.h; NULL: they are
						not asked for */
};

#endif
