/*
 * tally: what verdicts are made of, and how they are written.
 */
#ifndef TALLY_H
#define TALLY_H

#include "output/commands.h"
#include "why/why.h"

/* The sums that verdicts are of, over all processes that are counted. */
struct tally {
	struct why *why;
	uint64_t wall;			 /* ns, of the root, or of the trace */
	struct cost wait, brief, longer; /* of all, of those that ended */
	uint64_t briefs, failed;
	uint32_t first_failed;	  /* a node */
	struct commands commands; /* by name */
	uint64_t *lines;	  /* of each command line, how often */
	uint64_t most;		  /* at work at once */
	struct verdict verdict;	  /* the next one */
	struct buf text;	  /* of that */
};

/* Append text to the next verdict.  "%" and a letter is a number of it, a
 * uint64_t, whose name and unit draft.c has for that letter; ">" before the
 * letter: at least.  "% " is a percent sign. */
void draft_put(struct tally *, const char *format, ...);

/* Append the name of a process; its command line, or the beginning of that; and
 * " on 2 CPUs", if their number is known. */
void draft_put_name(struct tally *, uint32_t node);
void draft_put_line(struct tally *, uint32_t node);
void draft_put_cpus(struct tally *);

/* The verdict is complete, and goes to the list of why; the next one is
 * empty. */
void draft_done(struct tally *, enum verdict_kind);

/* The verdict on how long one process was at work. */
void verdict_serial(struct tally *);

#endif
