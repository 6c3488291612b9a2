/*
 * tasks: parents, threads, pids that are reused, and what a loss of events
 * leaves certain.
 */
#include <string.h>

#include "task/table.h"
#include "tap.h"

#define S 1000000000ull

static struct tasks t;
static struct event e;

static int
apply(struct event event)
{
	e = event;
	return tasks_apply(&t, &e);
}

static void
task(int tid, int pid, int ppid, uint64_t start)
{
	apply((struct event){ .type = EVENT_TASK,
	    .tid = tid,
	    .found.pid = pid,
	    .found.ppid = ppid,
	    .found.start = start,
	    .comm = "base" });
}

static void
fork_flags(int tid, int parent, uint64_t ts, uint64_t flags)
{
	apply((struct event){ .type = EVENT_FORK,
	    .ts = ts,
	    .tid = tid,
	    .fork.parent = parent,
	    .fork.flags = flags,
	    .comm = "child" });
}

static void
fork_(int tid, int parent, uint64_t ts)
{
	fork_flags(tid, parent, ts, 0);
}

static void
thread(int tid, int parent, uint64_t ts)
{
	fork_flags(tid, parent, ts, FLAG_THREAD);
}

static void
exec_by(int pid, int old, uint64_t ts)
{
	apply((struct event){ .type = EVENT_EXEC,
	    .ts = ts,
	    .tid = pid,
	    .exec.old_tid = old,
	    .comm = "new" });
}

static void
exec(int pid, uint64_t ts)
{
	exec_by(pid, pid, ts);
}

static void
exit_dead(int tid, uint64_t ts, int dead)
{
	apply((struct event){ .type = EVENT_EXIT,
	    .ts = ts,
	    .tid = tid,
	    .exit.group_dead = dead,
	    .comm = "c" });
}

static void
exit_(int tid, uint64_t ts)
{
	exit_dead(tid, ts, -1);
}

static void
lost(void)
{
	apply((struct event){ .type = EVENT_LOST });
}

/* What the last event became. */
static void
is(int pid, int ppid, const char *name)
{
	tap_ok(e.task.pid == pid && e.task.ppid == ppid, "%s: pid %d, parent %d", name,
	    e.task.pid, e.task.ppid);
}

/* What is known of a task; pid -1: it must not be there. */
static void
has(int tid, int pid, int ppid, const char *name)
{
	const struct task *p = tasks_find(&t, tid);

	if (pid < 0)
		tap_ok(!p, "%s: gone", name);
	else
		tap_ok(p && p->pid == pid && p->ppid == ppid,
		    "%s: %d: pid %d, parent %d", name, tid, p ? p->pid : -2,
		    p ? p->ppid : -2);
}

static void
begin(void)
{
	tasks_free(&t);
	t.look = NULL;
	task(1, 1, 0, 0);
	task(100, 100, 1, 10 * S);
}

/* ---- no losses ---- */

static void
test_processes(void)
{
	begin();
	fork_(200, 100, 20 * S);
	is(200, 100, "fork");
	exec(200, 21 * S);
	is(200, 100, "exec");
	tap_is_str(tasks_find(&t, 200)->comm, "new", "exec: new name");
	exit_(200, 22 * S);
	is(200, 100, "exit");
	tap_ok(e.task.start == 20 * S && e.task.last == 1, "exit: began, last");
	has(200, -1, 0, "after it");
	exec(100, 23 * S);
	is(100, 1, "of the baseline");
	exit_(100, 24 * S);
	tap_ok(e.task.start == 10 * S && e.task.ppid == 1, "its exit");
	exec(300, 30 * S);
	is(300, PPID_UNKNOWN, "exec of an unknown task");
	exit_(301, 30 * S);
	is(0, PPID_UNKNOWN, "exit of an unknown task");
	tap_ok(e.task.start == 0 && e.task.last == -1, "nothing is guessed");
	fork_(302, 300, 31 * S);
	is(302, PPID_UNKNOWN, "fork by an unknown task");
	exec(302, 32 * S);
	is(302, PPID_UNKNOWN, "and its exec");
	fork_(303, 302, 33 * S);
	is(303, 302, "its child");
	exit_(302, 34 * S);
	exec(303, 35 * S);
	is(303, 302, "the parent is gone: still the one that forked");
}

static void
test_threads(void)
{
	begin();
	thread(101, 100, 20 * S);
	is(100, 1, "thread");
	thread(102, 101, 21 * S);
	is(100, 1, "thread of a thread");
	fork_(200, 102, 22 * S);
	is(200, 100, "fork by a thread");
	exit_(101, 23 * S);
	tap_ok(e.task.pid == 100 && e.task.ppid == 1 && e.task.start == 20 * S &&
		e.task.last == 0,
	    "exit of a thread");
	has(101, -1, 0, "after it");
	exit_(100, 24 * S);
	tap_ok(e.task.pid == 100 && e.task.last == 0, "exit of the first thread");
	fork_(201, 102, 25 * S);
	is(201, 100, "fork by one that is left");
	exit_(102, 26 * S);
	tap_ok(e.task.pid == 100 && e.task.ppid == 1 && e.task.last == 1,
	    "exit of the last thread");
	has(100, -1, 0, "the process after it");
	begin();
	task(101, 100, 1, 10 * S);
	task(102, 100, 1, 10 * S);
	exit_(100, 20 * S);
	exit_(101, 21 * S);
	tap_is_int(e.task.last, 0, "threads of the baseline: not the last");
	exit_(102, 22 * S);
	tap_is_int(e.task.last, 1, "threads of the baseline: the last");
	begin();
	thread(101, 100, 20 * S);
	exit_dead(100, 21 * S, 0);
	exit_dead(101, 22 * S, 1);
	tap_ok(e.task.pid == 100 && e.task.last == 1, "Linux 6.18 reports it");
	has(100, -1, 0, "the process after it");
	begin();
	fork_flags(200, 100, 20 * S, FLAG_UNKNOWN);
	is(200, 100, "flags not known: a process");
	begin();
	thread(301, 300, 20 * S);
	is(0, PPID_UNKNOWN, "thread of a process that is not known");
	fork_(302, 301, 21 * S);
	is(302, PPID_UNKNOWN, "fork by it");
}

static void
test_siblings(void)
{
	begin();
	thread(101, 100, 15 * S);
	fork_flags(200, 100, 20 * S, FLAG_PARENT);
	is(200, 1, "CLONE_PARENT");
	fork_flags(201, 101, 20 * S, FLAG_PARENT);
	is(201, 1, "CLONE_PARENT by a thread");
	fork_flags(202, 100, 20 * S, FLAG_PARENT | FLAG_THREAD);
	is(100, 1, "CLONE_PARENT of a thread");
	fork_flags(203, 100, 20 * S, FLAG_VFORK);
	is(203, 100, "vfork");
	fork_flags(204, 999, 20 * S, FLAG_PARENT);
	is(204, PPID_UNKNOWN, "CLONE_PARENT by an unknown task");
	exec(200, 21 * S);
	is(200, 1, "its exec");
}

static void
test_exec_by_thread(void)
{
	begin();
	thread(101, 100, 20 * S);
	thread(102, 100, 20 * S);
	exit_(102, 21 * S);
	exit_(100, 22 * S); /* the first thread makes way */
	tap_is_int(e.task.last, 0, "the first thread makes way: not the end");
	exec_by(100, 101, 23 * S);
	is(100, 1, "exec by a thread");
	has(101, -1, 0, "its own number");
	has(100, 100, 1, "the process");
	fork_(200, 100, 24 * S);
	is(200, 100, "its child");
	exit_(100, 25 * S);
	tap_ok(e.task.last == 1 && e.task.start == 10 * S, "its end");
	begin();
	thread(101, 100, 20 * S);
	exit_(101, 21 * S);
	exec(100, 22 * S);
	exit_(100, 23 * S);
	tap_is_int(e.task.last, 1, "exec by the first thread: its end");
	begin();
	thread(101, 100, 20 * S);
	exec(100, 22 * S);
	exit_(100, 23 * S);
	tap_is_int(e.task.last, 1, "an exec leaves one thread");
}

/* Before 3.4 no event has the thread: all but the first are gone. */
static void
test_exec_by_any(void)
{
	begin();
	thread(101, 100, 20 * S);
	thread(102, 101, 21 * S);
	fork_(200, 100, 22 * S);
	thread(201, 200, 22 * S);
	exec_by(100, 0, 23 * S);
	is(100, 1, "an exec by any thread");
	has(100, 100, 1, "its process");
	has(101, -1, 0, "its threads");
	has(102, -1, 0, "all of them");
	has(201, 200, 100, "not those of others");
	fork_(101, 200, 24 * S);
	exit_(101, 25 * S);
	tap_ok(e.task.pid == 101 && e.task.ppid == 200 && e.task.last == 1,
	    "the number of one is a process's: it ends");
	thread(102, 100, 26 * S);
	exit_(102, 27 * S);
	tap_ok(e.task.pid == 100 && e.task.last == 0, "or a new thread's");
	exit_(100, 28 * S);
	tap_ok(e.task.pid == 100 && e.task.last == 1, "then its process does");
	exec_by(200, 0, 29 * S);
	has(201, -1, 0, "a second one");
	thread(202, 200, 30 * S);
	exit_(200, 31 * S);
	tap_ok(e.task.pid == 200 && e.task.last == 0, "the first thread ends");
	exec_by(200, 0, 32 * S);
	is(200, 100, "another one takes over");
	has(202, -1, 0, "and is the first one now");
	exit_(200, 33 * S);
	tap_ok(e.task.pid == 200 && e.task.last == 1, "which is the last, too");
	has(200, -1, 0, "after it");
}

/* The exec is read when /proc has been listed already. */
static void
test_exec_listed(void)
{
	begin();
	apply((struct event){ .type = EVENT_TASK, .tid = 300, .found.pid = 300,
	    .found.ppid = 1, .found.start = 10 * S, .ts = 22 * S });
	apply((struct event){ .type = EVENT_TASK, .tid = 301, .found.pid = 300,
	    .found.ppid = 1, .found.start = 21 * S, .ts = 22 * S });
	exec_by(300, 0, 20 * S);
	has(301, 300, 1, "a thread begun after the exec");
	exit_(301, 23 * S);
	tap_ok(e.task.pid == 300 && e.task.last == 0, "it ends");
	exit_(300, 24 * S);
	tap_ok(e.task.pid == 300 && e.task.last == 1, "then its process does");
	/* Of a process that took over a thread's number unseen. */
	apply((struct event){ .type = EVENT_TASK, .tid = 311, .found.pid = 310,
	    .found.start = 21 * S, .found.state = FOUND_ZOMBIE, .ts = 22 * S });
	exec_by(311, 0, 23 * S);
	tap_ok(tasks_find(&t, 311) != NULL, "the task that executes stays");
}

static void
test_reuse(void)
{
	begin();
	fork_(200, 100, 20 * S);
	exit_(200, 21 * S);
	fork_(200, 1, 22 * S);
	is(200, 1, "reused: the new parent");
	exit_(200, 23 * S);
	tap_ok(e.task.start == 22 * S && e.task.ppid == 1, "reused: its own start");
	fork_(201, 100, 30 * S);
	fork_(201, 1, 31 * S); /* its exit never came */
	exec(201, 32 * S);
	is(201, 1, "reused without an exit");
	thread(101, 100, 33 * S);
	fork_(101, 201, 34 * S);
	is(101, 201, "a thread's number reused for a process");
	exit_(100, 35 * S);
	tap_is_int(e.task.last, 1, "the thread does not count any more");
	fork_(300, 201, 40 * S);
	thread(301, 300, 41 * S);
	thread(301, 300, 42 * S); /* its exit never came */
	exit_(301, 43 * S);
	exit_(300, 44 * S);
	tap_is_int(e.task.last, 1, "a thread's number reused in its process");
	fork_(400, 400, 50 * S);
	is(400, PPID_UNKNOWN, "its own parent: nonsense");
	fork_(400, 400, 51 * S);
	tap_ok(tasks_find(&t, 400) != NULL, "and again");
}

static void
test_baseline(void)
{
	begin();
	fork_(200, 100, 20 * S);
	task(200, 200, 1, 20 * S); /* the listing comes later */
	exec(200, 21 * S);
	is(200, 100, "the baseline does not replace a fork");
	task(200, 200, 7, 30 * S);
	exec(200, 31 * S);
	is(200, 100, "nor with another start time");
	task(100, 100, 7, 10 * S);
	exec(100, 31 * S);
	is(100, 1, "nor itself");
	task(300, 300, 100, 5 * S);
	exec(300, 32 * S);
	is(300, 100, "it adds who is missing");
	tap_is_str(tasks_find(&t, 1)->comm, "base", "its name");
}

static void
test_execfail(void)
{
	begin();
	thread(101, 100, 20 * S);
	apply((struct event){
	    .type = EVENT_EXECFAIL, .ts = 21 * S, .tid = 101, .exec.error = 2 });
	is(100, 1, "failed exec of a thread");
	tap_is_str(e.comm, "child", "failed exec: the name of the thread");
	apply((struct event){
	    .type = EVENT_EXECFAIL, .ts = 21 * S, .tid = 999, .exec.error = 2 });
	is(0, PPID_UNKNOWN, "failed exec of an unknown task");
	has(101, 100, 1, "it stays what it was");
}

/* ---- inside ---- */

static void
test_inside(void)
{
	begin();
	task(101, 100, 1, 10 * S);
	task(200, 200, 100, 11 * S);
	task(300, 300, 200, 12 * S);
	task(400, 400, 1, 13 * S);
	tasks_choose(&t, 100);
	exec(300, 20 * S);
	tap_ok(e.task.inside, "a grandchild");
	exec(400, 20 * S);
	tap_ok(!e.task.inside, "another process");
	exit_(1, 20 * S);
	tap_ok(!e.task.inside, "the parent");
	fork_(500, 101, 21 * S);
	tap_ok(e.task.inside, "a child of its thread");
	exit_(500, 22 * S);
	tap_ok(e.task.inside, "the end of it");
	fork_(500, 400, 23 * S);
	tap_ok(!e.task.inside, "its number reused");
	fork_flags(600, 100, 24 * S, FLAG_PARENT);
	tap_ok(e.task.inside, "its CLONE_PARENT child");
	thread(601, 300, 25 * S);
	tap_ok(e.task.inside, "a thread");
	exec_by(300, 601, 26 * S);
	tap_ok(e.task.inside, "exec by that thread");
	apply((struct event){
	    .type = EVENT_EXECFAIL, .ts = 27 * S, .tid = 300, .exec.error = 2 });
	tap_ok(e.task.inside, "failed exec");
	tasks_choose(&t, 12345);
	tap_ok(!tasks_find(&t, 12345), "choosing no process");
}

/* ---- losses ---- */

/* What /proc says now: a process of that start and parent; 0: gone. */
static struct {
	uint64_t start;
	int pid, ppid, asked;
} proc;

static int
look(void *arg, int tid, struct event *now)
{
	proc.asked++;
	if (arg != &proc || !proc.start)
		return -1;
	*now = (struct event){ .type = EVENT_TASK,
		.cpu = -1,
		.tid = tid,
		.found.pid = proc.pid ? proc.pid : tid,
		.found.ppid = proc.ppid,
		.found.start = proc.start,
		.comm = "look" };
	return 0;
}

static void
begin_lost(uint64_t start, int ppid)
{
	begin();
	t.look = look;
	t.look_arg = &proc;
	fork_(200, 100, 20 * S + 3);
	proc.pid = proc.asked = 0;
	proc.start = start;
	proc.ppid = ppid;
	lost();
}

static void
test_loss(void)
{
	begin_lost(20 * S, 55);
	exec(200, 30 * S);
	is(200, 100, "the same incarnation: its fork parent");
	exec(200, 31 * S);
	tap_ok(proc.asked == 1 && e.task.ppid == 100, "asked once a loss");
	begin_lost(25 * S, 55);
	exec(200, 30 * S);
	is(200, 55, "another incarnation: its parent now");
	begin_lost(35 * S, 55);
	exec(200, 30 * S);
	is(200, PPID_UNKNOWN, "a later incarnation: not known");
	begin_lost(30 * S, 55);
	exec(200, 30 * S + 9999999);
	is(200, PPID_UNKNOWN, "one that began in the tick of the event: not known");
	begin_lost(30 * S, 55);
	exec(200, 30 * S + 10000000);
	is(200, 55, "in the tick before: it is that one");
	begin_lost(20 * S, 55);
	exec(200, 20 * S + 5);
	is(200, 100, "the same incarnation, in its first tick");
	begin_lost(0, 0);
	exec(200, 30 * S);
	is(200, PPID_UNKNOWN, "gone: not known");
	begin_lost(20 * S, 55);
	t.look = NULL;
	exec(200, 30 * S);
	is(200, PPID_UNKNOWN, "a replay: not known");
	begin_lost(20 * S, 55);
	fork_(300, 200, 30 * S);
	is(300, 200, "fork, the same incarnation");
	exec(300, 31 * S);
	is(300, 200, "its exec");
	tap_is_int(proc.asked, 1, "what an event reported is not looked up");
	begin_lost(0, 0);
	fork_(300, 200, 30 * S);
	is(300, PPID_UNKNOWN, "fork by one that is gone");
	begin_lost(20 * S, 55);
	exit_(200, 30 * S);
	is(0, PPID_UNKNOWN, "exit: may be its predecessor");
	has(200, -1, 0, "after it");
}

static void
test_loss_more(void)
{
	begin_lost(20 * S, 55);
	thread(201, 200, 20 * S + 4);
	lost();
	t.look = NULL;
	exec_by(200, 201, 30 * S);
	is(200, PPID_UNKNOWN, "exec by a thread in a replay: not known");
	begin_lost(0, 0);
	exec_by(200, 201, 30 * S);
	is(200, PPID_UNKNOWN, "exec by a thread of one that is gone");
	begin_lost(40 * S, 55);
	task(200, 200, 55, 40 * S);
	exec(200, 41 * S);
	is(200, 55, "after a loss the baseline replaces another incarnation");
	begin_lost(20 * S, 55);
	task(200, 200, 55, 20 * S);
	exec(200, 41 * S);
	is(200, 100, "but not the same one");
	begin_lost(5 * S, 7);
	exec(900, 30 * S);
	is(900, 7, "one that was never seen is looked up");
	begin_lost(20 * S, 55);
	apply((struct event){
	    .type = EVENT_EXECFAIL, .ts = 30 * S, .tid = 200, .exec.error = 2 });
	is(200, 100, "failed exec, the same incarnation");
	begin_lost(0, 0);
	apply((struct event){
	    .type = EVENT_EXECFAIL, .ts = 30 * S, .tid = 200, .exec.error = 2 });
	is(0, PPID_UNKNOWN, "failed exec, gone");
}

/* A thread's number that another thread of the process has now. */
static void
test_loss_threads(void)
{
	begin();
	t.look = look;
	t.look_arg = &proc;
	thread(101, 100, 20 * S);
	lost();
	task(100, 100, 1, 10 * S);
	proc.pid = 100;
	proc.ppid = 1;
	proc.start = 25 * S;
	fork_(200, 101, 30 * S);
	is(200, 100, "fork by a thread that took the number over");
	exit_(101, 31 * S);
	exit_(100, 32 * S);
	tap_is_int(e.task.last, 1, "the one before does not count any more");
}

/* ---- many ---- */

static struct {
	int seen, threads, bad;
} each;

static void
seen(void *arg, const struct event *x)
{
	each.bad += arg != &each || x->type != EVENT_TASK ||
	    (x->tid == x->task.pid && each.threads > 0);
	each.threads += x->tid != x->task.pid;
	each.seen++;
}

static void
test_many(void)
{
	int bad = 0;

	begin();
	for (int i = 1000; i < 6000; i++)
		fork_(i, i == 1000 ? 100 : i - 1, 20 * S + (unsigned)i);
	for (int i = 0; i < 50; i++)
		thread(7000 + i, 1000, 30 * S);
	for (int i = 1000; i < 6000; i++) {
		const struct task *p = tasks_find(&t, i);

		bad += !p || p->ppid != (i == 1000 ? 100 : i - 1);
	}
	tap_is_int(bad, 0, "5000 processes");
	tasks_each(&t, seen, &each);
	tap_ok(each.seen == 5052 && each.threads == 50 && each.bad == 0,
	    "each: leaders before threads");
	for (int i = 1000; i < 6000; i++)
		exit_dead(i, 40 * S, i != 1000);
	for (int i = 0; i < 50; i++)
		exit_(7000 + i, 41 * S);
	tap_ok(t.count == 2 && e.task.last == 1, "all ended");
}

int
main(void)
{
	tap_ok(!tasks_find(&t, 1), "an empty table");
	test_processes();
	test_threads();
	test_siblings();
	test_exec_by_thread();
	test_exec_by_any();
	test_exec_listed();
	test_reuse();
	test_baseline();
	test_execfail();
	test_inside();
	test_loss();
	test_loss_more();
	test_loss_threads();
	test_many();
	tasks_free(&t);
	return tap_done();
}
