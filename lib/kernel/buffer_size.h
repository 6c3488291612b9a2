/*
 * buffer_size: how large the ring buffer of a trace is.
 *
 * The kernel makes one of the same size for each CPU that is online, and for
 * each that comes online later, and does not care for the sum.
 */
#ifndef BUFFER_SIZE_H
#define BUFFER_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/instance.h"

/*
 * Of a CPU, in KB: the kernel's own size (TRACE_BUF_SIZE_DEFAULT,
 * kernel/trace/trace.c); one that takes a storm of a second; one that is still
 * useful; and the least.  (On a machine with work for eight CPUs and two of
 * them, a storm of 3,000 to 7,000 execs a second lost most with 4 KB, some with
 * 16, now and then with 64, and nothing with 128.)
 */
#define BUFFER_USUAL_KB	 1408
#define BUFFER_LARGE_KB	 8192
#define BUFFER_USEFUL_KB 256
#define BUFFER_LEAST_KB	 64

#define BUFFER_BOUNDED	 0  /* the usual (or large) size, or less */
#define BUFFER_KERNEL	 -1 /* as the kernel made it */

struct buffer_size {
	unsigned kb;	     /* of a CPU, as the kernel says */
	unsigned cpus;	     /* that have one */
	unsigned refused_kb; /* for so many there was no memory; 0: there was */
	unsigned top_kb;     /* the buffer of the top level was expanded to so
				many; 0: it was not touched */
};

/*
 * The size for each of so many CPUs: want KB, but all of them together at most
 * 64 MB and 1/64 of the memory (KB), and each at least BUFFER_LEAST_KB.
 */
unsigned buffer_size_share(unsigned want, uint64_t memory_kb, unsigned cpus);

/*
 * Give the buffer of an instance, or that of the top level, its size: kb KB of
 * a CPU, or BUFFER_BOUNDED, large or not, or BUFFER_KERNEL.  Call it before
 * any event is enabled.  Returns 0, or -1 with an error.
 */
int buffer_size_set(struct buffer_size *, const struct instance *, int kb,
    bool large, struct error *error);

#endif
