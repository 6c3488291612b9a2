/*
 * page: one page of per_cpu/cpuN/trace_pipe_raw, decoded.  Pure: bytes in,
 * records out.
 *
 * A page is a timestamp, a commit word and data (events/header_page gives
 * offsets and sizes).  The data is a list of records, each with a u32 header
 * of a 5-bit type and a 27-bit time difference (events/header_event).
 * Source: kernel/trace/ring_buffer.c, include/linux/ring_buffer.h.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_layout {
	size_t time_offset;   /* u64 timestamp of the page */
	size_t commit_offset; /* long: bytes of data and two flags */
	size_t commit_size;   /* 4 on 32-bit kernels, 8 on 64-bit */
	size_t data_offset;
	size_t page_size; /* what one read(2) wants */
};

struct ring_page {
	const uint8_t *data;
	size_t len, pos;
	uint64_t ts;   /* of the record read last, in units of the clock */
	bool missed;   /* events were lost before this page */
	uint64_t lost; /* how many, 0 when the kernel did not say */
};

struct ring_record {
	uint64_t ts;
	const void *data; /* into the page; begins with common_type */
	size_t len;
};

/* Parse events/header_page.  Returns 0, or -1 (EINVAL) when it makes no
 * sense. */
int ring_layout_parse(struct ring_layout *, const char *header_page);

/* Begin a page of len bytes as read.  Returns 0, or -1 when it is shorter
 * than its own header says. */
int ring_page_open(struct ring_page *, const struct ring_layout *,
    const void *bytes, size_t len);

/* The next record.  Returns 1, 0 at the end of the page, or -1 when the page
 * is corrupt (the rest of it cannot be read). */
int ring_page_next(struct ring_page *, struct ring_record *);

#endif
