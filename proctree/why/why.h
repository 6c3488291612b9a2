/*
 * why: what a trace took its time for: the critical path, how many processes
 * were at work, and verdicts, each with the numbers it rests on.
 */
#ifndef WHY_H
#define WHY_H

#include "output/view.h"
#include "why/critical.h"

/* From ts on, until the next one.  Counted are the processes that are drawn and
 * began within the trace, and the root of the path. */
struct why_step {
	uint64_t ts;	 /* ns since boot */
	uint32_t leaves; /* processes that live and have no child that lives */
	double used; /* CPUs: of each process that lives its CPU time, by how
			long it lives; at least */
};

enum verdict_kind {
	VERDICT_SERIAL,	 /* one process at work, on several CPUs */
	VERDICT_COMMAND, /* a command that ran often */
	VERDICT_LINE,	 /* a command line that ran often */
	VERDICT_SHORT,	 /* CPU time in short processes */
	VERDICT_FAILURE, /* the first process that failed */
	VERDICT_CPUS	 /* whether more CPUs would help */
};

/* A number of a verdict; in JSON the member of that name. */
enum verdict_unit { UNIT_COUNT, UNIT_NS, UNIT_PERCENT };

struct verdict_number {
	const char *name; /* "one", "cpus", ...: static */
	enum verdict_unit unit;
	bool least; /* it is that or more */
	uint64_t value;
};

#define VERDICT_NUMBERS 5

struct verdict {
	enum verdict_kind kind;
	char *text; /* a line of UTF-8, safe to print, without newline */
	uint32_t
	    node; /* the process that it is about, or one of them; 0: all */
	uint64_t from, to; /* ns since boot: the time that it is about, or the
			      first part of it */
	int numbers;
	struct verdict_number number[VERDICT_NUMBERS];
};

struct why {
	struct critical path;
	int cpus;	       /* 0: not known */
	struct why_step *step; /* in order of time; the last one ends it all */
	uint32_t steps;
	struct verdict *verdict; /* the most important first */
	uint32_t verdicts;
	bool failed; /* memory ran out: some are missing */
};

/* Find it all.  The tree is finished and numbered.  It is the caller's, to be
 * freed by why_free. */
void why_find(struct why *, const struct view *);
void why_free(struct why *);

/* Is a node one of the processes that a verdict is about? */
bool
why_concerns(const struct view *, const struct verdict *, const struct node *);

/* The name of a kind, as in JSON: "serial", "command", "line", "short",
 * "failure", "cpus". */
const char *verdict_name(enum verdict_kind);

/* -o why, as the functions of output/formats.h. */
int draw_why(const struct view *, struct buf *);

#endif
