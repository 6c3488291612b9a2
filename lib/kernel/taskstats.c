/* Each exit of a task and the record that taskstats has of it, joined. */
#include "kernel/taskstats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/cpus.h"
#include "kernel/genl.h"
#include "kernel/machine.h"
#include "kernel/proc.h"
#include "kernel/stats.h"
#include "base/file.h"
#include "base/units.h"

#define MESSAGE_MAX  8192 /* two structs of 500 to 800 bytes */
#define BUFFER_SIZE  (64 << 20)
#define FLUSH_NS     20000000u
#define TICK_LATE_NS 1000000u
#define LOOK_NS	     10000000000u

int
taskstats_parse(
    uint16_t family, const void *bytes, size_t len, struct taskstats_record *r)
{
	struct stats_answer a;
	struct genl_message m;
	struct stats s;

	if (len < sizeof m)
		return 0;
	memcpy(&m, bytes, sizeof m);
	if (m.type != family || m.command != STATS_NEW ||
	    !stats_find(bytes, len, &a) || !stats_load(&a, stats_moved(&a), &s))
		return 0;
	*r = (struct taskstats_record){ .tid = (int)a.tid,
		.code = (int)s.exitcode,
		.elapsed = s.etime * NS_PER_US,
		.uid = s.uid,
		.usage = { .known = true,
		    /* nodelayacct zeroes it before Linux 5.14. */
		    .no_wait = !s.cpu_count,
		    .user = s.utime * NS_PER_US,
		    .system = s.stime * NS_PER_US,
		    .cpu_min = s.run_virtual_total,
		    .wait = s.cpu_delay_total,
		    .blkio = s.blkio_delay_total,
		    .swap = s.swapin_delay_total,
		    .reclaim = s.freepages_delay_total,
		    .nvcsw = s.nvcsw,
		    .nivcsw = s.nivcsw,
		    .majflt = s.majflt,
		    .maxrss = s.hiwater_rss << 10,
		    .read = s.read_bytes,
		    .write = s.write_bytes } };
	/* A kernel thread may end with an errno. */
	if (s.exitcode > 0xffff || (s.exitcode & 0x7f) > CODE_SIGNALS)
		r->code = CODE_UNKNOWN;
	memcpy(r->comm, s.comm, COMM_LEN - 1);
	return 1;
}

/* Where the first record of a task is, or a new one belongs. */
static struct taskstats_record **
record_find(struct taskstats *t, int tid)
{
	struct taskstats_record **p;

	p = &t->bucket[(unsigned)tid % TASKSTATS_BUCKETS];
	while (*p && (*p)->tid != tid)
		p = &(*p)->next;
	return p;
}

static void
record_free(struct taskstats_record **p)
{
	struct taskstats_record *r = *p;

	*p = r->next;
	free(r);
}

static int
record_append(struct taskstats *t, const struct taskstats_record *r)
{
	struct taskstats_record **p = record_find(t, r->tid);
	struct taskstats_record *n = malloc(sizeof *n);

	if (!n)
		return -1;
	while (*p)
		p = &(*p)->next;
	*n = *r;
	n->next = NULL;
	*p = n;
	return 1;
}

/* The next record that is queued: 1, 0 for none, -1 when some were lost or
 * memory is. */
static int
record_receive(struct taskstats *t, struct taskstats_record *r)
{
	static char bytes[MESSAGE_MAX];
	ssize_t n;

	for (;;) {
		n = genl_receive(t->fd, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			t->missed++;
			return -1;
		}
		if (n < 0)
			return 0;
		if (taskstats_parse(t->family, bytes, (size_t)n, r))
			return 1;
	}
}

static void
records_free(struct taskstats *t)
{
	for (int i = 0; i < TASKSTATS_BUCKETS; i++)
		while (t->bucket[i])
			record_free(&t->bucket[i]);
}

/* Forget all that is here and queued.  When more comes than we can take it
 * goes on with the next exit. */
static void
records_forget(struct taskstats *t)
{
	uint64_t now, end = clock_boot() + FLUSH_NS;
	struct taskstats_record r;
	int n;

	records_free(t);
	do {
		now = clock_boot();
		n = record_receive(t, &r);
	} while (n && now < end);
	t->doubt = now; /* all that was queued by then is forgotten */
	t->doubtful = n != 0;
}

void
taskstats_doubt(struct taskstats *t)
{
	if (t->fd >= 0)
		records_forget(t);
}

/* It is cheap enough to be looked at now and then. */
static bool
is_stolen(struct taskstats *t, uint64_t ts)
{
	if (t->stolen || (t->looked && ts < t->looked + LOOK_NS))
		return t->stolen;
	t->looked = ts;
	t->stolen = machine_is_stolen();
	return t->stolen;
}

void
taskstats_join(struct taskstats *t, struct event *e)
{
	struct taskstats_record **p, r;
	int n = 1;

	if (t->fd >= 0 && t->doubtful)
		records_forget(t);
	/* One at that very moment may be from after it, where clocks advance
	 * by a tick. */
	if (t->fd < 0 || t->doubtful || e->ts + t->slack < t->doubt)
		return;
	while (!*(p = record_find(t, e->tid)) && n > 0) {
		n = record_receive(t, &r);
		if (n > 0)
			n = record_append(t, &r);
	}
	if (n < 0)
		records_forget(t);
	else if (*p) {
		if (strcmp((*p)->comm, e->comm) == 0) {
			e->exit.stats_code = (*p)->code;
			e->exit.elapsed = (*p)->elapsed;
			e->exit.has_uid = true;
			e->exit.uid = (*p)->uid;
			e->exit.slack = t->slack;
			e->exit.stolen = is_stolen(t, e->ts);
			e->usage = (*p)->usage;
			e->usage.no_delays = !t->delays || e->usage.no_wait;
			if (t->tick)
				e->usage.cpu_max = e->usage.cpu_min + t->tick;
		}
		record_free(p);
	}
}

/* ---- opening ---- */

/* "0-7": a CPU that comes later has its listener too. */
static void
all_cpus(char *mask, size_t size)
{
	if (file_read_line(
		AT_FDCWD, "/sys/devices/system/cpu/possible", mask, size) <= 0)
		snprintf(mask, size, "0-%d", cpus_possible() - 1);
}

/*
 * The CPU time of a task is brought up to date at each tick while it runs
 * (task_tick_fair(), kernel/sched/fair.c), some later where interrupts are off;
 * not so on CPUs that have no tick while they run one task.
 */
static uint64_t
tick_most(void)
{
	char cpus[GENL_TEXT];
	struct timespec t;

	if (file_read_line(AT_FDCWD, "/sys/devices/system/cpu/nohz_full", cpus,
		sizeof cpus) > 0 &&
	    cpus[0] >= '0' && cpus[0] <= '9')
		return 0;
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &t) != 0)
		return 0;
	return (uint64_t)t.tv_nsec + TICK_LATE_NS;
}

/* Are they counted?  Before Linux 5.14 with the wait for a CPU, or not at all.
 */
static bool
counts_delays(void)
{
	char value[8];

	return file_read_line(AT_FDCWD, "/proc/sys/kernel/task_delayacct",
		   value, sizeof value) <= 0 ||
	    value[0] != '0';
}

int
taskstats_open(struct taskstats *t, struct error *error)
{
	char mask[GENL_TEXT];
	socklen_t len = sizeof t->buffer;
	int size = BUFFER_SIZE, e;

	t->fd = genl_open("TASKSTATS", &t->family);
	if (t->fd < 0)
		return errno == ENOENT ?
		    error_set(error, "not in this kernel") :
		    error_set(error, "%m");
	/* Storms; the memory is only used while records wait. */
	if (setsockopt(t->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	getsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &t->buffer, &len);
	all_cpus(mask, sizeof mask);
	t->tick = tick_most();
	t->delays = counts_delays();
	e = genl_request(
	    t->fd, t->family, STATS_GET, STATS_REGISTER_CPUMASK, mask);
	if (!e) {
		taskstats_doubt(t);
		return 0;
	}
	taskstats_close(t);
	/* add_del_listener(), kernel/taskstats.c, since Linux 3.7 */
	if (e == EINVAL && !proc_is_first())
		return error_set(error, "only in the first pid namespace");
	errno = e;
	return error_set(error, "%m");
}

void
taskstats_close(struct taskstats *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	records_free(t);
}
