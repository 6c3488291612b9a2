/*
 * tree_model: a small kernel that forks, calls and ends at random, of which
 * everything is known; what tracing would show of it is a queue of events, and
 * /proc can be read at any time.  A task here is an incarnation, named by its
 * index; its comm is that index and the number of its execs.
 */
#ifndef TREE_MODEL_H
#define TREE_MODEL_H

#include <stdio.h>
#include <string.h>

#include "task/table.h"

#define PID_MAX	 40
#define TASKS	 512
#define EVENTS	 2048
#define READS	 12	/* of the parent of a process */
#define MS	 1000000ull
#define TICK	 (10 * MS)
#define REUSE	 (45 * MS) /* a number is not reused before, */
#define PAUSE	 (11 * MS) /* nor so soon after its end: starts are cut */
#define NOBODY	 (-1)

struct mtask {
	int tid;
	int process;	/* its first thread; itself for a process */
	int forker;	/* the task that called, NOBODY for the first one */
	int parent;	/* process: now */
	int was;	/* process: its parent as it began */
	bool sibling;	/* CLONE_PARENT */
	uint64_t start, end;
	bool alive;	/* this thread */
	bool dead;	/* process: all of its threads have ended */
	bool reaper;	/* a subreaper, prctl(2) */
	int threads;	/* process: that live */
	int execs, prog; /* process: prog is unique for each exec */
	int began;	/* prog at its fork */
	/* what tracing has reported */
	bool reported;	/* its fork is in the queue */
	bool listed;	/* read in /proc */
	int read[READS], reads; /* parents that were read, in that order */
	int prog_read;	/* what it was seen to run, if listed */
};

struct item {
	struct event e;
	int prog;	/* of an exec */
};

static struct mtask m[TASKS];
static int count;
static int number[PID_MAX];		/* task that has it, NOBODY */
static uint64_t last_start[PID_MAX], last_end[PID_MAX]; /* of a number */
static int counter, progs;
static uint64_t now, armed;
static struct item queue[EVENTS];
static int head, tail;
static bool recording, losing;
static bool reports_dead;	/* group_dead is known */
static bool siblings;	/* there is CLONE_PARENT */
static bool ahead;	/* /proc may be read ahead of the queue */
static unsigned dropped, losses;

static uint32_t seed;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
name_of(char *comm, int i)
{
	snprintf(comm, COMM_LEN, "%d.%d", i, m[i].execs);
}

static void
push(struct event e, int prog)
{
	if (tail < EVENTS)
		queue[tail++] = (struct item){ e, prog };
}

static void
tell_loss(void)
{
	if (!dropped)
		return;
	push((struct event){ .type = EVENT_LOST, .ts = now, .cpu = -1,
	    .lost.count = dropped, .args.argc = -1 }, 0);
	dropped = 0;
	losses++;
}

/* Returns whether it will be seen. */
static bool
emit(struct event e, int prog)
{
	now += 1 + rnd(1000);
	if (!recording)
		return false;
	if (losing) {
		dropped++;
		return false;
	}
	tell_loss();
	e.ts = now;
	e.cpu = 0;
	e.args.argc = -1;
	push(e, prog);
	return true;
}

/* The next free number, as alloc_pid() does; NOBODY. */
static int
alloc(void)
{
	for (int i = 0; i < PID_MAX; i++) {
		counter = counter + 1 < PID_MAX ? counter + 1 : 2;
		if (number[counter] == NOBODY && (!last_start[counter] ||
		    (last_start[counter] + REUSE < now &&
			last_end[counter] + PAUSE < now)))
			return counter;
	}
	return NOBODY;
}

static void
release(int i)
{
	if (number[m[i].tid] != i)
		return;
	number[m[i].tid] = NOBODY;
	last_end[m[i].tid] = now;
}

static void
kernel_fork(int by)
{
	static const uint64_t kinds[] = { 0, 0, 0, 0, 0, FLAG_VFORK,
		FLAG_THREAD, FLAG_THREAD, FLAG_THREAD | FLAG_PARENT,
		FLAG_PARENT };
	uint64_t flags = kinds[rnd(sizeof kinds / sizeof *kinds)];
	int tid = count < TASKS ? alloc() : NOBODY, p = m[by].process;
	struct mtask *n = &m[count];
	struct event e = { .type = EVENT_FORK, .tid = tid, .fork.parent = m[by].tid,
		.fork.flags = flags };

	if (tid == NOBODY || ((p == 0 || !siblings) && flags & FLAG_PARENT))
		return;
	*n = (struct mtask){ .tid = tid, .process = count, .forker = by,
		.parent = flags & FLAG_PARENT ? m[p].parent : p,
		.sibling = flags & FLAG_PARENT, .alive = true, .threads = 1,
		.prog = m[p].prog, .began = m[p].prog,
		.reaper = rnd(8) == 0 };
	n->was = n->parent;
	if (flags & FLAG_THREAD) {
		n->process = p;
		m[p].threads++;
	}
	number[tid] = count;
	name_of(e.comm, count);
	n->reported = emit(e, 0);
	n->start = last_start[tid] = now;
	count++;
}

/* Its children get another parent: find_new_reaper(). */
static void
reparent(int p)
{
	int to = m[p].parent;

	while (to > 0 && (m[to].dead || !m[to].reaper))
		to = m[to].parent;
	if (to < 0)
		to = 0;
	for (int i = 0; i < count; i++)
		if (m[i].process == i && m[i].parent == p &&
		    number[m[i].tid] == i)
			m[i].parent = to;
}

/* One thread ends; the last one is the end of its process, which is a zombie
 * until its parent waits. */
static void
kernel_exit(int i)
{
	int p = m[i].process;
	bool last = --m[p].threads == 0;
	struct event e = { .type = EVENT_EXIT, .tid = m[i].tid,
		.exit.group_dead = reports_dead ? last : -1, .exit.grouped = 1,
		.exit.stats_code = CODE_UNKNOWN, .exit.process_code = CODE_UNKNOWN };

	name_of(e.comm, i);
	emit(e, 0);
	m[i].alive = false;
	m[i].end = now;
	if (i != p)
		release(i);
	if (!last)
		return;
	m[p].dead = true;
	m[p].end = now;
	reparent(p);
	if (rnd(3))
		release(p);
}

static void
kernel_exec(int i)
{
	int p = m[i].process;
	struct event e = { .type = EVENT_EXEC, .tid = m[p].tid,
		.exec.old_tid = m[i].tid };

	if (i != p && ahead && recording)
		return;
	for (int k = 0; k < count; k++)
		if (m[k].process == p && k != i && m[k].alive)
			kernel_exit(k);
	if (i != p) {
		m[i].alive = false;
		m[i].end = now;
		release(i);
		m[p].alive = true;
	}
	m[p].execs++;
	m[p].prog = ++progs;
	name_of(e.comm, p);
	emit(e, m[p].prog);
}

static void
kernel_group_exit(int p)
{
	while (m[p].threads > 0) {
		int k = (int)rnd((unsigned)count);

		while (m[k].process != p || !m[k].alive)
			k = (k + 1) % count;
		kernel_exit(k);
	}
}

/* A thread that lives, NOBODY if there are only few. */
static int
some_task(void)
{
	int k = (int)rnd(PID_MAX);

	for (int i = 0; i < PID_MAX; i++, k = (k + 1) % PID_MAX)
		if (number[k] != NOBODY && m[number[k]].alive)
			return number[k];
	return NOBODY;
}

static void
kernel_step(void)
{
	int i = some_task(), k = (int)rnd(PID_MAX);
	unsigned what = rnd(16);

	now += rnd(4) ? rnd(MS) : rnd(6 * MS);
	if (what < 7)
		kernel_fork(i);
	else if (what < 9)
		kernel_exec(i);
	else if (what < 11 && (m[i].process || m[0].threads > 1) && i > 0)
		kernel_exit(i);
	else if (what < 14 && m[i].process > 0)
		kernel_group_exit(m[i].process);
	else if (what == 15 && number[k] != NOBODY && m[number[k]].dead)
		release(number[k]);	/* wait(2) */
}

/* A fresh one, with init and a few others. */
static void
kernel_begin(void)
{
	count = head = tail = progs = 0;
	dropped = losses = 0;
	recording = losing = false;
	now = 1000 * MS;
	counter = 1;
	memset(last_start, 0, sizeof last_start);
	memset(last_end, 0, sizeof last_end);
	for (int i = 0; i < PID_MAX; i++)
		number[i] = NOBODY;
	m[count++] = (struct mtask){ .tid = 1, .forker = NOBODY,
		.parent = NOBODY, .was = NOBODY, .start = 1, .alive = true,
		.reaper = true, .threads = 1, .reported = false };
	number[1] = 0;
	for (unsigned n = rnd(60); n > 0; n--)
		kernel_step();
}

/* ---- /proc ---- */

/* What it says of a number now.  Returns the task, NOBODY. */
static int
proc_read(int tid, struct event *e)
{
	int i = tid >= 0 && tid < PID_MAX ? number[tid] : NOBODY, p;

	if (i == NOBODY)
		return NOBODY;
	p = m[i].process;
	*e = (struct event){ .type = EVENT_TASK, .ts = ++now, .cpu = -1,
		.tid = tid, .found.pid = m[p].tid, .found.start = m[i].start / TICK * TICK,
		.found.ppid = p ? m[m[p].parent].tid : 0, .found.state = !m[i].alive,
		.args.argc = -1 };
	name_of(e->comm, i);
	m[i].listed = true;
	m[i].prog_read = m[p].prog;
	if (i == p && m[i].reads < READS &&
	    (!m[i].reads || m[i].read[m[i].reads - 1] != m[i].parent))
		m[i].read[m[i].reads++] = m[i].parent;
	return i;
}

#endif
