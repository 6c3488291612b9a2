/*
 * lineage: whom a process comes from, and the names of those, also when they
 * have ended; what a loss leaves of it; a chain without an end.
 */
#include <string.h>
#include <unistd.h>

#include "task/table.h"
#include "tap.h"

#define S 1000000000ull

static struct tasks t;
static struct event e;
static uint64_t now;

static int
apply(struct event event, const char *comm)
{
	e = event;
	if (event.type != EVENT_TASK)
		e.ts = now += S;
	snprintf(e.comm, COMM_LEN, "%s", comm);
	return tasks_apply(&t, &e);
}

static void
task(int pid, int ppid, const char *comm)
{
	apply((struct event){ .type = EVENT_TASK, .tid = pid,
	    .found = { .pid = pid, .ppid = ppid, .start = S } }, comm);
}

static void
fork_flags(int tid, int parent, const char *comm, uint64_t flags)
{
	apply((struct event){ .type = EVENT_FORK, .tid = tid,
	    .fork = { .parent = parent, .flags = flags } }, comm);
}

static void
exec(int pid, const char *comm)
{
	apply((struct event){ .type = EVENT_EXEC, .tid = pid,
	    .exec.old_tid = pid }, comm);
}

static void
end(int pid, const char *comm)
{
	struct event x = { .type = EVENT_EXIT, .tid = pid };

	x.exit = EXIT_UNKNOWN;
	x.exit.group_dead = 1;
	apply(x, comm);
}

static void
lost(uint64_t until)
{
	apply((struct event){ .type = EVENT_LOST, .lost = { .count = 1,
	    .until = until } }, "");
}

static void
renamed(int tid, const char *comm)
{
	apply((struct event){ .type = EVENT_RENAME, .tid = tid }, comm);
}

/* The chain of the last event. */
static void
is(const char *want, const char *what)
{
	const struct lineage *l = e.task.lineage;
	char got[512] = "";
	size_t n = 0;

	if (!l)
		snprintf(got, sizeof got, "none");
	for (; l; l = l->parent)
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s%d%s",
		    n ? "<" : "", l->comm, l->pid,
		    l->parent ? "" : l->orphan ? "<?" : "");
	tap_is_str(got, want, "%s", what);
}

static void
begin(void)
{
	tasks_free(&t);
	now = 10 * S;
	t.lineages = t.names = true;
	task(20, 1, "sh");
	task(1, 0, "init");
	task(30, 20, "make");
}

static void
test_chains(void)
{
	begin();
	fork_flags(40, 30, "make", 0);
	is("make40<make30<sh20<init1", "a fork, of what was listed in any order");
	exec(40, "cc");
	is("cc40<make30<sh20<init1", "an exec");
	renamed(30, "gmake");
	fork_flags(50, 40, "cc", FLAG_VFORK);
	is("cc50<cc40<gmake30<sh20<init1", "a parent with another name");
	end(30, "gmake");
	end(40, "driver");
	exec(50, "as");
	is("as50<driver40<gmake30<sh20<init1", "ancestors that have ended");
	fork_flags(30, 50, "as", 0);
	fork_flags(40, 30, "as", 0);
	is("as40<as30<as50<driver40<gmake30<sh20<init1",
	    "numbers that are used again");
	end(50, "as");
	is("as50<driver40<gmake30<sh20<init1", "an end");
	tap_ok(t.end.type == EVENT_END && t.end.task.lineage == e.task.lineage,
	    "the end of the process has it, too");
}

static void
test_threads(void)
{
	begin();
	fork_flags(41, 30, "worker", FLAG_THREAD);
	is("make30<sh20<init1", "a thread has that of its process");
	fork_flags(42, 41, "worker", 0);
	is("worker42<make30<sh20<init1", "forked by a thread");
	renamed(41, "other");
	fork_flags(43, 30, "make", 0);
	is("make43<make30<sh20<init1", "the name of a thread is not that of "
	    "its process");
	fork_flags(44, 43, "make", FLAG_PARENT);
	is("make44<make30<sh20<init1", "CLONE_PARENT");
}

static void
test_losses(void)
{
	begin();
	fork_flags(40, 30, "make", 0);
	lost(0);
	exec(40, "cc");
	is("none", "after a loss a task is not known");
	task(1, 0, "init");
	task(20, 1, "sh");
	task(30, 20, "make");
	apply((struct event){ .type = EVENT_TASK, .tid = 40,
	    .found = { .pid = 40, .ppid = 30, .start = 11 * S } }, "make");
	exec(40, "cc");
	is("cc40<make30<sh20<init1", "until it is listed again");
	fork_flags(41, 99, "x", 0);
	is("x41<?", "a parent that is not known");
	lost(now + 5 * S);
	task(30, 20, "make");
	fork_flags(42, 30, "make", 0);
	is("42<make30<20<1", "a name within the gap may be an old one");
}

/* Each forks the next one, and ends. */
static void
test_endless(void)
{
	size_t nodes = 0;
	int gaps = 0;

	begin();
	for (int i = 0; i < 100000; i++) {
		int pid = 1000 + i % 5000, next = 1000 + (i + 1) % 5000;

		if (i == 0)
			fork_flags(pid, 30, "hop", 0);
		fork_flags(next, pid, "hop", 0);
		end(pid, "hop");
	}
	fork_flags(7, 1000 + 100000 % 5000, "last", 0);
	for (const struct lineage *l = e.task.lineage; l; l = l->parent) {
		gaps += l->gap;
		nodes++;
		if (!l->parent)
			tap_ok(l->pid == 1 && !l->orphan, "init is its end");
	}
	tap_ok(nodes > LINEAGE_NEAR && nodes < 2 * LINEAGE_NEAR + LINEAGE_TOP + 8,
	    "a chain without an end: %zu are kept", nodes);
	tap_ok(gaps > 0 && gaps < 4, "with a gap: %d", gaps);
	tap_ok(t.count < 10, "%zu tasks", t.count);
}

/* CLONE_PARENT by one whose own parent is forgotten, in a chain that lives. */
static void
test_sibling_of_gap(void)
{
	int gaps = 0, wrong = 0;

	begin();
	fork_flags(1000, 30, "deep", 0);
	for (int pid = 1001; pid < 2200; pid++)
		fork_flags(pid, pid - 1, "deep", 0);
	for (int pid = 1001; pid < 2200; pid++) {
		const struct lineage *l = tasks_find(&t, pid)->lineage;

		if (!l->gap)
			continue;
		gaps++;
		fork_flags(5000 + pid, pid, "deep", FLAG_PARENT);
		l = e.task.lineage;
		wrong += l->parent && l->parent->pid != e.task.ppid;
	}
	tap_ok(gaps > 0 && !wrong, "%d gaps, %d with another one's parent",
	    gaps, wrong);
}

static void
test_off(void)
{
	begin();
	tasks_free(&t);
	task(1, 0, "init");
	fork_flags(40, 1, "init", 0);
	tap_ok(!e.task.lineage && !tasks_find(&t, 40)->lineage,
	    "nothing is kept if nobody asks");
}

/* What /proc had, or a recording: a child has the number of its parent, or of
 * the first thread of that. */
static void
test_reused(void)
{
	task(3000, 1, "lead");
	apply((struct event){ .type = EVENT_TASK, .tid = 3001,
	    .found = { .pid = 3000, .ppid = 1, .start = S } }, "thread");
	fork_flags(3000, 3001, "child", 0);
	is("child3000<lead3000<init1", "the number of the parent's leader");
	fork_flags(3000, 3000, "again", 0);
	is("again3000<child3000<lead3000<init1", "its own number");
	task(3010, 1, "lead");
	apply((struct event){ .type = EVENT_TASK, .tid = 3011,
	    .found = { .pid = 3010, .ppid = 1, .start = S } }, "thread");
	fork_flags(3010, 3011, "thread", FLAG_THREAD);
	is("thread3010<init1", "a thread in place of its leader");
}

/* 100,000 processes, as many losses, and lists in between: what each of them
 * costs does not depend on how many there are. */
#define MANY 100000

static void
test_many(void)
{
	tap_limit(60); /* a pass over all for each of them takes minutes */
	begin();
	for (int i = 0; i < MANY; i++)
		task(1000 + i, i < 1000 ? 1 : 1001 + i, "many");
	for (int i = 0; i < MANY; i++)
		lost(0);
	task(1000, 1, "again");
	exec(1000, "again");
	is("again1000<1", "after many losses");
	for (int i = 0; i < MANY; i++) {
		task(1000 + MANY + i, 999999999, "orphan");
		renamed(1000, "again");
	}
	is("again1000<1", "after many orphans");
	tap_limit(0);
}

static size_t
length(const struct lineage *l)
{
	size_t n = 0;

	for (; l; l = l->parent)
		n++;
	return n;
}

/* Each is listed before its parent: all are orphans, until they are joined. */
static void
test_listed_chain(void)
{
	begin();
	for (int i = 0; i < 400; i++)
		task(1000 + i, 1001 + i, "deep");
	task(1400, 1, "top");
	renamed(1000, "deep");
	tap_is_int((long long)length(e.task.lineage), 402, "400 above it");
	for (int i = 0; i < MANY; i++)
		task(2000 + i, 2001 + i, "deeper");
	renamed(2000, "deeper");
	tap_ok(length(e.task.lineage) <= LINEAGE_MAX + 1u,
	    "none of 100,000 is searched for a circle");
}

int
main(void)
{
	test_chains();
	test_threads();
	test_losses();
	test_endless();
	test_sibling_of_gap();
	test_reused();
	test_many();
	test_listed_chain();
	test_off();
	tasks_free(&t);
	return tap_done();
}
