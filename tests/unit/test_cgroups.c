/*
 * cgroups: where each task is, by moves and by looks at /proc; what is not
 * certain is not known.
 */
#include <string.h>
#include <unistd.h>

#include "events/exec_assembler.h"
#include "kernel/cgroup.h"
#include "task/task_cgroup.h"
#include "base/hash.h"
#include "tap.h"

#define S 1000000000ull

static struct tasks t;
static struct event e;

static struct event *
apply(struct event event)
{
	e = event;
	tasks_apply(&t, &e);
	return &e;
}

static void
begin(void)
{
	tasks_free(&t);
	t.cgroup = &task_cgroup_table;
}

static void
task(int tid, int pid, int ppid, uint64_t start)
{
	apply((struct event){ .type = EVENT_TASK,
	    .tid = tid,
	    .found.pid = pid,
	    .found.ppid = ppid,
	    .found.start = start });
}

static void
moved(enum cgroup_how how, int tid, const char *path, uint64_t ts)
{
	apply((struct event){ .type = EVENT_CGROUP,
	    .ts = ts,
	    .tid = tid,
	    .cgroup.how = how,
	    .path = path });
}

static const char *
forked(int tid, int parent, uint64_t flags, uint64_t ts, const char *path)
{
	return apply((struct event){ .type = EVENT_FORK,
			 .ts = ts,
			 .tid = tid,
			 .fork.parent = parent,
			 .fork.flags = flags,
			 .path = path })
	    ->task.cgroup;
}

static const char *
fork_(int tid, int parent, uint64_t ts)
{
	return forked(tid, parent, 0, ts, NULL);
}

static const char *
exec_by(int pid, int old, uint64_t ts)
{
	return apply((struct event){ .type = EVENT_EXEC,
			 .ts = ts,
			 .tid = pid,
			 .exec.old_tid = old,
			 .path = "/bin/program" })
	    ->task.cgroup;
}

static const char *
exec(int pid, uint64_t ts)
{
	return exec_by(pid, pid, ts);
}

static const char *
ended(int tid, uint64_t ts, int dead)
{
	return apply((struct event){ .type = EVENT_EXIT,
			 .ts = ts,
			 .tid = tid,
			 .exit = { .group_dead = dead, .code = 0 } })
	    ->task.cgroup;
}

static void
lost(uint64_t ts, uint64_t until)
{
	apply((struct event){ .type = EVENT_LOST,
	    .ts = ts,
	    .lost = { .count = 1, .until = until } });
}

/* A process 10 that is in /a since 1 s. */
static void
begin_in_a(void)
{
	begin();
	task(10, 10, 1, S / 2);
	moved(CGROUP_READ, 10, "/a", S);
}

static int
names(void)
{
	return (int)t.cgroups.count;
}

static void
test_inherited(void)
{
	begin();
	task(10, 10, 1, S / 2);
	tap_is_str(fork_(11, 10, 2 * S), NULL, "nothing is known");
	begin_in_a();
	tap_is_str(exec(10, S - 1), NULL, "not before it was looked up");
	tap_is_str(fork_(11, 10, 2 * S), "/a", "a child is where its parent is");
	tap_is_str(exec(11, 3 * S), "/a", "an exec does not move it");
	tap_is_str(fork_(12, 11, 4 * S), "/a", "nor a fork");
	ended(11, 5 * S, 1);
	tap_is_str(exec(12, 6 * S), "/a", "nor the end of the parent");
	tap_is_str(ended(12, 7 * S, 1), "/a", "it ends there");
	tap_is_str(t.end.task.cgroup, "/a", "and the process");
	tap_is_int(names(), 1, "the path is kept once");
	ended(10, 8 * S, 1);
	apply((struct event){ .type = EVENT_LOST });
	tap_is_int(names(), 0, "and forgotten with the last of them");
}

static void
test_moved(void)
{
	begin_in_a();
	fork_(11, 10, 2 * S);
	moved(CGROUP_ENTERED, 11, "/b", 3 * S);
	tap_is_str(exec(11, 4 * S), "/b", "one that moved itself");
	tap_is_str(exec(10, 4 * S), "/a", "not its parent");
	tap_is_str(fork_(12, 11, 5 * S), "/b", "its child");
	moved(CGROUP_ELSEWHERE, 12, "/c", 6 * S);
	tap_is_str(exec(12, 7 * S), "/b", "not in another hierarchy");
	moved(CGROUP_ENTERED, 12, NULL, 8 * S);
	tap_is_str(exec(12, 9 * S), NULL, "to a path that is not known");
	moved(CGROUP_READ, 12, "/d", 10 * S);
	tap_is_str(exec(12, 11 * S), "/d", "and was found");
	moved(CGROUP_ENTERED, 12, "/old", 9 * S);
	tap_is_str(exec(12, 12 * S), "/d", "a move from before that");
}

/* Another task moves it. */
static void
test_put(void)
{
	begin_in_a();
	moved(CGROUP_PUT, 10, "/b", 2 * S);
	tap_is_str(fork_(11, 10, 3 * S), NULL,
	    "put there: the next child may be older");
	tap_is_str(fork_(12, 10, 4 * S), "/b", "not the one after it");
	moved(CGROUP_READ, 11, "/a", 5 * S);
	tap_is_str(exec(11, 6 * S), "/a", "the first was found");
	moved(CGROUP_PUT, 12, "/c", 7 * S);
	tap_is_str(ended(12, 8 * S, 1), NULL, "put there, or about to end");
	fork_(12, 10, 9 * S);
	moved(CGROUP_PUT, 12, "/c", 10 * S);
	moved(CGROUP_READ, 12, "/c", 11 * S);
	tap_is_str(ended(12, 12 * S, 1), "/c", "put there, and found");
	fork_(12, 10, 13 * S);
	moved(CGROUP_PUT, 12, "/c", 14 * S);
	tap_is_str(exec(12, 15 * S), "/c", "put there, then an exec");
	tap_is_str(fork_(13, 12, 16 * S), "/c", "whose child is new");
	tap_is_str(ended(12, 17 * S, 1), "/c", "and which ends there");
}

static void
test_into(void)
{
	begin_in_a();
	tap_is_str(forked(11, 10, FLAG_CGROUP, 2 * S, NULL), NULL,
	    "CLONE_INTO_CGROUP, not found");
	tap_is_str(exec(11, 3 * S), NULL, "its exec");
	tap_is_str(forked(12, 10, FLAG_CGROUP, 4 * S, "/b"), "/b",
	    "CLONE_INTO_CGROUP, found");
	tap_is_str(exec(12, 5 * S), "/b", "its exec there");
	tap_is_str(
	    forked(13, 10, FLAG_UNKNOWN, 6 * S, NULL), "/a", "no flags");
	e = (struct event){ .type = EVENT_FORK, .tid = 14, .ts = 7 * S,
		.fork = { .parent = 10, .flags = FLAG_CGROUP } };
	tap_ok(task_cgroup_unsure(&t, &e), "it is to be looked up");
	e.fork.flags = 0;
	tap_ok(!task_cgroup_unsure(&t, &e), "another is not");
}

/* The child was moved before its fork was reported. */
static void
test_early(void)
{
	begin_in_a();
	moved(CGROUP_PUT, 11, "/b", 2 * S);
	tap_is_str(fork_(11, 10, 3 * S), NULL, "moved before it was there");
	tap_is_str(fork_(12, 10, 3 * S), "/a", "not another one");
	ended(11, 4 * S, 1);
	tap_is_str(fork_(11, 10, 5 * S), "/a", "nor the next of its number");
	moved(CGROUP_PUT, 21, "/b", 6 * S);
	moved(CGROUP_PUT, 21 + TASKS_EARLY, "/b", 6 * S);
	tap_is_str(fork_(21, 10, 7 * S), NULL, "two, at the same place");
	tap_is_str(fork_(21 + TASKS_EARLY, 10, 7 * S), NULL, "both of them");
}

static void
test_threads(void)
{
	begin_in_a();
	tap_is_str(forked(11, 10, FLAG_THREAD, 2 * S, NULL), "/a",
	    "a thread: the cgroup of the process");
	moved(CGROUP_ENTERED, 11, "/a/thread", 3 * S);
	tap_is_str(fork_(12, 10, 4 * S), "/a", "the child of the first thread");
	tap_is_str(fork_(13, 11, 4 * S), "/a/thread", "the child of the other");
	tap_is_str(forked(14, 11, FLAG_THREAD, 4 * S, NULL), "/a",
	    "a thread of that: the process is where its first one is");
	tap_is_str(ended(11, 5 * S, 0), "/a", "so is the end of one");
	tap_is_str(exec_by(10, 14, 6 * S), "/a/thread",
	    "a thread that becomes the process by an exec");
	begin_in_a();
	forked(11, 10, FLAG_THREAD, 2 * S, NULL);
	moved(CGROUP_PUT, 10, "/b", 3 * S);
	tap_is_str(fork_(12, 11, 4 * S), NULL,
	    "the first one is moved: of the others it is not known");
	moved(CGROUP_READ, 11, "/b", 5 * S);
	tap_is_str(fork_(13, 11, 6 * S), NULL,
	    "found: but the first child may be older");
	tap_is_str(fork_(14, 11, 7 * S), "/b", "the next one is not");
	tap_is_str(exec_by(10, 99, 8 * S), NULL, "a thread that is not known");
}

static void
test_lost(void)
{
	begin_in_a();
	fork_(11, 10, 2 * S);
	lost(3 * S, 0);
	tap_is_str(exec(10, 4 * S), NULL, "after a loss it is not known");
	task(10, 10, 1, S / 2);
	moved(CGROUP_READ, 10, "/b", 5 * S);
	tap_is_str(exec(10, 6 * S), "/b", "until it was looked up");
	tap_is_str(exec(10, 5 * S - 1), NULL, "not before that");
	tap_is_str(fork_(12, 10, 6 * S), "/b", "its child");
	lost(7 * S, 10 * S);
	task(10, 10, 1, S / 2);
	moved(CGROUP_READ, 10, "/c", 8 * S);
	tap_is_str(exec(10, 9 * S), NULL, "nor before the gap ends");
	moved(CGROUP_READ, 10, "/c", 11 * S);
	tap_is_str(exec(10, 12 * S), "/c", "but after it");
}

static void
test_reused(void)
{
	begin_in_a();
	fork_(11, 10, 2 * S);
	moved(CGROUP_ENTERED, 11, "/b", 3 * S);
	ended(11, 4 * S, 1);
	tap_is_str(fork_(11, 10, 5 * S), "/a", "a PID that is reused");
	moved(CGROUP_PUT, 11, "/b", 6 * S);
	ended(11, 7 * S, 1);
	task(20, 20, 1, S / 2);
	tap_is_str(fork_(11, 20, 8 * S), NULL, "by a child of nobody known");
	moved(CGROUP_READ, 12, "/b", 9 * S);
	tap_is_int(tasks_find(&t, 12) == NULL, 1, "a look makes no task");
}

static void
test_renamed(void)
{
	begin_in_a();
	moved(CGROUP_RENAMED, 0, NULL, 2 * S);
	tap_is_str(exec(10, 3 * S), NULL, "renamed: not known");
	moved(CGROUP_READ, 10, "/z", 4 * S);
	tap_is_str(exec(10, 5 * S), "/z", "until it was looked up");
}

static void
test_events(void)
{
	struct event out[2];
	char path[32] = "/line\nfeed";

	begin_in_a();
	moved(CGROUP_ENTERED, 10, path, 2 * S);
	memset(path, 'x', 5);
	task_cgroup_events(&t, tasks_find(&t, 10), out);
	tap_is_int(out[0].type, 0, "nothing but where it is");
	tap_is_str(out[1].path, "/line\nfeed", "any bytes");
	tap_is_int(out[1].ts, 2 * S, "since then");
	moved(CGROUP_PUT, 10, "/b", 3 * S);
	task_cgroup_events(&t, tasks_find(&t, 10), out);
	tap_is_int(out[0].cgroup.how, CGROUP_PUT, "put there");
	tap_is_int(out[1].type, 0, "and not found");
	moved(CGROUP_ENTERED, 10, NULL, 4 * S);
	task_cgroup_events(&t, tasks_find(&t, 10), out);
	tap_ok(!out[0].type && !out[1].type, "not known: no event");
}

/* ---- the kernel's events ---- */

static struct exec_assembler assembler;

/* The record that is made of a move. */
static void
feed(int root, int pid, const char *path, size_t len)
{
	struct raw_event k = { .kind = RAW_CGROUP,
		.ts = 100,
		.tid = 10,
		.pid = pid,
		.ret = root,
		.text = path,
		.text_len = len };

	exec_feed(&assembler, &k, NULL);
	tap_ok(exec_moves(&assembler, pid, 0), "it waits");
	tap_ok(exec_moves(&assembler, 99, pid), "and moves its threads");
	tap_ok(!exec_moves(&assembler, 99, 98), "but no other task");
	tap_is_int(exec_next(&assembler, 200, &e), 1, "a record");
	tap_is_int(e.cgroup.hierarchy, root, "its hierarchy");
	tap_is_int(e.cgroup.how, pid == 10 ? CGROUP_ENTERED : CGROUP_PUT,
	    "by whom");
	tap_is_str(e.comm, "", "no name");
}

static void
test_assembled(void)
{
	struct raw_event k = { .kind = RAW_CGROUP_NAME, .tid = 10, .pid = 10 };
	static char path[1100];

	exec_init(&assembler);
	feed(0, 10, "/a\nbXX", 4);
	tap_is_str(e.path, "/a\nb", "the path, any bytes");
	feed(7, 20, "/c", 2);
	tap_is_str(e.path, "/c", "the path");
	feed(7, 20, "(null)", 6);
	tap_is_str(e.path, NULL, "no path");
	memset(path, '/', sizeof path);
	feed(7, 20, path, 1022);
	tap_is_int(strlen(e.path), 1022, "a long path");
	feed(7, 20, path, 1023);
	tap_is_str(e.path, NULL, "one that may be cut");
	exec_feed(&assembler, &k, NULL);
	tap_ok(exec_moves(&assembler, 99, 0), "a rename is of all tasks");
	exec_next(&assembler, 300, &e);
	tap_ok(e.cgroup.how == CGROUP_RENAMED && e.tid == 0, "a rename");
	k.kind = RAW_LOST;
	exec_feed(&assembler, &k, NULL);
	tap_ok(exec_moves(&assembler, 99, 0), "and so is a loss");
	exec_free(&assembler);
}

/* ---- /proc ---- */

static void
path_is(const char *text, int id, const char *want)
{
	static char copy[CGROUP_TEXT];
	int lines;

	snprintf(copy, sizeof copy, "%s", text);
	tap_is_str(cgroup_path(copy, id, &lines), want,
	    "hierarchy %d of %.20s", id, text);
}

#define V1 "9:name=systemd:/s\n8:pids:/p q\n1:cpu,cpuacct:/\n"

static void
test_proc(void)
{
	path_is("0::/init.scope\n", 0, "/init.scope");
	path_is(V1 "0::/\n", 0, "/");
	path_is(V1 "0::/\n", 8, "/p q");
	path_is(V1 "0::/\n", 1, "/");
	path_is(V1, 0, NULL);
	path_is(V1, 7, NULL);
	path_is("", 0, NULL);
	path_is("0::/a", 0, NULL);
	path_is("0::/a:b:c\n", 0, "/a:b:c");
	path_is("0::/a (deleted)\n", 0, "/a (deleted)");
	path_is("0::relative\n", 0, NULL);
	path_is("8:pids:/a\nb\n0::/\n", 8, NULL);
	path_is("8:pids:/a\n0::/b\n0::/\n", 0, NULL);
	path_is("8:pids:/a\n8:pids:/b\n0::/\n", 8, NULL);
	path_is("x\n0::/\n", 0, NULL);
}

static void
test_self(void)
{
	struct cgroup_hierarchy h;
	static char text[CGROUP_TEXT];

	snprintf(text, sizeof text, "%s", V1 "0::/\n");
	cgroup_path(text, 0, &h.lines);
	tap_is_int(h.lines, 4, "four lines");
	cgroup_choose(&h);
	tap_ok(h.id == CGROUP_NONE || h.name[0], "hierarchy %d: %s", h.id,
	    h.name);
	tap_is_str(cgroup_read(&h, 1, 123456789, text), NULL,
	    "of another incarnation nothing is read");
	cgroup_close(&h);
}

/* Paths that somebody chose by their hash: all in one bucket, it would take
 * minutes. */
#define MANY 100000

static void
test_hash(void)
{
	static struct cgroup_names names;
	static struct cgroup *all[MANY];
	char path[] = "/a/aaaaaaa";
	int n = 0, many = tap_emulated() ? MANY / 50 : MANY;

	tap_limit(30);
	while (n < many) {
		for (char *p = path + strlen(path); ++*--p > 'z';)
			*p = 'a';
		if (hash_bytes(HASH_EMPTY, path, strlen(path)) % 256 == 0)
			all[n++] = cgroup_intern(&names, path);
	}
	tap_is_str(cgroup_name(all[n - 1]), path, "many paths of one hash");
	while (n > 0)
		cgroup_release(&names, all[--n]);
	tap_limit(0);
}

int
main(void)
{
	test_inherited();
	test_moved();
	test_put();
	test_into();
	test_early();
	test_hash();
	test_threads();
	test_lost();
	test_reused();
	test_renamed();
	test_events();
	test_assembled();
	test_proc();
	test_self();
	tasks_free(&t);
	return tap_done();
}
