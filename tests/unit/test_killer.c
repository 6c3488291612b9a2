/*
 * killer: who sent the signal that killed a process, by hand, through the task
 * table: kinds of senders, queues, what is taken without an event, names,
 * threads, losses; and what a table of a replay knows.
 */
#include <signal.h>
#include <string.h>

#include "events/exit_status.h"
#include "task/table.h"
#include "tap.h"

#define SHELL  100 /* named "shell", with a thread 101 */
#define OTHER  150 /* named "other" */
#define VICTIM 200 /* with a thread 201 */
#define KERNELS 30 /* a thread of the kernel */

static struct tasks t;
static uint64_t now;
static bool queued, interrupt;

static void
apply(struct event e)
{
	e.ts = now += 1000;
	e.cpu = -1;
	tap_ok(tasks_apply(&t, &e) == 0, "applied");
}

static void
task(int tid, int pid, int ppid, const char *comm)
{
	struct event e = { .type = EVENT_TASK, .tid = tid,
		.found = { .pid = pid, .ppid = ppid }, .args.argc = -1 };

	snprintf(e.comm, COMM_LEN, "%s", comm);
	apply(e);
}

static void
begin(void)
{
	tasks_free(&t);
	t.names = true;
	t.oom_unseen = t.oom_as_kill = false;
	now = 1000000;
	queued = true;
	interrupt = false;
	task(KERNELS, KERNELS, 2, "kworker");
	task(SHELL, SHELL, 1, "shell");
	task(SHELL + 1, SHELL, 1, "worker");
	task(OTHER, OTHER, 1, "other");
	apply((struct event){ .type = EVENT_FORK, .tid = VICTIM,
	    .fork = { .parent = SHELL, .flags = 0 }, .comm = "shell" });
	apply((struct event){ .type = EVENT_FORK, .tid = VICTIM + 1,
	    .fork = { .parent = VICTIM, .flags = FLAG_THREAD },
	    .comm = "shell" });
}

static void
status(int tid, struct event_status s)
{
	s.sender_only = true;
	apply((struct event){ .type = EVENT_STATUS, .tid = tid, .status = s });
}

static void
sent_as(int sig, int sender, int tid, int group, int code)
{
	status(tid, (struct event_status){ .hint = HINT_SENT, .code = sig,
	    .sender = sender, .si_code = code, .group = group,
	    .interrupt = interrupt, .queued = queued });
}

/* As kill(2) does. */
static void
sent(int sig, int sender)
{
	sent_as(sig, sender, VICTIM, queued ? 1 : -1, 0);
}

static void
taken(int sig, int tid, bool handler)
{
	status(tid, (struct event_status){ .code = sig,
	    .hint = handler ? HINT_HANDLED : HINT_DELIVERED });
}

static void
leaves(int tid, int code, bool last)
{
	struct event e = { .type = EVENT_EXIT, .tid = tid, .comm = "shell",
		.exit = EXIT_UNKNOWN };

	e.exit.code = code;
	e.exit.grouped = 1;
	e.exit.group_dead = last;
	apply(e);
}

static const char *
words(const struct event_by *by)
{
	static const char *const why[] = { "?", "user", "kernel", "oom",
		"self" };
	static char text[64];

	snprintf(text, sizeof text, "%s %d %s", why[by->why], by->pid,
	    by->comm);
	return text;
}

/* The victim ends with that code: by whom? */
static const char *
ends(int code)
{
	leaves(VICTIM + 1, code, false);
	leaves(VICTIM, code, true);
	if (t.end.type != EVENT_END || t.end.task.code != code)
		return "no end";
	return words(&t.end.by);
}

#define is(code, want, what) tap_is_str(ends(code), want, "%s", what)
#define BY_SHELL "user 100 shell"
#define BY_OTHER "user 150 other"
#define NOT_KNOWN "? 0 "
#define KERNEL	 "kernel 0 "

static void
test_kinds(void)
{
	static const struct {
		int sender, tid, group, code;
		const char *by, *what;
	} all[] = { { SHELL, VICTIM, 1, 0, BY_SHELL, "kill" },
		{ SHELL + 1, VICTIM, 1, 0, BY_SHELL, "kill by a thread" },
		{ SHELL, VICTIM + 1, 0, -6, BY_SHELL, "tgkill" },
		{ SHELL, VICTIM, 1, -1, BY_SHELL, "sigqueue" },
		{ SHELL, VICTIM, 0, 0, BY_SHELL, "cgroup.kill" },
		{ SHELL, VICTIM, 1, -60, BY_SHELL, "any code below" },
		{ VICTIM, VICTIM, 1, 0, "self 200 shell", "kill of itself" },
		{ VICTIM, VICTIM, 0, -6, "self 200 shell", "raise" },
		{ VICTIM + 1, VICTIM, 0, -6, "self 200 shell",
		    "a thread of it" },
		{ VICTIM, VICTIM, 0, 0, KERNEL, "SIGPIPE of a write" },
		{ VICTIM + 1, VICTIM + 1, 0, 0, KERNEL, "of a thread" },
		{ VICTIM, VICTIM, 0, 1, KERNEL, "a fault" },
		{ VICTIM, VICTIM, 0, 3 << 16 | 1, KERNEL, "before 4.16" },
		{ SHELL, VICTIM, 1, 0x80, KERNEL, "a terminal" },
		{ 0, VICTIM, 1, 0x80, KERNEL, "an idle CPU" },
		{ KERNELS, VICTIM, 1, 0, KERNEL, "a thread of the kernel" },
		{ SHELL, VICTIM, 1, -2, NOT_KNOWN, "a timer, or a lie" },
		{ SHELL, VICTIM, 1, -5, NOT_KNOWN, "SIGIO, or a lie" },
		{ VICTIM, VICTIM, 1, -2, KERNEL, "a timer of its own" },
		{ VICTIM + 1, VICTIM, 1, -2, KERNEL, "and of a thread" },
		{ 0, VICTIM, 1, 0, NOT_KNOWN, "no task" },
		{ 999, VICTIM, 1, 0, NOT_KNOWN, "a task that is not known" } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		begin();
		sent_as(SIGTERM, all[i].sender, all[i].tid, all[i].group,
		    all[i].code);
		is(SIGTERM, all[i].by, all[i].what);
	}
	begin();
	interrupt = true;
	sent_as(SIGALRM, SHELL, VICTIM, 1, -2);
	is(SIGALRM, KERNEL, "a timer, in an interrupt");
}

static void
test_none(void)
{
	begin();
	is(SIGTERM, NOT_KNOWN, "none was sent");
	begin();
	sent(SIGHUP, SHELL);
	is(SIGTERM, NOT_KNOWN, "another was sent");
	begin();
	sent(SIGKILL, SHELL);
	is(137 << 8, NOT_KNOWN, "a status of 137 is no signal");
	begin();
	sent(SIGCHLD, SHELL);
	sent(0, SHELL);
	sent(65, SHELL);
	sent(-1, SHELL);
	taken(0, VICTIM, true);
	taken(99, VICTIM, false);
	tap_ok(!tasks_find(&t, VICTIM)->killer.first, "no such signals");
}

static void
test_two(void)
{
	begin();
	sent(SIGTERM, OTHER);
	sent(SIGTERM, SHELL);
	is(SIGTERM, BY_SHELL, "queued again: the first was taken");
	begin();
	sent(SIGTERM, OTHER);
	taken(SIGTERM, VICTIM, true);
	sent(SIGTERM, SHELL);
	is(SIGTERM, BY_SHELL, "the first was handled");
	begin();
	sent(SIGTERM, OTHER);
	taken(SIGTERM, VICTIM, true);
	is(SIGTERM, NOT_KNOWN, "handled, and none is left");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	sent(SIGTERM, SHELL);
	is(SIGTERM, NOT_KNOWN, "two queues");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	sent(SIGTERM, OTHER);
	is(SIGTERM, BY_OTHER, "two queues, one sender");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	sent(SIGTERM, SHELL);
	taken(SIGTERM, VICTIM, false);
	is(SIGTERM, BY_SHELL, "two queues: the one of the process");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	sent(SIGTERM, SHELL);
	taken(SIGTERM, VICTIM + 1, false);
	is(SIGTERM, BY_OTHER, "two queues: the one of the thread");
	begin();
	sent(SIGTERM, SHELL);
	taken(SIGTERM, VICTIM, false);
	sent(SIGTERM, OTHER);
	is(SIGTERM, NOT_KNOWN, "another came after the end began");
	begin();
	sent(SIGTERM, SHELL);
	sent(SIGKILL, OTHER);
	taken(SIGKILL, VICTIM + 1, false);
	is(SIGTERM, BY_SHELL, "the status says which signal it was");
}

static void
test_realtime(void)
{
	begin();
	sent(40, SHELL);
	sent(40, SHELL);
	taken(40, VICTIM, true);
	is(40, BY_SHELL, "one of two is handled");
	begin();
	sent(40, SHELL);
	taken(40, VICTIM, true);
	sent(40, OTHER);
	is(40, BY_OTHER, "the first is handled");
	begin();
	sent(40, SHELL);
	sent(40, OTHER);
	is(40, NOT_KNOWN, "both may be pending");
}

/* Before Linux 3.4. */
static void
test_old(void)
{
	begin();
	queued = false;
	sent(SIGTERM, SHELL);
	sent(SIGTERM, SHELL);
	is(SIGTERM, BY_SHELL, "old: one sender");
	begin();
	queued = false;
	sent(SIGTERM, SHELL);
	sent(SIGTERM, OTHER);
	is(SIGTERM, NOT_KNOWN, "old: one of the two was dropped");
	begin();
	queued = false;
	sent(SIGPIPE, VICTIM);
	is(SIGPIPE, NOT_KNOWN, "old: SIGPIPE, by itself or of a write");
	begin();
	queued = false;
	sent(SIGTERM, VICTIM);
	is(SIGTERM, "self 200 shell", "old: itself");
}

static void
oom_of(int victim, int sender)
{
	status(victim, (struct event_status){ .hint = HINT_OOM,
	    .sender = sender });
}

static void
oom(int sender)
{
	oom_of(VICTIM, sender);
}

static void
test_oom(void)
{
	begin();
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	oom(SHELL);
	is(SIGKILL, "oom 0 ", "the OOM killer");
	begin();
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	oom(OTHER);
	is(SIGKILL, KERNEL, "another task saw that it was dying");
	begin();
	sent(SIGKILL, SHELL);
	oom(SHELL);
	is(SIGKILL, BY_SHELL, "killed before");
	begin();
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	now += 1000000000;
	oom(SHELL);
	is(SIGKILL, KERNEL, "long before");
	begin();
	oom(SHELL);
	is(SIGKILL, NOT_KNOWN, "dying, of nothing that was seen");
	begin();
	oom_of(OTHER, SHELL);
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	is(SIGKILL, NOT_KNOWN, "after another victim: shares its memory?");
	begin();
	oom_of(OTHER, SHELL);
	sent(SIGKILL, SHELL);
	is(SIGKILL, BY_SHELL, "kill(2) after another victim");
	begin();
	oom_of(OTHER, SHELL);
	now += 1000000000;
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	is(SIGKILL, KERNEL, "long after another victim");
}

/* Linux before 4.20, with mark_victim: SEND_SIG_FORCED looks like kill(2). */
static void
test_oom_as_kill(void)
{
	begin();
	t.oom_as_kill = true;
	sent(SIGKILL, SHELL);
	oom(SHELL);
	is(SIGKILL, NOT_KNOWN, "as kill(2): killed before, or not");
	begin();
	t.oom_as_kill = true;
	sent(SIGKILL, VICTIM);
	oom(VICTIM);
	is(SIGKILL, NOT_KNOWN, "as kill(2): itself, or not");
	begin();
	t.oom_as_kill = true;
	oom_of(OTHER, SHELL);
	sent(SIGKILL, SHELL);
	is(SIGKILL, NOT_KNOWN, "as kill(2): after another victim");
	begin();
	t.oom_as_kill = true;
	sent(SIGKILL, SHELL);
	oom(OTHER);
	is(SIGKILL, BY_SHELL, "as kill(2): a victim of another task");
}

static void
runs_oom(int tid, bool runs)
{
	status(tid, (struct event_status){
	    .hint = runs ? HINT_OOM_BEGIN : HINT_OOM_END, .sender = tid });
}

/* The probes: all that it sends, whatever that looks like. */
static void
test_oom_probed(void)
{
	for (int code = 0; code <= 0x80; code += 0x80) {
		begin();
		t.oom_as_kill = code == 0;
		runs_oom(SHELL + 1, true);
		sent_as(SIGKILL, SHELL + 1, VICTIM, 1, code);
		oom(SHELL + 1);
		runs_oom(SHELL + 1, false);
		is(SIGKILL, "oom 0 ", "probed: the OOM killer");
		begin();
		t.oom_as_kill = code == 0;
		runs_oom(VICTIM, true);
		sent_as(SIGKILL, VICTIM, VICTIM, 1, code);
		runs_oom(VICTIM, false);
		is(SIGKILL, "oom 0 ", "probed: its own memory");
		begin();
		t.oom_as_kill = code == 0;
		runs_oom(SHELL, true);
		oom_of(OTHER, SHELL);
		sent_as(SIGKILL, SHELL, VICTIM, 1, code);
		is(SIGKILL, "oom 0 ", "probed: shares memory of a victim");
	}
	begin();
	t.oom_as_kill = true;
	runs_oom(SHELL, true);
	runs_oom(SHELL, false);
	sent(SIGKILL, SHELL);
	is(SIGKILL, BY_SHELL, "probed: after it");
	begin();
	t.oom_as_kill = true;
	runs_oom(SHELL + 1, true);
	sent(SIGKILL, SHELL);
	is(SIGKILL, BY_SHELL, "probed: another thread");
	begin();
	t.oom_as_kill = true;
	runs_oom(SHELL, true);
	sent_as(SIGKILL, SHELL, VICTIM, 0, -6);
	is(SIGKILL, BY_SHELL, "probed: tgkill(2) is another's");
	begin();
	t.oom_as_kill = true;
	runs_oom(SHELL, true);
	interrupt = true;
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	is(SIGKILL, KERNEL, "probed: an interrupt, a limit of CPU time");
}

/* What began before a loss may have ended in it, and the other way round. */
static void
test_oom_lost(void)
{
	static const struct {
		uint64_t after;
		int code;
		const char *by, *what;
	} all[] = {
		{ .after = 1000, .code = 0x80, .by = NOT_KNOWN,
		    .what = "lost: a kernel's, soon after" },
		{ .after = 1000, .code = 0, .by = NOT_KNOWN,
		    .what = "lost: as kill(2), soon after" },
		{ .after = 2000000000, .code = 0x80, .by = KERNEL,
		    .what = "lost: long after" },
		{ .after = 2000000000, .code = 0, .by = BY_SHELL,
		    .what = "lost: as kill(2), long after" },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		begin();
		t.oom_as_kill = true;
		runs_oom(SHELL, true);
		apply((struct event){ .type = EVENT_LOST,
		    .lost = { .count = 1, .until = now + 1000 } });
		now += 1000;
		task(SHELL, SHELL, 1, "shell");
		now += all[i].after;
		apply((struct event){ .type = EVENT_FORK, .tid = VICTIM,
		    .fork = { .parent = SHELL, .flags = 0 },
		    .comm = "new" });
		sent_as(SIGKILL, SHELL, VICTIM, 1, all[i].code);
		leaves(VICTIM, SIGKILL, true);
		tap_is_str(words(&t.end.by), all[i].by, "%s", all[i].what);
	}
}

/* Neither mark_victim nor kprobes. */
static void
test_oom_unseen(void)
{
	static const struct {
		bool as_kill;
		int sig, sender, code;
		const char *by, *what;
	} all[] = {
		{ .as_kill = true, .sig = SIGKILL, .sender = SHELL, .code = 0x80,
		    .by = NOT_KNOWN, .what = "kernel, or OOM" },
		{ .as_kill = true, .sig = SIGKILL, .sender = SHELL, .code = 0,
		    .by = NOT_KNOWN, .what = "kill(2), or OOM" },
		{ .as_kill = true, .sig = SIGKILL, .sender = VICTIM, .code = 0,
		    .by = NOT_KNOWN, .what = "itself, or OOM" },
		{ .as_kill = true, .sig = SIGKILL, .sender = SHELL, .code = -6,
		    .by = BY_SHELL, .what = "tgkill(2)" },
		{ .as_kill = true, .sig = SIGTERM, .sender = SHELL, .code = 0,
		    .by = BY_SHELL, .what = "another signal" },
		{ .as_kill = true, .sig = SIGSEGV, .sender = VICTIM, .code = 1,
		    .by = KERNEL, .what = "a fault" },
		{ .as_kill = false, .sig = SIGKILL, .sender = SHELL, .code = 0x80,
		    .by = NOT_KNOWN, .what = "4.20: kernel, or OOM" },
		{ .as_kill = false, .sig = SIGKILL, .sender = SHELL, .code = 0,
		    .by = BY_SHELL, .what = "4.20: kill(2)" },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		begin();
		t.oom_unseen = true;
		t.oom_as_kill = all[i].as_kill;
		sent_as(all[i].sig, all[i].sender, VICTIM, 1, all[i].code);
		is(all[i].sig, all[i].by, all[i].what);
	}
	begin();
	t.oom_unseen = t.oom_as_kill = true;
	interrupt = true;
	sent_as(SIGKILL, SHELL, VICTIM, 1, 0x80);
	is(SIGKILL, KERNEL, "unseen: an interrupt");
}

static void
renamed(int tid, const char *comm)
{
	struct event e = { .type = EVENT_RENAME, .tid = tid };

	snprintf(e.comm, COMM_LEN, "%s", comm);
	apply(e);
}

static void
exec(int tid, int old, const char *comm)
{
	struct event e = { .type = EVENT_EXEC, .tid = tid,
		.exec.old_tid = old, .path = "/x", .args.argc = -1 };

	snprintf(e.comm, COMM_LEN, "%s", comm);
	apply(e);
}

static void
test_names(void)
{
	begin();
	renamed(SHELL, "first");
	renamed(SHELL + 1, "thread");
	sent(SIGTERM, SHELL + 1);
	renamed(SHELL, "later");
	is(SIGTERM, "user 100 first", "its name then");
	begin();
	exec(SHELL, SHELL, "new");
	sent(SIGTERM, SHELL);
	is(SIGTERM, "user 100 new", "after an exec");
	begin();
	t.names = false;
	exec(SHELL, SHELL, "");
	sent(SIGTERM, SHELL);
	is(SIGTERM, "user 100 ", "a name that is not known");
	begin();
	leaves(SHELL + 1, 0, false);
	leaves(SHELL, 0, true);
	sent(SIGHUP, SHELL);
	is(SIGHUP, BY_SHELL, "its parent has just ended");
	begin();
	leaves(SHELL, 0, false);
	leaves(SHELL + 1, 0, true);
	sent(SIGHUP, SHELL + 1);
	is(SIGHUP, BY_SHELL, "the last thread of its parent");
}

static void
test_threads(void)
{
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	leaves(VICTIM + 1, 0, false);
	sent(SIGTERM, SHELL);
	leaves(VICTIM, SIGTERM, true);
	tap_is_str(words(&t.end.by), BY_SHELL,
	    "what was pending for a thread is gone with it");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	exec(VICTIM, VICTIM, "new");
	sent(SIGTERM, SHELL);
	leaves(VICTIM, SIGTERM, true);
	tap_is_str(words(&t.end.by), BY_SHELL, "and by an exec");
	begin();
	sent_as(SIGTERM, OTHER, VICTIM + 1, 0, -6);
	exec(VICTIM, VICTIM + 1, "new");
	taken(SIGTERM, VICTIM, false);
	leaves(VICTIM, SIGTERM, true);
	tap_is_str(words(&t.end.by), BY_OTHER,
	    "but not that of the thread itself");
}

static void
test_many(void)
{
	begin();
	sent(SIGHUP, OTHER);
	for (int i = 0; i < 2 * KILLER_SIGNALS; i++)
		sent_as(SIGTERM, SHELL, 300 + i, 0, -6);
	tap_ok(tasks_find(&t, VICTIM)->killer.count <= KILLER_SIGNALS,
	    "not of other processes");
	for (int i = 0; i < 2 * KILLER_SIGNALS; i++) {
		apply((struct event){ .type = EVENT_FORK, .tid = 300 + i,
		    .fork = { .parent = VICTIM, .flags = FLAG_THREAD },
		    .comm = "shell" });
		sent_as(SIGTERM, SHELL, 300 + i, 0, -6);
	}
	tap_ok(tasks_find(&t, VICTIM)->killer.count <= KILLER_SIGNALS,
	    "not more than that");
	for (int i = 0; i < 2 * KILLER_SIGNALS; i++)
		leaves(300 + i, 0, false);
	is(SIGTERM, NOT_KNOWN, "too many are pending");
}

static void
test_loss(void)
{
	begin();
	sent(SIGTERM, SHELL);
	apply((struct event){ .type = EVENT_LOST, .lost.count = 1 });
	task(VICTIM, VICTIM, SHELL, "shell");
	is(SIGTERM, NOT_KNOWN, "a loss, and another may have killed it");
	begin();
	apply((struct event){ .type = EVENT_LOST, .lost.count = 1 });
	apply((struct event){ .type = EVENT_FORK, .tid = VICTIM,
	    .fork = { .parent = OTHER, .flags = 0 }, .comm = "new" });
	sent(SIGTERM, SHELL);
	leaves(VICTIM, SIGTERM, true);
	tap_is_str(words(&t.end.by), NOT_KNOWN,
	    "the number of the sender may be another's");
	begin();
	apply((struct event){ .type = EVENT_LOST,
	    .lost = { .count = 1, .until = now + 1000000 } });
	task(SHELL, SHELL, 1, "shell");
	apply((struct event){ .type = EVENT_FORK, .tid = VICTIM,
	    .fork = { .parent = SHELL, .flags = 0 }, .comm = "new" });
	sent(SIGTERM, SHELL);
	leaves(VICTIM, SIGTERM, true);
	tap_is_str(words(&t.end.by), NOT_KNOWN, "in the gap of another CPU");
}

static void
test_text(void)
{
	struct event e = { .type = EVENT_STATUS, .tid = VICTIM,
		.comm = "printed",
		.status = { .hint = HINT_SENT, .code = SIGTERM, .sender = 999,
		    .group = 1, .queued = true } };

	begin();
	apply(e);
	is(SIGTERM, "user 999 printed", "text: the task of the line");
	begin();
	e.status.process = 990;
	apply(e);
	is(SIGTERM, "user 990 printed", "text: its process");
	begin();
	e.status.process = 0;
	e.status.sender = SHELL + 1;
	apply(e);
	is(SIGTERM, BY_SHELL, "text: a thread that is known");
	begin();
	e.status.sender = SHELL;
	apply(e);
	is(SIGTERM, "user 100 printed", "text: a name that is newer");
	begin();
	e.status.code = SIGKILL;
	apply(e);
	is(SIGKILL, "user 100 printed", "text: kill(2)");
	begin();
	e.status.si_code = 0x80;
	apply(e);
	is(SIGKILL, NOT_KNOWN, "text: no mark_victim, which may be off");
	begin();
	apply(e);
	oom(SHELL);
	is(SIGKILL, "oom 0 ", "text: mark_victim");
}

static void
test_recorded(void)
{
	struct event e = { .type = EVENT_EXIT, .tid = VICTIM, .comm = "shell",
		.exit = { .group_dead = 1, .code = SIGTERM, .grouped = -1,
		    .stats_code = CODE_UNKNOWN, .has_status = true,
		    .process_code = SIGTERM },
		.by = { .why = BY_USER, .pid = 7, .comm = "seven" } };

	begin();
	apply(e);
	tap_is_str(words(&t.end.by), "user 7 seven", "recorded");
	begin();
	e.exit.process_code = 0;
	apply(e);
	tap_is_str(words(&t.end.by), NOT_KNOWN, "recorded, of no signal");
}

int
main(void)
{
	test_kinds();
	test_none();
	test_two();
	test_realtime();
	test_old();
	test_oom();
	test_oom_as_kill();
	test_oom_probed();
	test_oom_lost();
	test_oom_unseen();
	test_names();
	test_threads();
	test_many();
	test_loss();
	test_text();
	test_recorded();
	tasks_free(&t);
	return tap_done();
}
