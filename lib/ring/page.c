/* The binary layout of a page of the ring buffer. */
#include "ring/page.h"

#include <errno.h>
#include <string.h>

#include "ring/format.h"

/* enum ring_buffer_type */
#define TYPE_PADDING	 29
#define TYPE_TIME_EXTEND 30
#define TYPE_TIME_STAMP	 31 /* 4.17+ */

#define DELTA_BITS	 27

/* Flags in the commit word of a page that was read */
#define MISSED_EVENTS	 (1u << 31)
#define MISSED_STORED	 (1u << 30) /* the count follows the data */
#define COMMIT_MASK	 0x000fffffu

int
ring_layout_parse(struct ring_layout *l, const char *header_page)
{
	struct format f;
	const struct field *time, *commit, *data;

	if (format_parse_header(&f, header_page) != 0)
		return -1;
	time = format_field(&f, "timestamp");
	commit = format_field(&f, "commit");
	data = format_field(&f, "data");
	if (!time || !commit || !data || time->size != 8 ||
	    (commit->size != 4 && commit->size != 8) || data->size < 64 ||
	    data->offset < commit->offset + commit->size ||
	    data->offset < time->offset + time->size) {
		errno = EINVAL;
		return -1;
	}
	l->time_offset = time->offset;
	l->commit_offset = commit->offset;
	l->commit_size = commit->size;
	l->data_offset = data->offset;
	l->page_size = data->offset + data->size;
	return 0;
}

/* A u32 or u64 as the kernel's long is. */
static uint64_t
load_long(const struct ring_layout *l, const uint8_t *p)
{
	uint64_t d;
	uint32_t w;

	if (l->commit_size == 8) {
		memcpy(&d, p, 8);
		return d;
	}
	memcpy(&w, p, 4);
	return w;
}

int
ring_page_open(struct ring_page *p, const struct ring_layout *l,
    const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	uint64_t commit;

	*p = (struct ring_page){ 0 };
	if (len < l->data_offset)
		return -1;
	memcpy(&p->ts, b + l->time_offset, 8);
	commit = load_long(l, b + l->commit_offset);
	p->data = b + l->data_offset;
	p->len = commit & COMMIT_MASK;
	if (p->len > len - l->data_offset)
		return -1;
	p->missed = commit & MISSED_EVENTS;
	if (p->missed && (commit & MISSED_STORED) &&
	    len - l->data_offset - p->len >= l->commit_size)
		p->lost = load_long(l, p->data + p->len);
	return 0;
}

static uint32_t
load_u32(const struct ring_page *p, size_t pos)
{
	uint32_t w;

	memcpy(&w, p->data + pos, 4);
	return w;
}

/* Type and time difference share a word; C bit-fields, so the order of the
 * bits is that of the machine. */
static void
header_split(uint32_t word, unsigned *type, uint32_t *delta)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	*type = word >> DELTA_BITS;
	*delta = word & ((1u << DELTA_BITS) - 1);
#else
	*type = word & 31;
	*delta = word >> 5;
#endif
}

int
ring_page_next(struct ring_page *p, struct ring_record *r)
{
	while (p->len - p->pos >= 4) {
		size_t left = p->len - p->pos, head = 4, size;
		unsigned type;
		uint32_t delta, array;

		header_split(load_u32(p, p->pos), &type, &delta);
		if (type == TYPE_PADDING && delta == 0)
			return 0; /* the page was not filled */
		if (left < 8)
			return -1; /* every record has an array[0] */
		array = load_u32(p, p->pos + 4);
		if (type >= TYPE_TIME_EXTEND) {
			uint64_t full = ((uint64_t)array << DELTA_BITS) + delta;

			p->ts = type == TYPE_TIME_STAMP ? full : p->ts + full;
			p->pos += 8;
			continue;
		}
		/* A discarded event keeps its time: the next one counts
		 * from it (rb_event_discard). */
		p->ts += delta;
		size = type ? type * 4u : array;
		if (type == TYPE_PADDING)
			size = array;
		if (type == 0)
			head = 8;
		if (size < head - 4 || size % 4 || size > left - 4)
			return -1;
		p->pos += 4 + size;
		if (type == TYPE_PADDING)
			continue;
		r->ts = p->ts;
		r->data = p->data + p->pos - (size - (head - 4));
		r->len = size - (head - 4);
		return 1;
	}
	return 0;
}
