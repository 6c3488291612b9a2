/*
 * traits: what a task has from the one that forked it; what may have changed is
 * not known.
 */
#include <stdio.h>
#include <string.h>

#include "kernel/proc_trait.h"
#include "task/traits.h"
#include "tap.h"

#define BIT(which) (1u << (which))

static struct tasks t;
static struct traits x;
static struct event e;

/* What /proc has, and which of it may have changed meanwhile. */
static struct {
	const char *text[TRAITS];
	unsigned changed;
	bool gone;
	int looks;
} proc;

static int
look(void *arg, const struct task *p, uint64_t ts, unsigned set,
    struct trait_look *l)
{
	(void)arg;
	(void)p;
	proc.looks++;
	if (proc.gone)
		return -1;
	memcpy(l->text, proc.text, sizeof l->text);
	l->end = ts == UINT64_MAX ? 1 : ts + 5;
	l->settled = set & ~proc.changed;
	return 0;
}

static const char *
resolve(void *arg, const struct event *event, uint64_t begin, const char *cwd)
{
	(void)arg;
	(void)event;
	return begin && cwd ? "/resolved" : NULL;
}

static void
apply(struct event event)
{
	e = event;
	tasks_apply(&t, &e);
}

static const char *
shown(enum trait which)
{
	const char *s = e.task.traits ? e.task.traits[which] : NULL;

	return s ? s : "?";
}

static void
end(void)
{
	tasks_free(&t);
	for (int i = 0; i < TRAITS_SHOWN; i++)
		cgroup_release(&x.names, x.shown[i]);
}

static void
begin(unsigned wanted)
{
	end();
	x = (struct traits){ .before = traits_before,
		.after = traits_after,
		.free = traits_free,
		.wanted = wanted,
		.look = look,
		.resolve = resolve };
	t.traits = &x;
	memset(&proc, 0, sizeof proc);
	proc.text[TRAIT_CWD] = "/a";
	proc.text[TRAIT_EXE] = "/bin/sh";
	proc.text[TRAIT_TTY] = "pts/1";
	proc.text[TRAIT_SID] = "90";
	proc.text[TRAIT_LOGIN] = "1000";
	proc.text[TRAIT_HOME] = "y";
	apply((struct event){ .type = EVENT_TASK,
	    .tid = 100,
	    .found = { .pid = 100, .start = 1 } });
}

static void
fork_(int tid, int parent, uint64_t flags, uint64_t ts)
{
	apply((struct event){ .type = EVENT_FORK,
	    .ts = ts,
	    .tid = tid,
	    .fork = { .parent = parent, .flags = flags } });
}

static void
exec_(int tid, int old, uint64_t ts)
{
	apply((struct event){ .type = EVENT_EXEC,
	    .ts = ts,
	    .tid = tid,
	    .exec.old_tid = old,
	    .path = "./run" });
}

static void
call(int tid, unsigned begins, unsigned ends, uint64_t ts)
{
	apply((struct event){ .type = EVENT_TRAIT,
	    .ts = ts,
	    .tid = tid,
	    .trait = { .begins = begins, .ends = ends } });
}

static void
test_inherited(void)
{
	begin(BIT(TRAIT_CWD));
	fork_(101, 100, 0, 10);
	tap_is_str(shown(TRAIT_CWD), "/a", "a fork copies it");
	tap_is_str(shown(TRAIT_EXE), "?", "what is not asked for is not known");
	proc.gone = true;
	exec_(101, 101, 20);
	tap_is_str(shown(TRAIT_CWD), "/a", "an exec leaves it");
	call(101, BIT(TRAIT_CWD), 0, 30);
	call(101, 0, BIT(TRAIT_CWD), 31);
	exec_(101, 101, 40);
	tap_is_str(shown(TRAIT_CWD), "?", "a call changed it");
	fork_(102, 100, 0, 50);
	tap_is_str(shown(TRAIT_CWD), "/a", "not that of another process");
	apply((struct event){ .type = EVENT_LOST, .ts = 60 });
	exec_(102, 102, 70);
	tap_is_str(shown(TRAIT_CWD), "?", "after a loss it is not known");
}

static void
test_looked_up(void)
{
	begin(BIT(TRAIT_CWD));
	proc.changed = BIT(TRAIT_CWD);
	fork_(101, 100, 0, 10);
	tap_is_str(
	    shown(TRAIT_CWD), "?", "it may have changed since the event");
	proc.changed = 0;
	call(101, BIT(TRAIT_CWD), 0, 11);
	exec_(101, 101, 12);
	proc.looks = 0;
	exec_(101, 101, 13);
	tap_is_int(proc.looks, 0, "once known it is not looked up again");
	fork_(103, 100, FLAG_THREAD | 0x200, 20);
	call(103, BIT(TRAIT_CWD), 0, 21);
	fork_(104, 100, 0, 22);
	tap_is_str(
	    shown(TRAIT_CWD), "/a", "of another thread's call: the child's");
	apply((struct event){ .type = EVENT_EXECFAIL, .ts = 23, .tid = 100 });
	tap_is_str(shown(TRAIT_CWD), "?", "a thread is about to change it");
	fork_(105, 104, 0x200, 30);
	tap_is_str(shown(TRAIT_CWD), "?", "shared with another process");
}

static void
test_program(void)
{
	begin(BIT(TRAIT_CWD) | BIT(TRAIT_EXE) | BIT(TRAIT_HOME));
	fork_(101, 100, 0, 10);
	tap_is_str(shown(TRAIT_EXE), "/bin/sh", "a fork copies the program");
	call(101, BIT(TRAIT_EXE), 0, 11);
	proc.gone = true;
	exec_(101, 101, 12);
	tap_is_str(
	    shown(TRAIT_EXE), "/resolved", "one that is gone, by its path");
	exec_(101, 101, 13);
	tap_is_str(shown(TRAIT_EXE), "?", "not if the call was not seen");
	fork_(102, 100, 0x20000, 14);
	call(102, BIT(TRAIT_EXE), 0, 15);
	exec_(102, 102, 16);
	tap_is_str(shown(TRAIT_EXE), "?", "nor in other mounts");
	fork_(103, 100, 0x10000000, 17);
	call(103, BIT(TRAIT_EXE), 0, 18);
	exec_(103, 103, 19);
	tap_is_str(shown(TRAIT_EXE), "?", "nor in a user namespace");
}

/* A program of another ABI calls what no event shows: chroot(2), execve(2). */
static void
test_unseen(void)
{
	begin(BIT(TRAIT_CWD) | BIT(TRAIT_EXE) | BIT(TRAIT_HOME));
	fork_(101, 100, 0, 10);
	call(101, BIT(TRAIT_EXE), 0, 11);
	exec_(101, 101, 12); /* of another ABI: what comes is not seen */
	proc.gone = true;
	exec_(101, 101, 13);
	call(101, BIT(TRAIT_EXE), 0, 14);
	exec_(101, 101, 15);
	tap_is_str(shown(TRAIT_EXE), "?", "a call before it was not seen");
	fork_(102, 101, 0, 16);
	call(102, BIT(TRAIT_EXE), 0, 17);
	exec_(102, 102, 18);
	tap_is_str(shown(TRAIT_EXE), "?", "nor in its children");
	fork_(103, 100, 0, 19);
	call(103, BIT(TRAIT_EXE), 0, 20);
	exec_(103, 103, 21);
	tap_is_str(shown(TRAIT_EXE), "/resolved", "but in another process");
	call(103, BIT(TRAIT_EXE), 0, 22);
	apply((struct event){ .type = EVENT_LOST, .ts = 23, .lost.until = 24 });
	apply((struct event){ .type = EVENT_TASK,
	    .ts = 25,
	    .tid = 103,
	    .found = { .pid = 103, .start = 19 } });
	proc.gone = false;
	apply((struct event){ .type = EVENT_EXECFAIL, .ts = 26, .tid = 103 });
	proc.gone = true;
	exec_(103, 103, 27);
	tap_is_str(shown(TRAIT_EXE), "?", "a call before a loss may be over");
}

static void
test_session(void)
{
	begin(BIT(TRAIT_TTY) | BIT(TRAIT_SID) | BIT(TRAIT_LOGIN));
	fork_(101, 100, 0, 10);
	tap_is_str(shown(TRAIT_TTY), "pts/1", "a terminal");
	tap_is_str(shown(TRAIT_SID), "90", "a session");
	tap_is_str(shown(TRAIT_LOGIN), "?", "a login, looked up once");
	exec_(100, 100, 20);
	tap_is_str(shown(TRAIT_LOGIN), "1000", "a login, twice the same");
	proc.text[TRAIT_SID] = "101";
	proc.text[TRAIT_TTY] = "-";
	call(101, 0, BIT(TRAIT_SID) | BIT(TRAIT_TTY), 30);
	exec_(101, 101, 40);
	tap_is_str(shown(TRAIT_SID), "101", "its own session");
	tap_is_str(
	    shown(TRAIT_TTY), "?", "of a leader that may get a terminal");
	exec_(101, 101, 50);
	tap_is_str(shown(TRAIT_TTY), "-", "which it has not");
	proc.text[TRAIT_TTY] = "pts/2";
	exec_(101, 101, 60);
	tap_is_str(shown(TRAIT_TTY), "?", "or has, and since when?");
	exec_(101, 101, 70);
	tap_is_str(shown(TRAIT_TTY), "pts/2", "now it is certain");
}

static void
test_replayed(void)
{
	struct event line = { .type = EVENT_TRAIT, .ts = 10, .tid = 101 };

	begin(0);
	x.look = NULL;
	line.trait.text[TRAIT_CWD] = "/b";
	apply(line);
	fork_(101, 100, 0, 10);
	tap_is_str(shown(TRAIT_CWD), "/b", "what the line before it has");
	tap_is_str(shown(TRAIT_EXE), "?", "and no more");
	exec_(101, 101, 11);
	tap_is_str(shown(TRAIT_CWD), "?", "of that event only");
}

static void
test_terminals(void)
{
	char name[32];

	proc_tty_name(name, sizeof name, 0);
	tap_is_str(name, "-", "no terminal");
	proc_tty_name(name, sizeof name, 136 << 8 | 7);
	tap_is_str(name, "pts/7", "a pseudoterminal");
	proc_tty_name(name, sizeof name, 0x100000 | 136 << 8 | 2);
	tap_is_str(name, "pts/258", "beyond the 256th");
	proc_tty_name(name, sizeof name, 4 << 8 | 65);
	tap_is_str(name, "ttyS1", "a serial line");
	proc_tty_name(name, sizeof name, 204 << 8 | 64);
	tap_is_str(name, "204:64", "another one");
}

int
main(void)
{
	test_inherited();
	test_looked_up();
	test_program();
	test_unseen();
	test_session();
	test_replayed();
	test_terminals();
	end();
	return tap_done();
}
