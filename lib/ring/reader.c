/* Pages of all CPUs, read without losing or reordering events. */
#include "ring/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

int
reader_open(struct reader *r, int instance, unsigned kb)
{
	char header[4096];
	int e;

	if (file_read(instance, "events/header_page", header, sizeof header) <
		0 ||
	    ring_layout_parse(&r->layout, header) != 0)
		return -1;
	r->instance = instance;
	/* While this is above 0 poll waits for more than one event. */
	r->poll_unreliable = file_read(instance, "buffer_percent", header, 4) >
		0 &&
	    strcmp(header, "0\n") != 0;
	r->pages = (size_t)kb * 1024 / r->layout.page_size + 2;
	r->page = malloc(r->layout.page_size);
	if (r->page && cpus_open(r) == 0 &&
	    (r->last = calloc((size_t)r->cpus, sizeof *r->last)) &&
	    (r->empty = calloc((size_t)r->cpus, sizeof *r->empty)))
		return 0;
	e = errno;
	reader_free(r);
	errno = e;
	return -1;
}

static struct reader_record *
record_add(struct reader *r)
{
	struct reader_record *p;
	size_t room = r->room ? r->room * 2 : 1024;

	if (r->count == r->room) {
		p = realloc(r->records, room * sizeof *p);
		if (!p)
			return NULL;
		r->records = p;
		r->room = room;
	}
	p = &r->records[r->count++];
	*p = (struct reader_record){ .seq = r->seq++ };
	return p;
}

static int
add_mark(struct reader *r, uint64_t ts, uint64_t lost, uint64_t until, int cpu)
{
	struct reader_record *p = record_add(r);

	if (!p)
		return -1;
	p->ts = ts;
	p->cpu = cpu;
	p->lost = lost;
	p->until = until;
	return 0;
}

/*
 * A gap has two ends, the last event read before it and the first after it;
 * what other CPUs record in between may be about tasks whose events are gone.
 * So there is a mark at each, and the first counts what was lost.
 */
static int
add_gap(struct reader *r, const struct ring_page *page, int i)
{
	uint64_t from = r->last[i] < page->ts ? r->last[i] : page->ts - 1;

	if (add_mark(r, from, page->lost, page->ts, r->cpu[i]) != 0)
		return -1;
	return add_mark(r, page->ts, 0, page->ts, r->cpu[i]);
}

static int
add_page(struct reader *r, const struct ring_page *start, int i)
{
	struct ring_page page = *start;
	struct ring_record rec;
	int more;

	if (page.missed && add_gap(r, &page, i) != 0)
		return -1;
	while ((more = ring_page_next(&page, &rec)) > 0) {
		struct reader_record *p = record_add(r);

		if (!p)
			return -1;
		r->taken++;
		p->ts = rec.ts;
		p->cpu = r->cpu[i];
		p->offset = r->data.len;
		p->len = rec.len;
		buf_add(&r->data, rec.data, rec.len);
		if (r->data.failed)
			return -1;
		r->last[i] = rec.ts;
		if (rec.ts > r->newest)
			r->newest = rec.ts;
		if (r->hook)
			p->note = r->hook(r->hook_arg, &rec);
	}
	if (more < 0)
		r->corrupt++;
	return 0;
}

/* Read a page of a CPU.  Returns 1, 0 when there was nothing, -1 with errno. */
static int
read_page(struct reader *r, int i)
{
	struct ring_page page;
	ssize_t n;

	if (cpu_is_unread(r, i))
		return 0;
	n = read(r->poll[i].fd, r->page, r->layout.page_size);
	if (n < 0 && errno == ENODEV)
		cpu_set_absent(r, &r->poll[i]);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		return -1;
	if (n <= 0)
		return 0;
	if (ring_page_open(&page, &r->layout, r->page, (size_t)n))
		r->corrupt++;
	else if (add_page(r, &page, i) != 0)
		return -1;
	return 1;
}

/*
 * Read a page of each CPU that has one and was not empty yet in this sweep.
 * Returns how many of those there may still be, or -1 with errno.
 */
static int
read_round(struct reader *r)
{
	int n, left = 0;

	r->quiet = true;
	for (int i = 0; i < r->cpus; i++) {
		if (!r->poll[i].revents || r->poll[i].fd < 0) {
			r->empty[i] = true;
			continue;
		}
		r->quiet = false;
		if (r->empty[i])
			continue;
		n = read_page(r, i);
		if (n < 0)
			return -1;
		r->empty[i] = n == 0;
		left += n;
	}
	return left;
}

/* Drop what was handed out; keep the bytes of the rest. */
static int
compact(struct reader *r)
{
	struct buf old = r->data;
	size_t kept = 0;

	r->data = r->spare;
	r->data.len = 0;
	for (size_t i = r->next; i < r->count; i++) {
		struct reader_record *p = &r->records[i];

		buf_add(&r->data, old.data + p->offset, p->len);
		p->offset = r->data.len - p->len;
		r->records[kept++] = *p;
	}
	r->spare = old;
	r->count = kept;
	r->next = r->settled = 0;
	return r->data.failed ? -1 : 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct reader_record *x = a, *y = b;

	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
records_sort(struct reader *r)
{
	qsort(r->records + r->next, r->count - r->next, sizeof *r->records,
	    by_time);
	r->settled = r->next;
}

int
reader_gap(struct reader *r, uint64_t from, uint64_t lost, uint64_t until)
{
	if (add_mark(r, from, lost, until, -1) != 0 ||
	    add_mark(r, until, 0, until, -1) != 0)
		return -1;
	records_sort(r);
	return 0;
}

void
reader_discard(struct reader *r, uint64_t now)
{
	for (; r->next < r->count; r->next++)
		free(r->records[r->next].note);
	r->settled = r->next;
	r->newest = r->before = now;
	for (int i = 0; i < r->cpus; i++)
		r->last[i] = now;
}

long
reader_sweep(struct reader *r)
{
	uint64_t seq;
	int left = 1;

	if (compact(r) != 0)
		return -1;
	seq = r->seq;
	r->before = r->newest;
	cpus_recheck(r);
	for (int i = 0; i < r->cpus; i++)
		r->empty[i] = false;
	for (r->rounds = 0; left && r->rounds < r->pages; r->rounds++) {
		if (!r->polled)
			cpus_look(r);
		r->polled = false;
		left = read_round(r);
		if (left < 0)
			return -1;
	}
	if (r->seq != seq)
		records_sort(r);
	else
		r->quiet = true;
	cpus_swept(r, r->seq != seq);
	return (long)(r->seq - seq);
}

/* Those that have the time of the next one. */
static void
records_settle(struct reader *r)
{
	struct reader_record *first = &r->records[r->next], *p = first;
	bool several = false;

	for (; p < r->records + r->count && p->ts == first->ts; p++)
		if (p->cpu != first->cpu)
			several = true;
	r->settled = (size_t)(p - r->records);
	if (several && r->settle)
		r->settle(r->hook_arg, first, (size_t)(p - first));
}

bool
reader_next(struct reader *r, bool all, const struct reader_record **rec)
{
	if (r->next == r->count ||
	    (!all && r->records[r->next].ts >= r->before))
		return false;
	if (r->next == r->settled)
		records_settle(r);
	*rec = &r->records[r->next++];
	return true;
}

void *
reader_take_note(struct reader *r)
{
	void *note = r->records[r->next - 1].note;

	r->records[r->next - 1].note = NULL;
	return note;
}

void
reader_free(struct reader *r)
{
	reader_close(r);
	while (r->next < r->count)
		free(r->records[r->next++].note);
	free(r->poll);
	free(r->cpu);
	free(r->page);
	free(r->last);
	free(r->empty);
	free(r->records);
	buf_free(&r->data);
	buf_free(&r->spare);
	*r = (struct reader){ 0 };
}
