/*
 * check_facts: what a machine has that matters for tracing, for check.
 */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

#include <stdbool.h>

#include "buf.h"

struct check_facts {
	struct buf *out;
	bool other_pids;  /* not those of the first pid namespace */
	bool has_stats;	  /* taskstats is in the kernel */
	bool kprobes_off; /* by /sys/kernel/debug/kprobes/enabled */
};

/* Append "key: value" and a newline, escaped. */
void check_put(struct buf *, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append what needs no tracefs. */
void check_machine(struct check_facts *, const char *tool);

/* Append what tracefs has (-1: there is none), and who else traces there;
 * removes what tools of ours left that were killed. */
void check_tracefs(struct check_facts *, int tracefs);

#endif
