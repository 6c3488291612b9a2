/* Pages of all CPUs, read without losing or reordering events. */
#include "ring/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "base/count.h"
#include "base/file.h"
#include "base/units.h"

/* Linux 3.2 to 3.6 never wake a poller.  Where it has been seen to be woken, a
 * wait has no limit, but for the first one after something was read; where it
 * has not, each takes as long as all before it that were in vain. */
#define POLL_MAX_NS	100000000u
#define WOKEN_MIN	3
#define SLEPT_NS	200000u /* poll(2) that took longer has slept */

/* Before 3.9 the pipe has no poll of its own: it always seems to be ready.
 * After so many polls in vain, look every few ms instead. */
#define EMPTY_POLLS_MAX 8
#define NAP_NS		5000000u

/* When to look whether a CPU without a buffer has one now: so long after the
 * last look, if something was read since, or if no event does. */
#define RECHECK_NS	100000000u
#define ABSENT_NS	1000000000u

static struct rlimit file_limit; /* as we were given it */

static void
raise_file_limit(void)
{
	struct rlimit l;

	if (!file_limit.rlim_max &&
	    getrlimit(RLIMIT_NOFILE, &file_limit) == 0) {
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

	snprintf(path, sizeof path, "%s/trace_pipe_raw", name);
	fd = openat(per_cpu, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	p = realloc(r->poll, (size_t)(r->cpus + 2) * sizeof *p);
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
	r->cpu[r->cpus++] = (int)strtol(name + 3, NULL, 10);
	reader_notify(r, -1);
	return 0;
}

void
reader_notify(struct reader *r, int fd)
{
	r->poll[r->cpus] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

bool
reader_notified(const struct reader *r)
{
	return r->poll[r->cpus].revents != 0;
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
	r->poll_unreliable = file_read(instance, "buffer_percent", header, 4) >
		0 &&
	    strcmp(header, "0\n") != 0;
	r->pages = (size_t)kb * 1024 / r->layout.page_size + 2;
	r->page = malloc(r->layout.page_size);
	if (r->page && open_cpus(r, instance) == 0 &&
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

#define STATS_MAX 1024

/* What ring_buffer.c counts of a CPU, a line each.  Returns -1 when it cannot
 * be read. */
static ssize_t
read_stats(const struct reader *r, int i, char stats[STATS_MAX])
{
	char path[64];

	snprintf(path, sizeof path, "per_cpu/cpu%d/stats", r->cpu[i]);
	return file_read(r->instance, path, stats, STATS_MAX);
}

/*
 * Before 3.7, a CPU that is read before its first event has wrong times from
 * then on, for a page: "ring-buffer: Fix uninitialized read_stamp", Linux
 * commit a5fb833172ec.
 */
static bool
is_unread(const struct reader *r, int i)
{
	static const char none[] = "entries: 0\n";
	char stats[STATS_MAX];

	return r->skip_unread_cpus && !r->last[i] &&
	    read_stats(r, i, stats) > 0 &&
	    strncmp(stats, none, strlen(none)) == 0;
}

/* The sum of some of the numbers, of all CPUs. */
static uint64_t
sum_stats(const struct reader *r, const char *const *keys, int count)
{
	char stats[STATS_MAX], *p;
	uint64_t sum = 0;
	int64_t n;

	for (int i = 0; i < r->cpus; i++) {
		if (read_stats(r, i, stats) < 0)
			continue;
		for (int k = 0; k < count; k++) {
			p = strstr(stats, keys[k]);
			if (!p)
				continue;
			n = (int64_t)strtoull(p + strlen(keys[k]), NULL, 10);
			if (n > 0)
				sum += (uint64_t)n;
		}
	}
	return sum;
}

uint64_t
reader_untold(const struct reader *r)
{
	static const char *const keys[] = {
		"entries: ", "\noverrun: ", "dropped events: "
	};

	return sum_stats(r, keys, COUNT(keys));
}

int64_t
reader_foreign(const struct reader *r)
{
	static const char *const keys[] = { "read events: " };

	return (int64_t)(sum_stats(r, keys, COUNT(keys)) - r->taken);
}

/*
 * A CPU that has not been online since the buffer was made has none: poll
 * gives POLLERR, read ENODEV (ring_buffer_poll_wait() and
 * ring_buffer_alloc_read_page(), kernel/trace/ring_buffer.c).  poll(2) ignores
 * a negative descriptor.  The buffer comes with the CPU, and stays when the
 * CPU goes offline.
 */
static void
cpu_set_absent(struct reader *r, struct pollfd *p)
{
	p->fd = ~p->fd;
	p->revents = 0;
	r->absent++;
}

static void
recheck_absent(struct reader *r)
{
	uint64_t now = clock_boot();

	if (!r->absent || now < r->recheck)
		return;
	r->recheck = now + RECHECK_NS;
	r->rechecked = r->seq;
	for (int i = 0; i < r->cpus; i++)
		if (r->poll[i].fd < 0)
			r->poll[i].fd = ~r->poll[i].fd;
	r->absent = 0;
	r->polled = false;
}

/* What poll(2) said of each CPU; n is what it returned. */
static void
take_poll(struct reader *r, int n)
{
	for (int i = 0; i < r->cpus; i++) {
		struct pollfd *p = &r->poll[i];

		if (n >= 0 && (p->revents & POLLERR))
			cpu_set_absent(r, p);
		else if ((n < 0 || r->poll_unreliable) && p->fd >= 0)
			p->revents = POLLIN;
	}
	r->polled = true;
}

/*
 * Is there something to read?  Never read in vain: rb_get_reader_page() of
 * kernel/trace/ring_buffer.c first looks whether its page has been read to the
 * end, and then whether the writer has left it; what is written in between is
 * skipped, and stays in "entries:" of the stats for ever.  A virtual CPU may
 * stand still there.  Before 3.9 the pipe has no poll, and says yes.
 */
static void
reader_look(struct reader *r)
{
	struct timespec none = { 0, 0 };

	r->looked = clock_boot();
	take_poll(r, ppoll(r->poll, (nfds_t)r->cpus + 1, &none, NULL));
}

/* Read a page of a CPU.  Returns 1, 0 when there was nothing, -1 with errno. */
static int
read_page(struct reader *r, int i)
{
	struct ring_page page;
	ssize_t n;

	if (is_unread(r, i))
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
	recheck_absent(r);
	for (int i = 0; i < r->cpus; i++)
		r->empty[i] = false;
	for (r->rounds = 0; left && r->rounds < r->pages; r->rounds++) {
		if (!r->polled)
			reader_look(r);
		r->polled = false;
		left = read_round(r);
		if (left < 0)
			return -1;
	}
	if (r->seq != seq)
		records_sort(r);
	else
		r->quiet = true;
	if (r->empty_polls < EMPTY_POLLS_MAX) {
		if (r->seq == seq && r->ready)
			r->empty_polls++;
		else
			r->empty_polls = 0;
	}
	r->ready = false;
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

/* How long to wait at most. */
static uint64_t
wait_limit(const struct reader *r)
{
	if (r->empty_polls >= EMPTY_POLLS_MAX)
		return NAP_NS;
	if (r->poll_unreliable || r->waited != r->seq ||
	    (r->absent && r->rechecked != r->seq))
		return POLL_MAX_NS;
	if (r->woken < WOKEN_MIN)
		return r->vain > POLL_MAX_NS ? r->vain : POLL_MAX_NS;
	return r->absent && !r->cpu_events ? ABSENT_NS : UINT64_MAX;
}

int
reader_wait(struct reader *r, uint64_t ns, const sigset_t *mask)
{
	uint64_t begin = clock_boot(), limit = wait_limit(r);
	bool polls = r->empty_polls < EMPTY_POLLS_MAX;
	struct timespec t;
	int n;

	ns = ns < limit ? ns : limit;
	t.tv_sec = (time_t)(ns / NS_PER_S);
	t.tv_nsec = (long)(ns % NS_PER_S);
	n = ppoll(r->poll, polls ? (nfds_t)r->cpus + 1 : 0,
	    ns == UINT64_MAX ? NULL : &t, mask);
	if (n == 0) {
		if (r->waited != r->seq)
			r->vain = 0;
		r->vain += ns;
		r->waited = r->seq;
	}
	if (n > 0 && reader_notified(r))
		n--;
	r->ready = n > 0 || !polls;
	if (n > 0) {
		r->looked = begin;
		take_poll(r, n);
		if (clock_boot() - begin > SLEPT_NS)
			r->woken++;
	}
	return n;
}

void
reader_close(struct reader *r)
{
	for (int i = 0; i < r->cpus; i++)
		close(r->poll[i].fd < 0 ? ~r->poll[i].fd : r->poll[i].fd);
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
	free(r->empty);
	free(r->records);
	buf_free(&r->data);
	buf_free(&r->spare);
	*r = (struct reader){ 0 };
}
