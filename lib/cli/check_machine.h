/*
 * check_machine: what a machine has that matters for tracing.
 */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

#include <stdbool.h>

#include "base/buf.h"

struct check_facts {
	struct buf *out;
	bool other_pids;  /* events have other PIDs than /proc */
	bool has_stats;	  /* taskstats is in the kernel */
	bool kprobes_off; /* by /sys/kernel/debug/kprobes/enabled */
};

/* Append "key: value" and a newline, escaped. */
void check_put(struct buf *, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append what needs no tracefs. */
void check_machine(struct check_facts *, const char *tool);

/* Append what tracefs has (-1: there is none), and the other tracers there;
 * removes what killed tools left. */
void check_tracefs(struct check_facts *, int tracefs);

#endif
