/* Many processes for each system call: /proc alone takes three for each. */
#include "kernel/proclist.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/genl.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "kernel/stats.h"
#include "base/units.h"
#include "base/count.h"
#include "base/number.h"

#define BUFFER_SIZE (1 << 20)

struct list {
	int (*seen)(void *, const struct event *);
	void *arg;
	int fd; /* -1: by /proc */
	uint16_t family;
	size_t moved;	   /* the fields, by so many bytes */
	uint64_t ask, end; /* when the batch was sent, and done */
	struct genl_batch batch;
};

/* ---- one answer ---- */

/* The answer to request i, with the fields moved by so much.  Returns false
 * when it is none, or not about that process. */
static bool
stats_get(const struct list *l, int i, size_t moved, struct stats *s)
{
	const struct genl_batch *b = &l->batch;
	struct stats_answer a;

	return !b->error[i] && stats_find(b->answer[i], b->len[i], &a) &&
	    stats_load(&a, moved, s) && s->pid == b->number[i];
}

/* Requests are worked on one after the other, each as long as the others. */
static uint64_t
stats_start(const struct list *l, int i, const struct stats *s)
{
	uint64_t took = l->end - l->ask;
	uint64_t at = l->ask +
	    took * (2 * (unsigned)i + 1) / (2 * (unsigned)l->batch.count);

	return at - s->etime * NS_PER_US;
}

/* Returns 0 with errno when the batch was sent and worked on. */
static int
batch_ask(struct list *l)
{
	int e;

	l->ask = clock_boot();
	e = genl_batch_send(l->fd, l->family, STATS_GET, STATS_PID, &l->batch);
	l->end = clock_boot();
	if (!e)
		genl_batch_receive(l->fd, l->family, &l->batch);
	return e;
}

/* ---- can taskstats be used? ---- */

/* Ask for this process: where are the fields?  And are the start times those
 * of /proc?  If the machine was asleep since, that of the first process is
 * not.  Returns NULL, or why not. */
static const char *
list_probe(struct list *l)
{
	static const size_t moved[] = { 0, 3 * 8, 6 * 8 };
	struct proc_stat first;
	uint64_t began, says;
	struct stats s;
	size_t i = 0;

	l->batch.number[0] = (uint32_t)getpid();
	l->batch.number[1] = 1;
	l->batch.count = 2;
	if (batch_ask(l) != 0 || l->batch.error[0])
		return l->batch.error[0] == EPERM ?
		    "/proc (taskstats: not permitted)" :
		    "/proc (taskstats: no answer)";
	while (!stats_get(l, 0, moved[i], &s) || s.ppid != (uint32_t)getppid())
		if (++i == COUNT(moved))
			return "/proc (taskstats: unknown layout)";
	l->moved = moved[i];
	if (!s.hiwater_vm)
		return "/proc (taskstats: not extended)";
	if (!stats_get(l, 1, l->moved, &s) || proc_stat_read(&first, 1) != 0)
		return "/proc (taskstats: no first process)";
	says = stats_start(l, 1, &s) + LIST_SLACK;
	began = proc_start_ns(first.start);
	if (says < began || says > began + proc_start_error() + 2 * LIST_SLACK)
		return "/proc (taskstats: the machine was suspended)";
	return NULL;
}

static const char *
list_choose(struct list *l)
{
	const char *why = "/proc (it is of another pid namespace)";
	int size = BUFFER_SIZE;

	/* Taskstats knows processes by the numbers of our pid namespace. */
	if (proc_has_our_pids()) {
		l->fd = genl_open("TASKSTATS", &l->family);
		why = "/proc (no taskstats here)";
	}
	if (l->fd < 0)
		return why;
	setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	why = genl_connect(l->fd) == 0 ? list_probe(l) :
					 "/proc (taskstats: no connection)";
	if (!why)
		return "taskstats";
	close(l->fd);
	l->fd = -1;
	return why;
}

/* ---- the list ---- */

static int
from_proc(int pid, struct event *e)
{
	struct proc_stat s;

	if (proc_stat_read(&s, pid) != 0)
		return -1;
	e->found.ppid = s.ppid;
	e->found.start = proc_start_ns(s.start);
	e->found.state = (enum found_state)s.dead;
	memcpy(e->comm, s.comm, COMM_LEN);
	return 0;
}

/*
 * Taskstats does not mark a zombie; but it has no memory, nor has a kernel
 * thread (xacct_add_tsk(), kernel/tsacct.c).  Of these /proc knows more.
 */
static int
from_stats(const struct list *l, int i, struct event *e)
{
	struct stats s;

	if (!stats_get(l, i, l->moved, &s) || !s.hiwater_vm)
		return -1;
	e->found.ppid = (int)s.ppid;
	e->found.start = stats_start(l, i, &s);
	e->found.state = FOUND_ALIVE;
	memcpy(e->comm, s.comm, COMM_LEN - 1);
	return 0;
}

/* Report what the batch has, and empty it. */
static int
batch_report(struct list *l)
{
	struct genl_batch *b = &l->batch;
	bool asked = l->fd >= 0 && b->count && batch_ask(l) == 0;
	bool exact = asked && l->end - l->ask < LIST_SLACK / 2;
	int r = 0;

	for (int i = 0; i < b->count && !r; i++) {
		struct event e = { .type = EVENT_TASK,
			.cpu = -1,
			.tid = (int)b->number[i],
			.found.pid = (int)b->number[i],
			.args.argc = -1 };

		if (asked && b->error[i] == ESRCH)
			continue; /* it has ended meanwhile */
		if ((exact && from_stats(l, i, &e) == 0) ||
		    from_proc(e.tid, &e) == 0)
			r = l->seen(l->arg, &e);
	}
	b->count = 0;
	return r;
}

static int
list_all(struct list *l)
{
	DIR *dir = opendir(proc_root());
	struct dirent *d;
	int r = 0, e;

	if (!dir)
		return -1;
	while (!r && (errno = 0, d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		l->batch.number[l->batch.count++] = (uint32_t)number_parse(
		    d->d_name, NULL);
		if (l->batch.count == GENL_BATCH)
			r = batch_report(l);
	}
	e = r ? 0 : errno;
	if (!r)
		r = batch_report(l);
	closedir(dir);
	if (r || !e)
		return r;
	errno = e;
	return -1;
}

int
list_processes(
    int (*seen)(void *, const struct event *), void *arg, const char **how)
{
	struct list *l = calloc(1, sizeof *l);
	const char *chosen;
	int r, e;

	if (!l)
		return -1;
	l->seen = seen;
	l->arg = arg;
	l->fd = -1;
	chosen = list_choose(l);
	l->batch.count = 0;
	if (how)
		*how = chosen;
	r = list_all(l);
	e = errno;
	if (l->fd >= 0)
		close(l->fd);
	free(l);
	errno = e;
	return r;
}
