#include "reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "find.h"
#include "fmt.h"
#include "number.h"
#include "tracefs.h"

/* 3.2 to 3.6 never wake a poller: look this often at least. */
#define POLL_MAX_NS 100000000u

/* Before 3.9 the pipe has no poll of its own: it always seems to be ready.
 * Who is told so in vain so often looks every few ms instead. */
#define LIES_MAX    8
#define NAP_NS	    5000000u

static struct rlimit file_limit; /* as we were given it */

static void
raise_file_limit(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &file_limit) == 0) {
		l.rlim_cur = l.rlim_max = file_limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

void
reader_restore_limit(void)
{
	if (file_limit.rlim_max)
		setrlimit(RLIMIT_NOFILE, &file_limit);
}

static int
open_cpu(struct reader *r, int per_cpu, const char *name)
{
	char path[300];
	struct pollfd *p;
	int *cpu;
	int fd;

	fmt_print(path, sizeof path, "%s/trace_pipe_raw", name);
	fd = openat(per_cpu, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	p = realloc(r->poll, (size_t)(r->cpus + 1) * sizeof *p);
	if (p)
		r->poll = p;
	cpu = realloc(r->cpu, (size_t)(r->cpus + 1) * sizeof *cpu);
	if (cpu)
		r->cpu = cpu;
	if (!p || !cpu) {
		close(fd);
		errno = ENOMEM;
		return -1;
	}
	r->poll[r->cpus] = (struct pollfd){ .fd = fd, .events = POLLIN };
	r->cpu[r->cpus++] = number_int(name + 3);
	return 0;
}

static int
open_cpus(struct reader *r, int instance)
{
	DIR *dir = dir_open(instance, "per_cpu");
	struct dirent *d;
	int e = 0;

	if (!dir)
		return -1;
	while (!e && (d = readdir(dir)))
		if (strncmp(d->d_name, "cpu", 3) == 0 &&
		    open_cpu(r, dirfd(dir), d->d_name) != 0)
			e = errno;
	closedir(dir);
	errno = e ? e : ENOENT;
	return e || !r->cpus ? -1 : 0;
}

int
reader_open(struct reader *r, int instance, unsigned kb)
{
	char header[4096];
	int e;

	if (file_read(instance, "events/header_page", header, sizeof header) <
		0 ||
	    ring_layout_parse(&r->layout, header) != 0)
		return -1;
	raise_file_limit();
	r->instance = instance;
	/* While this is above 0 poll waits for more than one event. */
	r->deaf = file_read(instance, "buffer_percent", header, 4) > 0 &&
	    strcmp(header, "0\n") != 0;
	r->pages = (size_t)kb * 1024 / r->layout.page_size + 2;
	r->page = malloc(r->layout.page_size);
	if (r->page && open_cpus(r, instance) == 0 &&
	    (r->last = calloc((size_t)r->cpus, sizeof *r->last)))
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
 * A gap has two ends, the last event read before it and the first behind it;
 * what other CPUs tell in between may be about tasks whose events are gone.
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
	r->corrupt += more < 0;
	return 0;
}

#define STATS_MAX 1024

/* What ring_buffer.c counts of a CPU, a line each.  Returns -1 when it cannot
 * be read. */
static ssize_t
read_stats(const struct reader *r, int i, char stats[STATS_MAX])
{
	char path[64];

	fmt_print(path, sizeof path, "per_cpu/cpu%d/stats", r->cpu[i]);
	return file_read(r->instance, path, stats, STATS_MAX);
}

/*
 * Before 3.7, who reads a CPU that has had no event yet gets wrong times of it
 * from then on, for a page: "ring-buffer: Fix uninitialized read_stamp", Linux
 * commit a5fb833172ec.
 */
static bool
is_unread(const struct reader *r, int i)
{
	static const char none[] = "entries: 0\n";
	char stats[STATS_MAX];

	return r->careful && !r->last[i] && read_stats(r, i, stats) > 0 &&
	    strncmp(stats, none, strlen(none)) == 0;
}

uint64_t
reader_untold(const struct reader *r)
{
	static const char *const keys[] = { "entries: ", "\noverrun: ",
		"dropped events: " };
	char stats[STATS_MAX], *p;
	uint64_t sum = 0;
	int64_t n;

	for (int i = 0; i < r->cpus; i++) {
		if (read_stats(r, i, stats) < 0)
			continue;
		for (int k = 0; k < 3; k++) {
			p = find_text(stats, keys[k]);
			n = p ? (int64_t)number_unsigned(
				    p + strlen(keys[k]), NULL, 10) :
				0;
			sum += n > 0 ? (uint64_t)n : 0;
		}
	}
	return sum;
}

/*
 * Is there something to read?  Never read in vain: rb_get_reader_page() of
 * kernel/trace/ring_buffer.c first looks whether its page has been read to the
 * end, and then whether the writer has left it; what is written in between is
 * skipped, and stays in "entries:" of the stats for ever.  A virtual CPU may
 * stand still there.  Before 3.9 the pipe has no poll, and says yes.
 */
static void
look(const struct reader *r, struct pollfd *p, int count)
{
	struct timespec none = { 0, 0 };

	if (!r->deaf && ppoll(p, (nfds_t)count, &none, NULL) >= 0)
		return;
	for (int i = 0; i < count; i++)
		p[i].revents = POLLIN;
}

static int
read_cpu(struct reader *r, int i)
{
	struct ring_page page;
	ssize_t n;

	if (is_unread(r, i))
		return 0;
	for (size_t pages = 0; pages < r->pages && r->poll[i].revents;
	     pages++) {
		n = read(r->poll[i].fd, r->page, r->layout.page_size);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (n <= 0)
			break;
		if (ring_page_open(&page, &r->layout, r->page, (size_t)n))
			r->corrupt++;
		else if (add_page(r, &page, i) != 0)
			return -1;
		look(r, &r->poll[i], 1);
	}
	return 0;
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
	r->next = 0;
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

long
reader_sweep(struct reader *r)
{
	uint64_t seq;

	if (compact(r) != 0)
		return -1;
	seq = r->seq;
	r->before = r->newest;
	look(r, r->poll, r->cpus);
	for (int i = 0; i < r->cpus; i++)
		if (read_cpu(r, i) != 0)
			return -1;
	if (r->lies < LIES_MAX)
		r->lies = r->seq != seq || !r->ready ? 0 : r->lies + 1;
	r->ready = false;
	if (r->seq != seq)
		qsort(r->records, r->count, sizeof *r->records, by_time);
	return (long)(r->seq - seq);
}

bool
reader_next(struct reader *r, bool all, const struct reader_record **rec)
{
	if (r->next == r->count || (!all && r->records[r->next].ts > r->before))
		return false;
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

int
reader_wait(struct reader *r, uint64_t ns, const sigset_t *mask)
{
	struct timespec t = { 0, 0 };
	int n;

	if (r->lies >= LIES_MAX && ns > NAP_NS)
		ns = NAP_NS;
	if (ns > POLL_MAX_NS)
		ns = POLL_MAX_NS;
	t.tv_nsec = (long)ns;
	n = ppoll(r->poll, r->lies >= LIES_MAX ? 0 : (nfds_t)r->cpus, &t, mask);
	r->ready = n > 0 || r->lies >= LIES_MAX;
	return n;
}

void
reader_close(struct reader *r)
{
	for (int i = 0; i < r->cpus; i++)
		close(r->poll[i].fd);
	r->cpus = 0;
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
	free(r->records);
	buf_free(&r->data);
	buf_free(&r->spare);
	*r = (struct reader){ 0 };
}
