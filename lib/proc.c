#include "proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "clock.h"
#include "find.h"
#include "fmt.h"
#include "number.h"
#include "tracefs.h"

#define NS_PER_S     1000000000u

/* Fields of /proc/PID/stat behind the comm, counted as in proc(5). */
#define STAT_PPID    4
#define STAT_PGRP    5
#define STAT_FLAGS   9
#define STAT_THREADS 20
#define STAT_START   22

#define PF_EXITING   4 /* include/linux/sched.h: in do_exit */

int
proc_stat_parse(struct proc_stat *s, const char *text, size_t len)
{
	const char *open = memchr(text, '(', len);
	const char *close = memrchr(text, ')', len), *p;
	size_t n;
	int field;

	if (!open || !close || close < open || close[1] != ' ')
		goto bad;
	*s = (struct proc_stat){ .pid = number_int(text) };
	n = (size_t)(close - open) - 1;
	memcpy(s->comm, open + 1, n < COMM_LEN ? n : COMM_LEN - 1);
	p = close + 2;
	s->zombie = *p == 'Z' || *p == 'X';
	for (field = 3; *p; field++) {
		if (field == STAT_PPID)
			s->ppid = number_int(p);
		else if (field == STAT_PGRP && *p == '-')
			goto bad; /* waited for just now: nobody's child */
		else if (field == STAT_FLAGS)
			s->zombie |= (number_unsigned(p, NULL, 10) &
					 PF_EXITING) != 0;
		else if (field == STAT_THREADS)
			s->threads = number_int(p);
		else if (field == STAT_START)
			s->start = number_unsigned(p, NULL, 10);
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	s->dead = s->zombie ? 1 + (s->threads > 1) : 0;
	if (field > STAT_START && s->pid > 0)
		return 0;
bad:
	errno = EINVAL;
	return -1;
}

int
proc_stat_read(struct proc_stat *s, int pid)
{
	char name[32], text[1024];
	ssize_t n;

	fmt_print(name, sizeof name, "/proc/%d/stat", pid);
	n = file_read(AT_FDCWD, name, text, sizeof text);
	if (n < 0)
		return -1;
	return proc_stat_parse(s, text, (size_t)n);
}

/* The first thread of a process, as it was now. */
static void
describe(struct event *e, const struct proc_stat *s, uint64_t now)
{
	*e = (struct event){ .type = EVENT_TASK,
		.ts = now,
		.cpu = -1,
		.tid = s->pid,
		.pid = s->pid,
		.ppid = s->ppid,
		.start = proc_ticks_ns(s->start),
		.group_dead = s->dead,
		.args.argc = -1 };
	memcpy(e->comm, s->comm, COMM_LEN);
}

int
proc_look(int tid, struct event *e)
{
	char name[32], text[2048];
	struct proc_stat s;
	const char *tgid;
	uint64_t now = clock_boot();

	fmt_print(name, sizeof name, "/proc/%d/status", tid);
	if (proc_stat_read(&s, tid) != 0 ||
	    file_read(AT_FDCWD, name, text, sizeof text) < 0)
		return -1;
	tgid = find_text(text, "\nTgid:");
	describe(e, &s, now);
	if (tgid)
		e->pid = number_int(tgid + 6);
	return 0;
}

bool
proc_same_start(uint64_t a, uint64_t b)
{
	return a + 2 * PROC_TICK >= b && a <= b + 2 * PROC_TICK;
}

uint64_t
proc_ticks_ns(uint64_t ticks)
{
	static uint64_t hz;

	if (!hz)
		hz = (uint64_t)getauxval(AT_CLKTCK);
	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}

/* One EVENT_TASK for each thread but the first. */
static int
list_threads(
    struct event *e, int (*seen)(void *, const struct event *), void *arg)
{
	struct proc_stat s;
	struct dirent *d;
	char name[32];
	int r = 0;
	DIR *dir;

	e->group_dead = 0;

	fmt_print(name, sizeof name, "/proc/%d/task", e->pid);
	dir = opendir(name);
	if (!dir)
		return 0;
	while (!r && (d = readdir(dir))) {
		e->tid = number_int(d->d_name);
		if (e->tid <= 0 || e->tid == e->pid ||
		    proc_stat_read(&s, e->tid) != 0 || s.zombie)
			continue;
		e->start = proc_ticks_ns(s.start);
		memcpy(e->comm, s.comm, COMM_LEN);
		r = seen(arg, e);
	}
	closedir(dir);
	return r;
}

int
proc_list(int (*seen)(void *, const struct event *), void *arg)
{
	DIR *dir = opendir("/proc");
	struct proc_stat s;
	struct dirent *d;
	struct event e;
	int r = 0;

	if (!dir)
		return -1;
	while (!r && (d = readdir(dir))) {
		uint64_t now = clock_boot();

		if (!isdigit((unsigned char)d->d_name[0]) ||
		    proc_stat_read(&s, number_int(d->d_name)))
			continue;
		describe(&e, &s, now);
		r = seen(arg, &e);
		if (!r && s.threads > 1)
			r = list_threads(&e, seen, arg);
	}
	closedir(dir);
	return r;
}

long
proc_cmdline(int pid, char *buf, size_t size)
{
	char name[32];
	size_t len = 0;
	ssize_t n;
	int fd;

	fmt_print(name, sizeof name, "/proc/%d/cmdline", pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while (len < size && (n = read(fd, buf + len, size - len)) > 0)
		len += (size_t)n;
	file_close(fd);
	return (long)len;
}

unsigned
proc_namespace(const char *type)
{
	char path[32], link[64] = "";

	/* "pid:[4026531836]" */
	fmt_print(path, sizeof path, "/proc/self/ns/%s", type);
	if (readlink(path, link, sizeof link - 1) < 0)
		return 0;
	return (unsigned)number_unsigned(
	    link + strcspn(link, "0123456789"), NULL, 10);
}

int
proc_sysctl(const char *name)
{
	char path[64], text[32];

	fmt_print(path, sizeof path, "/proc/sys/kernel/%s", name);
	if (file_read(AT_FDCWD, path, text, sizeof text) <= 0)
		return 0;
	return number_int(text);
}
