/* Tasks that exist, as records: from /proc, one by one. */
#include "kernel/proc_task.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "base/number.h"

/* The first thread of a process, as it was now. */
static void
describe(struct event *e, const struct proc_stat *s, uint64_t now)
{
	*e = (struct event){ .type = EVENT_TASK,
		.ts = now,
		.cpu = -1,
		.tid = s->pid,
		.found = { .pid = s->pid,
		    .ppid = s->ppid,
		    .start = proc_start_ns(s->start),
		    .state = (enum found_state)s->dead },
		.args.argc = -1 };
	memcpy(e->comm, s->comm, COMM_LEN);
}

int
proc_look(int tid, struct event *e)
{
	char text[2048];
	struct proc_stat s;
	const char *tgid;
	uint64_t now = clock_boot();

	if (proc_stat_read(&s, tid) != 0 ||
	    proc_read(tid, "status", text, sizeof text) < 0)
		return -1;
	tgid = strstr(text, "\nTgid:");
	describe(e, &s, now);
	if (tgid)
		e->found.pid = (int)number_parse(tgid + 6, NULL);
	return 0;
}

/* One EVENT_TASK for each thread but the first. */
static int
list_threads(
    struct event *e, int (*seen)(void *, const struct event *), void *arg)
{
	struct proc_stat s;
	char name[PROC_PATH];
	struct dirent *d;
	int r = 0;
	DIR *dir;

	e->found.state = FOUND_ALIVE;
	proc_path(name, sizeof name, e->found.pid, "task");
	dir = opendir(name);
	if (!dir)
		return 0;
	while (!r && (d = readdir(dir))) {
		e->tid = (int)number_parse(d->d_name, NULL);
		if (e->tid <= 0 || e->tid == e->found.pid ||
		    proc_stat_read(&s, e->tid) != 0 || s.zombie)
			continue;
		e->found.start = proc_start_ns(s.start);
		memcpy(e->comm, s.comm, COMM_LEN);
		r = seen(arg, e);
	}
	closedir(dir);
	return r;
}

int
proc_list(int (*seen)(void *, const struct event *), void *arg)
{
	DIR *dir = opendir(proc_root());
	struct proc_stat s;
	struct dirent *d;
	struct event e;
	int r = 0;

	if (!dir)
		return -1;
	while (!r && (d = readdir(dir))) {
		uint64_t now = clock_boot();

		if (!isdigit((unsigned char)d->d_name[0]) ||
		    proc_stat_read(&s, (int)number_parse(d->d_name, NULL)))
			continue;
		describe(&e, &s, now);
		r = seen(arg, &e);
		if (!r && s.threads > 1)
			r = list_threads(&e, seen, arg);
	}
	closedir(dir);
	return r;
}
