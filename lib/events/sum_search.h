/*
 * sum_search: where in the kernel's struct task_struct the CPU time of a task
 * is, from the bytes of tasks that ended, and what each of them used.
 *
 * The sum is a u64 of ns (se.sum_exec_runtime, include/linux/sched.h); where it
 * is depends on the version, the configuration and, with randomized layouts,
 * the build.  Pure.
 */
#ifndef SUM_SEARCH_H
#define SUM_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUM_WORDS 128 /* u64 that one event fetches: MAX_TRACE_ARGS */
#define SUM_BYTES (SUM_WORDS * 8)

/* All zero to begin. */
struct sum_search {
	int tid;   /* the task whose bytes are wanted, 0: none is */
	bool seen; /* bytes are of it */
	size_t len;
	unsigned char bytes[SUM_BYTES];
	int samples; /* that were compared */
	/* Private: */
	bool other[SUM_BYTES]; /* by offset: not the sum of each sample */
};

/* Take the bytes of a task, if it is the one that is wanted. */
void sum_take(struct sum_search *, int tid, const void *bytes, size_t len);

/* It used so many ns (not 0) by the end: what is not that, at all multiples of
 * step, is not the place.  Without bytes that were seen nothing changes. */
void sum_compare(struct sum_search *, size_t step, uint64_t ns);

/* How many places were the sum of each sample, 0 without samples; *offset is
 * set to the first of them. */
int sum_places(const struct sum_search *, size_t step, size_t *offset);

#endif
