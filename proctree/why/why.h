/*
 * why: what a trace took its time for: the critical path, how many processes
 * were at work, and verdicts, each with the numbers it rests on.
 *
 * What is counted is the processes that are drawn, that began within the trace,
 * or are the root of the path, and of which it is known when they lived.
 */
#ifndef WHY_H
#define WHY_H

#include "output/view.h"
#include "why/critical.h"

/* From ts on, until the next one. */
struct why_step {
	uint64_t ts;	  /* ns since boot */
	uint32_t leaves;  /* processes that live and have no child that lives */
	uint32_t node;	  /* if that is one, which; else 0 */
	uint64_t threads; /* that these leaves ever had */
	double used; /* CPUs: of each process that lives its CPU time, at least,
			by how long it lives */
};

enum verdict_kind {
	VERDICT_SERIAL,	 /* one process of one thread at work */
	VERDICT_CPUS,	 /* whether more CPUs would help */
	VERDICT_COMMAND, /* a command that ran often */
	VERDICT_LINE,	 /* a command line that ran often */
	VERDICT_SHORT,	 /* CPU time in short processes */
	VERDICT_FAILURE	 /* the first process that failed */
};

enum verdict_unit { UNIT_COUNT, UNIT_NS, UNIT_PERCENT };

/* A number that a verdict rests on: in JSON the member of that name. */
struct verdict_number {
	const char *name; /* "one", "cpus", ...: static */
	enum verdict_unit unit;
	bool least; /* it is that or more */
	uint64_t value;
};

#define VERDICT_NUMBERS 6

struct verdict {
	enum verdict_kind kind;
	char *text;    /* a line of UTF-8, safe to print, without its newline */
	uint32_t node; /* the process that it is about, or for a command or a
			  command line one of them; 0: the whole trace */
	uint64_t from, to; /* ns since boot: when, or the longest part of it; 0
			      and 0: not of one time */
	int numbers;
	struct verdict_number number[VERDICT_NUMBERS];
};

#define VERDICTS_MOST 8

struct why {
	const struct view *view;
	struct lives lives;
	struct critical path;
	int cpus;	       /* 0: not known */
	struct why_step *step; /* in order of time; the last one ends it all */
	uint32_t steps;
	struct verdict verdict[VERDICTS_MOST];
	int verdicts;
	bool failed; /* memory ran out: some are missing */
};

/* Find it all.  The tree of the view is finished and numbered.  It is the
 * caller's, to be freed by why_free. */
void why_find(struct why *, const struct view *);
void why_free(struct why *);

/* Is a process counted? */
bool why_counts(const struct why *, const struct node *);

/* The name of a kind, as in JSON: "serial", "cpus", "command", "line", "short",
 * "failure". */
const char *verdict_name(enum verdict_kind);

/* Append the verdicts of -o why and -S, a line each after prefix, cut at the
 * width of the view. */
void why_put_verdicts(const struct why *, struct buf *, const char *prefix);

/* Append the members cpus, critical and verdicts of JSON, with the comma before
 * the first: null if the view is not of a trace.  Returns 0, or -1 from
 * sink_flush_some. */
int why_put_json(const struct view *, struct buf *);

/* -o why, as the functions of output/formats.h. */
int draw_why(const struct view *, struct buf *);

#endif
