/* The pipes of all CPUs: their descriptors, what is in them, and the wait for
 * more. */
#include "ring/reader_cpus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/count.h"
#include "base/file.h"
#include "base/units.h"
#include "base/number.h"
#include "kernel/clock.h"

#define STATS_MAX	1024

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

/* setrlimit(3) of musl is 1 KB: it changes all threads of a process. */
static void
set_file_limit(rlim_t most_now)
{
	unsigned long l[] = { (unsigned long)most_now,
		(unsigned long)file_limit.rlim_max };

	syscall(SYS_setrlimit, RLIMIT_NOFILE, l);
}

static void
raise_file_limit(void)
{
	if (!file_limit.rlim_max && getrlimit(RLIMIT_NOFILE, &file_limit) == 0)
		set_file_limit(file_limit.rlim_max);
}

void
reader_restore_limit(void)
{
	if (file_limit.rlim_max)
		set_file_limit(file_limit.rlim_cur);
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
	r->cpu[r->cpus++] = (int)number_parse(name + 3, NULL);
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

int
cpus_open(struct reader *r)
{
	DIR *dir = dir_open(r->instance, "per_cpu");
	struct dirent *d;
	int e = 0;

	raise_file_limit();
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
bool
cpu_is_unread(const struct reader *r, int i)
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
			n = (int64_t)number_parse(p + strlen(keys[k]), NULL);
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
void
cpu_set_absent(struct reader *r, struct pollfd *p)
{
	p->fd = ~p->fd;
	p->revents = 0;
	r->absent++;
}

void
cpus_recheck(struct reader *r)
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
void
cpus_look(struct reader *r)
{
	struct timespec none = { 0, 0 };

	r->looked = clock_boot();
	take_poll(r, ppoll(r->poll, (nfds_t)r->cpus + 1, &none, NULL));
}

void
cpus_swept(struct reader *r, bool found)
{
	if (r->empty_polls < EMPTY_POLLS_MAX) {
		if (!found && r->ready)
			r->empty_polls++;
		else
			r->empty_polls = 0;
	}
	r->ready = false;
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
