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
	const struct recorder *recorder; /* of -k or --rotate, or NULL */
	uint64_t keep;	      /* -k, ns: of that only the last ones, when asked
				 for; 0: all of it */
	size_t keep_size;     /* --keep-size, bytes; 0: as -k has it */
	uint64_t rotate;      /* --rotate: ns in a file, 0: any */
	uint64_t rotate_size; /* the same: bytes */
	int files;	      /* --keep-files, 0: as -k has it, else all */
	/* Says what must be said while tracing; set with keep. */
	void (*warn)(const char *format, ...);
	char **command; /* after --, NULL-terminated */
	/* Takes every event as the task table has completed it, also what
	 * existed before and is not shown (tasks.seen); may be NULL. */
	void (*known)(void *, const struct event *);
	void *arg;			     /* of known */
	const struct cgroup_lookup *cgroups; /* input/cgroups.h; NULL: they are
						not asked for */
};

#endif
