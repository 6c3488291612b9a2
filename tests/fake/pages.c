/* The ring buffer: records that wait, and the pages made of them as
 * kernel/trace/ring_buffer.c does. */
#include "fake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ring/page.h"

#define TIME_EXTEND 30
#define DELTA_BITS  27
#define LEN_MAX	    (28 * 4)	  /* RINGBUF_TYPE_DATA_TYPE_LEN_MAX */
#define CLOCK_BEGIN 5000000000000 /* global has a zero of its own, */
#define CLOCK_SKEW  3000000	  /* and local one for each CPU */

struct waiting {
	struct waiting *next;
	uint64_t ts;
	size_t len;
	uint8_t data[];
};

static struct cpu {
	struct waiting *first, **last;
	size_t count;
	uint64_t newest;
	/* Before 3.7, of a CPU that was read before its first event: what its
	 * times lack, until the page is full (rb_get_reader_page()). */
	bool early;
	uint64_t lacks;
	size_t filled;
} cpus[FAKE_CPUS];

static uint64_t
clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool
clock_is(const char *name)
{
	char text[256];

	fake_get(text, sizeof text, "%strace_clock", fake_buffer);
	return strstr(text, name);
}

uint64_t
pages_skew(int cpu)
{
	return clock_is("[local]") ? (uint64_t)cpu * CLOCK_SKEW : 0;
}

uint64_t
pages_now(int cpu)
{
	if (clock_is("[boot]"))
		return clock_ns(CLOCK_BOOTTIME);
	if (clock_is("[mono]"))
		return clock_ns(CLOCK_MONOTONIC);
	return clock_ns(CLOCK_BOOTTIME) + CLOCK_BEGIN + pages_skew(cpu);
}

void
pages_add(int cpu, uint64_t ts, const void *data, size_t len)
{
	struct waiting *w;

	if (!fake_is_on("%stracing_on", fake_buffer))
		return;
	/* The global clock ticks between any two. */
	if (ts <= cpus[cpu].newest)
		ts = cpus[cpu].newest + 1;
	cpus[cpu].newest = ts;
	w = malloc(sizeof *w + len);
	if (!w)
		abort();
	*w = (struct waiting){ .ts = ts, .len = len };
	memcpy(w->data, data, len);
	if (!cpus[cpu].first)
		cpus[cpu].last = &cpus[cpu].first;
	*cpus[cpu].last = w;
	cpus[cpu].last = &w->next;
	cpus[cpu].count++;
}

size_t
pages_waiting(int cpu)
{
	return cpu < FAKE_CPUS ? cpus[cpu].count : 0;
}

bool
pages_begun(int cpu)
{
	return cpu < FAKE_CPUS && cpus[cpu].filled > 0;
}

static void
drop_first(int cpu)
{
	struct waiting *w = cpus[cpu].first;

	cpus[cpu].first = w->next;
	cpus[cpu].count--;
	free(w);
}

void
pages_clear(void)
{
	for (int i = 0; i < FAKE_CPUS; i++) {
		while (cpus[i].first)
			drop_first(i);
		cpus[i] = (struct cpu){ 0 };
	}
}

/* Put a record behind what the page has.  Returns its bytes, 0: no room. */
static size_t
put_record(uint8_t *to, size_t room, const struct waiting *w, uint64_t delta)
{
	size_t len = (w->len + 3) & ~(size_t)3, n = 0;
	uint32_t word[2];

	if ((delta >> DELTA_BITS ? 8 : 0) + (len > LEN_MAX ? 8 : 4) + len >
	    room)
		return 0;
	if (delta >> DELTA_BITS) {
		word[0] = TIME_EXTEND |
		    (uint32_t)(delta & ((1u << DELTA_BITS) - 1)) << 5;
		word[1] = (uint32_t)(delta >> DELTA_BITS);
		memcpy(to, word, n = 8);
		delta = 0;
	}
	word[0] = (uint32_t)delta << 5 |
	    (len > LEN_MAX ? 0 : (uint32_t)len / 4);
	word[1] = (uint32_t)len + 4;
	memcpy(to + n, word, 8);
	n += len > LEN_MAX ? 8 : 4;
	memset(to + n, 0, len);
	memcpy(to + n, w->data, w->len);
	return n + len;
}

ssize_t
pages_read(int cpu, void *to, size_t size)
{
	char text[4096];
	struct ring_layout l;
	uint8_t page[1 << 16] = { 0 };
	uint64_t begin, ts, commit = 0;
	size_t n;

	if (!cpus[cpu].first) {
		cpus[cpu].early |= fake_version < 307 && !cpus[cpu].newest;
		errno = EAGAIN;
		return fake_version < 310 ? 0 : -1;
	}
	fake_get(text, sizeof text, "events/header_page");
	if (ring_layout_parse(&l, text) != 0 || size < l.page_size)
		abort();
	ts = cpus[cpu].first->ts;
	if (cpus[cpu].early && !cpus[cpu].lacks)
		cpus[cpu].lacks = ts;
	begin = ts - cpus[cpu].lacks;
	memcpy(page + l.time_offset, &begin, 8);
	for (struct waiting *w; (w = cpus[cpu].first); drop_first(cpu)) {
		n = put_record(page + l.data_offset + commit,
		    l.page_size - l.data_offset - commit, w, w->ts - ts);
		if (n == 0)
			break;
		commit += n;
		ts = w->ts;
	}
	memcpy(page + l.commit_offset, &commit, l.commit_size);
	cpus[cpu].filled += commit;
	if (cpus[cpu].filled > l.page_size / 2)
		cpus[cpu].lacks = cpus[cpu].early = 0;
	memcpy(to, page, l.page_size);
	return (ssize_t)l.page_size;
}
