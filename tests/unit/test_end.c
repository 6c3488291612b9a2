/*
 * tasks, the ends of processes: one for each, with the last of its threads,
 * with the status, resource usage, and program; the same from a recording.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "task/table.h"
#include "tap.h"

#define S	1000000000ull
#define CODE(n) ((n) << 8)

static struct tasks t;
static struct event e, end;	/* the last one, and the last EVENT_END */
static int ends;		/* since begin */

static void
apply(struct event event)
{
	e = event;
	if (tasks_apply(&t, &e) != 0)
		tap_ok(0, "memory");
	if (t.end.type != EVENT_END)
		return;
	end = t.end;
	ends++;
}

static void
task(int tid, int pid, int ppid, uint64_t start)
{
	apply((struct event){ .type = EVENT_TASK, .tid = tid, .found.pid = pid,
	    .found.ppid = ppid, .found.start = start, .comm = "base", .args.argc = -1 });
}

static void
fork_flags(int tid, int parent, uint64_t ts, uint64_t flags)
{
	apply((struct event){ .type = EVENT_FORK, .ts = ts, .tid = tid,
	    .fork.parent = parent, .fork.flags = flags, .comm = "child" });
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
exec_args(int pid, int old, uint64_t ts, const char *path, const char *arg)
{
	apply((struct event){ .type = EVENT_EXEC, .ts = ts, .tid = pid,
	    .exec.old_tid = old, .comm = "new", .path = path, .args = {
	    ARGS_ALL, 1, 1, arg, strlen(arg) + 1, 0, false } });
}

static void
hint(int tid, enum exit_hint what, int code)
{
	apply((struct event){ .type = EVENT_STATUS, .tid = tid, .status.hint = what,
	    .status.code = code });
}

static void
exit_with(int tid, uint64_t ts, int code, int grouped, int dead)
{
	apply((struct event){ .type = EVENT_EXIT, .ts = ts, .tid = tid,
	    .exit.group_dead = dead, .comm = "c", .exit.code = code, .exit.grouped = grouped,
	    .exit.stats_code = CODE_UNKNOWN });
}

static void
exit_used(int tid, uint64_t ts, struct usage u)
{
	apply((struct event){ .type = EVENT_EXIT, .ts = ts, .tid = tid,
	    .exit.group_dead = -1, .comm = "c", .exit.code = CODE_UNKNOWN, .exit.grouped = -1,
	    .exit.stats_code = CODE_UNKNOWN, .usage = u });
}

static void
exit_(int tid, uint64_t ts)
{
	exit_used(tid, ts, (struct usage){ 0 });
}

static void
begin(void)
{
	tasks_free(&t);
	memset(&end, 0, sizeof end);
	task(1, 1, 0, 0);
	task(100, 100, 1, 10 * S);
	ends = 0;
}

/* ---- who ---- */

static void
test_fields(void)
{
	begin();
	fork_(200, 100, 20 * S + 1);
	exec_args(200, 200, 21 * S, "/x", "x");
	apply((struct event){ .type = EVENT_EXIT, .ts = 22 * S, .cpu = 3,
	    .tid = 200, .exit.group_dead = -1, .comm = "renamed",
	    .exit.code = CODE(7), .exit.grouped = 1, .exit.stats_code = CODE_UNKNOWN });
	tap_ok(ends == 1 && end.tid == 200 && end.task.pid == 200 &&
	    end.task.ppid == 100, "who it was");
	tap_ok(end.task.start == 20 * S + 1 && end.ts == 22 * S && !end.task.coarse &&
	    end.cpu == 3, "when");
	tap_ok(end.task.last == 1 && end.task.code == CODE(7), "how");
	tap_is_str(end.comm, "renamed", "its name at the end");
	tap_ok(end.args.argc == -1 && !end.args.count && !end.path,
	    "nothing was kept");
	apply((struct event){ .type = EVENT_EXECFAIL, .tid = 100 });
	tap_is_int(t.end.type, 0, "the next event is not an end");
	exit_(100, 30 * S);
	tap_ok(ends == 2 && end.task.pid == 100 && end.task.ppid == 1 && end.task.coarse &&
	    end.task.start == 10 * S && end.task.code == CODE_UNKNOWN,
	    "of the baseline: a coarse start");
	exit_(999, 31 * S);
	tap_ok(ends == 2 && t.end.type == 0, "of an unknown task: none");
	exit_with(999, 31 * S, 0, 1, 1);
	tap_is_int(ends, 2, "not even if it was the last");
	apply((struct event){ .type = EVENT_END, .tid = 1 });
	tap_ok(ends == 2 && tasks_find(&t, 1), "an end changes nothing");
	tasks_choose(&t, 1);
	fork_(300, 1, 32 * S);
	exit_(300, 33 * S);
	tap_ok(ends == 3 && end.task.inside, "inside");
}

/* All orders of three threads. */
static void
test_orders(void)
{
	static const int orders[][3] = { { 200, 201, 202 }, { 200, 202, 201 },
		{ 201, 200, 202 }, { 201, 202, 200 }, { 202, 200, 201 },
		{ 202, 201, 200 } };

	for (int i = 0; i < 18; i++) {
		const int *order = orders[i % 6];
		int dead_known = i / 6 - 1; /* does the kernel report it? */

		begin();
		fork_(200, 100, 20 * S);
		thread(201, 200, 21 * S);
		thread(202, 201, 22 * S);
		for (int n = 0; n < 3; n++) {
			int dead = dead_known < 0 ? -1 : n == 2;

			tap_is_int(ends, 0, "order %d: %d ended", i, n);
			exit_with(order[n], (30 + (unsigned)n) * S, CODE(1), 1,
			    dead);
		}
		tap_ok(ends == 1 && end.task.pid == 200 && end.task.ppid == 100 &&
		    end.task.start == 20 * S && end.ts == 32 * S &&
		    end.task.code == CODE(1) && strcmp(end.comm, "c") == 0,
		    "order %d: one end, with the last", i);
		tap_is_int(t.count, 2, "order %d: all are gone", i);
	}
}

static void
test_exec(void)
{
	begin();
	fork_(200, 100, 20 * S);
	thread(201, 200, 21 * S);
	hint(200, HINT_EXIT_GROUP, CODE(5)); /* of the program before */
	exit_with(200, 22 * S, 0, 1, -1);
	tap_is_int(ends, 0, "exec by a thread: the first one makes way");
	exec_args(200, 201, 23 * S, "/x", "x");
	exit_with(200, 24 * S, CODE(3), 1, -1);
	tap_ok(ends == 1 && end.task.start == 20 * S && end.task.code == CODE(3),
	    "exec by a thread: one end, of the new program");
	tap_is_int(t.count, 2, "exec by a thread: all are gone");
	begin();
	fork_(200, 100, 20 * S);
	thread(201, 200, 21 * S);
	thread(202, 200, 21 * S);
	exit_with(201, 22 * S, SIGKILL, 1, -1);
	exec_args(200, 200, 23 * S, "/x", "x");
	hint(200, HINT_EXIT, CODE(2));
	exit_(200, 24 * S);
	tap_ok(ends == 1 && end.task.code == CODE(2),
	    "exec: what the threads before were killed with is no status");
	begin();
	hint(100, HINT_SENT, SIGTERM);
	exec_args(100, 100, 23 * S, "/x", "x");
	hint(100, HINT_DELIVERED, SIGKILL);
	exit_(100, 24 * S);
	tap_is_int(end.task.code, SIGTERM, "exec: what was sent stays so");
}

static void
test_reuse(void)
{
	begin();
	fork_(200, 100, 20 * S);
	hint(200, HINT_EXIT_GROUP, CODE(1));
	exit_used(200, 21 * S, (struct usage){ .known = true, .user = 1 });
	tap_ok(ends == 1 && end.task.code == CODE(1), "reuse: the first");
	fork_(200, 1, 22 * S);
	exit_used(200, 23 * S, (struct usage){ .known = true, .user = 9 });
	tap_ok(ends == 2 && end.task.ppid == 1 && end.task.start == 22 * S &&
	    end.task.code == CODE_UNKNOWN, "reuse: nothing of it is left");
	tap_ok(end.usage.user == 9 && end.usage.maxrss == 0,
	    "reuse: nor what it used");
	fork_(200, 100, 24 * S);
	hint(200, HINT_EXIT_GROUP, CODE(1));
	fork_(200, 1, 25 * S); /* its exit never came */
	exit_(200, 26 * S);
	tap_ok(ends == 3 && end.task.start == 25 * S && end.task.code == CODE_UNKNOWN,
	    "reuse without an exit: one end, of the second");
	fork_(300, 100, 30 * S);
	thread(301, 300, 31 * S);
	fork_(301, 100, 32 * S); /* the thread's exit never came */
	exit_(301, 33 * S);
	tap_ok(ends == 4 && end.task.pid == 301, "a thread's number reused: ends");
	exit_(300, 34 * S);
	tap_ok(ends == 5 && end.task.pid == 300, "and the process that it left");
}

/* ---- what it used ---- */

static void
test_usage(void)
{
	const struct usage one = { .known = true, .user = 1, .system = 20,
		.cpu_min = 300, .wait = 7, .nvcsw = 1, .maxrss = 4000,
		.read = 5, .write = 6 },
	    two = { .known = true, .user = 10, .system = 1, .cpu_min = 7,
		.wait = 8, .nvcsw = 2, .maxrss = 3999, .read = 50,
		.write = 60, .no_delays = true }, none = { 0 };
	const struct usage *u = &end.usage;

	begin();
	fork_(200, 100, 20 * S);
	thread(201, 200, 20 * S);
	thread(202, 200, 20 * S);
	exit_used(200, 21 * S, one);
	tap_ok(e.usage.user == 1 && e.usage.maxrss == 4000,
	    "usage: of a thread, its own");
	exit_used(201, 22 * S, two);
	exit_used(202, 23 * S, two);
	tap_ok(u->known && u->user == 21 && u->system == 22 &&
	    u->cpu_min == 314 && u->wait == 23 && u->nvcsw == 5 &&
	    u->read == 105 && u->write == 126, "usage: sums");
	tap_ok(u->no_cpu && u->unbounded && u->no_delays && !u->no_wait,
	    "usage: what is not known of a part is not known of the sum");
	tap_is_int(u->maxrss, 4000, "usage: memory is shared");
	for (int i = 0; i < 2; i++) {
		begin();
		fork_(200, 100, 20 * S);
		thread(201, 200, 20 * S);
		exit_used(i ? 201 : 200, 21 * S, none);
		exit_used(i ? 200 : 201, 22 * S, one);
		tap_ok(ends == 1 && !u->known, "usage: one not known");
	}
	begin();
	fork_(200, 100, 20 * S);
	thread(201, 200, 20 * S);
	exit_used(200, 21 * S, one);
	exec_args(200, 201, 22 * S, "/x", "x");
	exit_used(200, 23 * S, two);
	tap_ok(u->known && u->user == 11, "usage: an exec does not end it");
	exit_used(100, 23 * S, one);
	tap_ok(ends == 2 && !u->known,
	    "usage: of the baseline, a thread may have ended before");
}

/* ---- what it ran ---- */

static bool
ran(const char *path, const char *arg)
{
	return end.path && strcmp(end.path, path) == 0 &&
	    end.args.state == ARGS_ALL && end.args.argc == 1 &&
	    end.args.count == 1 && end.args.len == strlen(arg) + 1 &&
	    strcmp(end.args.text, arg) == 0;
}

static void
ends_exit(int tid, const char *path, const char *arg, const char *name)
{
	end.path = NULL;
	exit_(tid, 90 * S);
	tap_ok(end.task.pid == tid && ran(path, arg), "kept: %s", name);
}

static void
seen(void *arg, const struct event *x)
{
	if (x->tid == 100)
		*(int *)arg += x->args.count == 1 &&
		    strcmp(x->args.text, "baseline") == 0;
}

static void
test_kept(void)
{
	char path[] = "/bin/a", arg[] = "a";
	int each = 0;

	begin();
	t.keep = true;
	fork_(200, 100, 20 * S);
	exec_args(200, 200, 21 * S, path, arg);
	memset(path, 'x', sizeof path - 1); /* only lent to tasks */
	arg[0] = 'x';
	fork_(201, 200, 22 * S);
	fork_(202, 201, 23 * S);
	thread(203, 201, 24 * S);
	fork_(204, 203, 25 * S);
	exec_args(201, 203, 26 * S, "/bin/b", "b");
	fork_(205, 201, 26 * S);
	ends_exit(200, "/bin/a", "a", "of the exec");
	ends_exit(202, "/bin/a", "a", "of the parent's parent");
	ends_exit(204, "/bin/a", "a", "of the parent, by a thread");
	ends_exit(201, "/bin/b", "b", "of an exec by a thread");
	ends_exit(205, "/bin/b", "b", "of the parent, which is gone");
	exec_args(1, 1, 30 * S, "/c", "");
	exec_args(1, 1, 31 * S, "/d", "d");
	fork_flags(206, 1, 32 * S, FLAG_UNKNOWN);
	ends_exit(206, "/d", "d", "of the last exec");
	apply((struct event){ .type = EVENT_TASK, .tid = 300, .found.pid = 300,
	    .found.ppid = 1, .found.start = S, .comm = "x", .args = { ARGS_PROC, 1, 1,
	    "listed", 7, 0, false } });
	fork_(301, 300, 33 * S);
	exit_(301, 34 * S);
	tap_ok(!end.path && end.args.state == ARGS_PROC &&
	    strcmp(end.args.text, "listed") == 0, "kept: of the baseline");
	exit_(100, 35 * S);
	tap_ok(end.task.pid == 100 && end.args.argc == -1 && !end.path &&
	    end.args.state == ARGS_NONE, "kept: nothing is known");
	apply((struct event){ .type = EVENT_TASK, .tid = 100, .found.pid = 100,
	    .found.ppid = 1, .found.start = S, .args = { ARGS_ALL, 1, 1, "baseline", 9, 0, false } });
	tasks_each(&t, seen, &each);
	tap_is_int(each, 1, "kept: listed with its task");
	t.keep = false;
}

/* ---- losses ---- */

static void
test_loss(void)
{
	const struct usage used = { .known = true, .user = 1 };

	begin();
	hint(100, HINT_EXIT_GROUP, CODE(1));
	apply((struct event){ .type = EVENT_LOST });
	exit_(100, 21 * S);
	tap_ok(ends == 0 && e.task.pid == 0 && e.task.code == CODE_UNKNOWN,
	    "loss: an exit that may be its successor's");
	begin();
	apply((struct event){ .type = EVENT_LOST });
	hint(100, HINT_EXIT_GROUP, CODE(1));
	task(100, 100, 1, 10 * S);
	exit_(100, 21 * S);
	tap_ok(ends == 1 && end.task.code == CODE_UNKNOWN,
	    "loss: nor is a hint its own for certain");
	fork_(200, 1, 22 * S);
	hint(200, HINT_EXIT_GROUP, CODE(1));
	exit_(200, 23 * S);
	tap_ok(ends == 2 && end.task.code == CODE(1), "loss: one that is younger");
	begin();
	thread(101, 100, 20 * S);
	apply((struct event){ .type = EVENT_LOST }); /* the exit of 101, too */
	task(100, 100, 1, 10 * S);
	exit_used(100, 21 * S, used);
	tap_ok(e.task.last != 0, "loss: not certain that a thread is left");
	tap_ok(ends == 0 || !end.usage.known,
	    "loss: nor what the lost one used");
	begin();
	thread(101, 100, 20 * S);
	apply((struct event){ .type = EVENT_LOST });
	task(100, 100, 1, 10 * S);
	task(101, 100, 1, 20 * S);
	exit_(101, 21 * S);
	tap_ok(ends == 0 && e.task.last == 0, "loss: both listed again");
	exit_(100, 22 * S);
	tap_ok(ends == 1 && e.task.last == 1, "loss: and both ended");
}

/* What ends in the gap of another CPU, where its events may be. */
static void
test_gap(void)
{
	const struct usage used = { .known = true, .user = 1 };

	begin();
	t.keep = true;
	apply((struct event){ .type = EVENT_LOST, .ts = 20 * S, .lost.count = 5,
	    .lost.until = 30 * S });
	task(1, 1, 0, 0);
	exec_args(1, 1, 21 * S, "/x", "x");
	for (int i = 0; i < 2; i++) {
		fork_(200 + i, 1, 29 * S + (uint64_t)i * S);
		exit_used(200 + i, 30 * S + (uint64_t)i, used);
		tap_is_int(end.args.argc, i ? 1 : -1, "gap: inherited ones");
		tap_ok(ends == i + 1 && end.usage.known == i, "gap: its usage");
	}
	for (int i = 0; i < 2; i++) {
		fork_(300 + i, 1, 28 * S);
		exec_args(300 + i, 300 + i, 28 * S, "/y", "y");
		apply((struct event){ .type = EVENT_EXIT, .ts = 29 * S,
		    .tid = 300 + i, .exit.group_dead = -1, .exit.code = CODE_UNKNOWN,
		    .exit.grouped = -1, .exit.stats_code = CODE_UNKNOWN,
		    .comm = { 'n', 'e', i ? 'w' : 'x' } });
		tap_is_int(end.args.argc, i ? 1 : -1, "gap: by its name");
	}
	t.keep = false;
	t.until = 0;
}

int
main(void)
{
	test_fields();
	test_orders();
	test_exec();
	test_reuse();
	test_usage();
	test_kept();
	test_loss();
	test_gap();
	tasks_free(&t);
	return tap_done();
}
