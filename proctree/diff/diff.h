/*
 * diff: what two traces have that the other has not, by path.
 *
 * The path of a process is the names of those that lead to it, from the root
 * of what was traced: make > sh > gcc > cc1.  All processes of the same path
 * are one line.
 */
#ifndef DIFF_H
#define DIFF_H

#include <stdbool.h>
#include <stdint.h>

struct diff {
	const char *file[2]; /* recordings or trace output, "-" for one */
	uint64_t least;	     /* -m: hide smaller differences of time, ns; 0:
				hide none, but from 10 ms on they count */
	bool all;	     /* -a: what is the same, too */
	bool no_header;	     /* -H */
	bool json;	     /* -o json */
	bool svg;	     /* -o svg */
};

/* Compare them, on stdout, and say on stderr what there is to say.  Returns
 * the exit status: 0 if they could be compared, different or not, 1 if not, or
 * not to the end of both. */
int diff_main(const struct diff *);

#endif
