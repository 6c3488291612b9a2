/* The size of the ring buffer: of each CPU, so that the sum is bounded. */
#include "kernel/buffer_size.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "kernel/buffer.h"
#include "kernel/cpus.h"
#include "base/file.h"
#include "base/number.h"

#define TOTAL_KB	  (64 << 10) /* of all CPUs */
#define MEMORY_PART	  64	     /* and at most this part of the memory */

#define BUFFER_ROUNDED_KB 64 /* with pages of 64 KB */

static const char file[] = "buffer_size_kb";

/* A size is rounded up to pages, of which 16 bytes are not counted, and there
 * is a page more for the reader (rb_allocate_cpu_buffer(),
 * kernel/trace/ring_buffer.c). */
unsigned
buffer_size_share(unsigned want, uint64_t memory_kb, unsigned cpus)
{
	uint64_t most = memory_kb / MEMORY_PART, more;

	most = (most < TOTAL_KB ? most : TOTAL_KB) / cpus;
	more = most / 256 + 2 * (uint64_t)getpagesize() / 1024;
	most = most > more + BUFFER_LEAST_KB ? most - more : BUFFER_LEAST_KB;
	return want < most ? want : (unsigned)most;
}

static unsigned
size_share(unsigned want, unsigned cpus)
{
	struct sysinfo info;
	uint64_t kb = UINT64_MAX;

	if (sysinfo(&info) == 0)
		kb = (uint64_t)info.totalram * info.mem_unit >> 10;
	return buffer_size_share(want, kb, cpus);
}

/*
 * A CPU that comes online later gets a buffer of the same size, and no size may
 * change while tracing: recording stops meanwhile, and what is not recorded is
 * not counted (tracing_stop_tr() in __tracing_resize_ring_buffer(),
 * kernel/trace/trace.c).  So all possible CPUs share, unless few are online and
 * that would be too little for them.
 */
static unsigned
choose_kb(unsigned want, unsigned cpus)
{
	unsigned all = size_share(want, (unsigned)cpus_possible());
	unsigned now = size_share(want, cpus);

	if (now > BUFFER_USEFUL_KB)
		now = BUFFER_USEFUL_KB;
	return all > now ? all : now;
}

static unsigned
cpus_used(void)
{
	int n = cpus_online();

	return n > 0 ? (unsigned)n : 1;
}

/* "1410", or "7 (expanded: 1408)": the first is what it has, the second what
 * it will have.  "X": it differs between CPUs; then it is 0. */
static int
read_size(int dir, unsigned *kb, unsigned *expanded)
{
	char text[64], *p;

	if (file_read(dir, file, text, sizeof text) < 0)
		return -1;
	*kb = (unsigned)number_parse(text, NULL);
	p = strstr(text, "expanded: ");
	*expanded = p ? (unsigned)number_parse(p + strlen("expanded: "), NULL) :
			0;
	return 0;
}

/* Write a size, or, when there is no memory for it, a smaller one, but none
 * below least.  Returns the size written, or 0 with errno. */
static unsigned
write_size(const struct instance *in, unsigned kb, unsigned least)
{
	char text[16];

	for (;;) {
		snprintf(text, sizeof text, "%u", kb);
		if (buffer_write(in, text, file) == 0)
			return kb;
		if (errno != ENOMEM || kb <= least)
			return 0;
		kb = kb / 2 > least ? kb / 2 : least;
	}
}

/*
 * A kernel's buffers of the top level have two pages until something is traced
 * for the first time, and then get their size for good.  Up to Linux 6.6 one
 * flag is for all instances: the first event that is enabled in any of them
 * expands the top level, and the first size that is written to an instance
 * makes the top level stay at two pages, in which the next user of it would
 * lose almost everything
 * (__tracing_resize_ring_buffer(), kernel/trace/trace.c; an instance has a flag
 * of its own since "tracing: Expand all ring buffers individually", 6.7).  So
 * it gets its size here, as it would by any first event, but with the
 * same bound as ours, unless one was chosen (trace_buf_size on the
 * kernel's command line).
 */
static void
expand_top(struct buffer_size *b, const struct instance *in, unsigned kb)
{
	struct instance top = { .tracefs = in->tracefs, .dir = in->tracefs };

	b->top_kb = kb == BUFFER_USUAL_KB ? 0 : write_size(&top, kb, kb);
	if (!b->top_kb)
		b->top_kb = write_size(
		    &top, choose_kb(kb, b->cpus), BUFFER_LEAST_KB);
}

/* The top level's belongs to other users: it is not made smaller. */
static void
size_bound(struct buffer_size *b, const struct instance *in, unsigned want)
{
	unsigned kb = choose_kb(want, b->cpus);

	if (kb == b->kb || (in->top && (kb < b->kb || !b->kb)))
		return;
	if (write_size(in, kb, BUFFER_LEAST_KB) != kb)
		b->refused_kb = kb;
}

int
buffer_size_set(struct buffer_size *b, const struct instance *in, int kb,
    bool large, struct error *error)
{
	unsigned want = large ? BUFFER_LARGE_KB : BUFFER_USUAL_KB, expanded;

	*b = (struct buffer_size){ .cpus = cpus_used() };
	if (read_size(in->dir, &b->kb, &expanded) != 0)
		return error_set(error, "%s: %m", file);
	if (expanded && !(in->top && kb == BUFFER_KERNEL)) {
		expand_top(b, in, expanded);
		read_size(in->dir, &b->kb, &expanded);
	}
	if (kb == BUFFER_KERNEL && in->adopted) /* and so made small */
		kb = BUFFER_USUAL_KB;
	/* The kernel's own size, rounded to pages, is left as it is: a new one
	 * takes a grace period of RCU, 15 ms and more. */
	if (!large && b->kb > BUFFER_USUAL_KB &&
	    b->kb <= BUFFER_USUAL_KB + BUFFER_ROUNDED_KB)
		want = b->kb;
	if (kb == BUFFER_BOUNDED)
		size_bound(b, in, want);
	else if (kb != BUFFER_KERNEL &&
	    !write_size(in, (unsigned)kb, (unsigned)kb))
		return error_set(error, "%s: %d: %m", file, kb);
	if (read_size(in->dir, &b->kb, &expanded) != 0)
		return error_set(error, "%s: %m", file);
	if (expanded) /* by the first event */
		b->kb = expanded;
	return 0;
}
