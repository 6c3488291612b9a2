/*
 * status against the kernel: random programs of threads, signals and calls,
 * run by a small model of kernel/exit.c, kernel/signal.c and fs/coredump.c;
 * what each source would show of them is fed, and the status must be that of
 * wait(2), or not known.
 */
#include <signal.h>
#include <string.h>

#include "events/exit_status.h"
#include "tap.h"

#define THREADS	 4
#define ITEMS	 256
#define PROGRAMS 60000

/* Where hints come from. */
enum { PROBE = 1, PROBE_GROUP = 2, STATS = 4, CALLS = 8 };

enum stage { RUNS, CALLED, FATAL, DUMPS, EXITS, DEAD };

struct thread {
	enum stage stage;
	bool killed;	/* SIGKILL is pending */
	bool grouped;
	int arg;	/* of its call; the signal that is its end */
	int handles;	/* a signal that it will handle, 0 none */
	int code;	/* task_struct, exit_code */
};

/* What can be seen of it, in the order of time. */
struct item {
	int source;	/* 0: the end of a thread */
	int t, code;
	enum exit_hint hint;
};

static struct thread th[THREADS];
static struct item items[ITEMS];
static int count, nitems;
static bool newer;	/* synchronize_group_exit, 6.0+ */
static bool racy;	/* steps of threads mix */
static bool dumps;	/* cores are written */
static bool group;	/* SIGNAL_GROUP_EXIT */
static bool signalled;	/* by complete_signal() */
static bool calm;	/* no signal was sent but the one that killed */
static bool plain;	/* all threads ended each for itself */
static bool same;	/* and with one code, or the first at last */
static int group_code, quick, truth, sends;

static uint32_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
show(int source, int t, enum exit_hint kind, int code)
{
	if (nitems < ITEMS)
		items[nitems++] = (struct item){ source, t, code, kind };
}

/* ---- the kernel ---- */

/* zap_other_threads() and those like it. */
static void
begin_group(int t, int code)
{
	group = true;
	group_code = code;
	for (int i = 0; i < count; i++)
		if (i != t)
			th[i].killed = true;
}

/* do_exit() up to exit_mm(). */
static void
do_exit(int t, int code)
{
	show(PROBE, t, HINT_CODE, code);
	if (--quick == 0 && newer && !group)
		begin_group(t, code);
	th[t].code = code;
	th[t].stage = EXITS;
}

static void
do_group_exit(int t, int code)
{
	show(PROBE_GROUP, t, HINT_GROUP, CODE_UNKNOWN);
	if (!group)
		begin_group(t, code);
	plain = false;
	th[t].grouped = true;
	do_exit(t, group_code);
}

static bool
is_core(int sig)
{
	return sig == SIGSEGV || sig == SIGQUIT;
}

/* get_signal(): the default action. */
static void
take_signal(int t, int sig)
{
	show(CALLS, t, HINT_DELIVERED, sig);
	th[t].stage = FATAL;
	th[t].arg = sig;
}

/* Is another thread there, in one of these stages? */
static bool
others(int t, enum stage from, enum stage to)
{
	for (int i = 0; i < count; i++)
		if (i != t && th[i].stage >= from && th[i].stage <= to)
			return true;
	return false;
}

/* A fatal signal or a handled one, for the whole process. */
static void
send(int t)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGKILL, SIGQUIT, SIGUSR1 };
	int sig = sigs[rnd(sizeof sigs / sizeof *sigs)];
	bool blocked = sig != SIGKILL && rnd(4) == 0;

	if (group)
		return; /* prepare_signal: it is dropped */
	show(CALLS, (int)rnd((unsigned)count), HINT_SENT, sig);
	sends++;
	if (blocked) {
		calm = false;
	} else if (sig == SIGUSR1) {
		th[t].handles = sig;
		calm = false;
	} else if (is_core(sig)) {
		if (th[t].stage == RUNS)
			take_signal(t, sig);
		calm = false;
	} else {
		signalled = true;
		begin_group(-1, sig); /* complete_signal() */
	}
}

/* What a running thread does. */
static void
act(int t)
{
	struct thread *p = &th[t];
	int code = (int)rnd(3) << 8;

	if (p->handles && !p->killed) {
		show(CALLS, t, HINT_HANDLED, p->handles);
		p->handles = 0;
	} else if (p->killed && (!racy || rnd(2))) {
		take_signal(t, SIGKILL);
	} else if (rnd(3) == 0 && !signalled) {
		/* Between a signal and its delivery this would need an exit
		 * that is under way already: nothing shows that. */
		show(CALLS, t, HINT_EXIT, code);
		do_exit(t, code);
	} else if (rnd(2)) {
		show(CALLS, t, HINT_EXIT_GROUP, code);
		p->stage = CALLED;
		p->arg = code;
	} else if (rnd(4) == 0 && !p->killed) {
		show(CALLS, t, HINT_SENT, SIGSEGV);
		take_signal(t, SIGSEGV);
	} else if (rnd(2)) {
		send(t);
	}
}

/* One step of a thread.  Returns false when it has to wait. */
static bool
step(int t)
{
	struct thread *p = &th[t];

	switch (p->stage) {
	case RUNS:
		act(t);
		return true;
	case CALLED:
		do_group_exit(t, p->arg);
		return true;
	case FATAL:
		if (!is_core(p->arg) || group) {
			do_group_exit(t, p->arg);
		} else {
			begin_group(t, p->arg);
			p->stage = DUMPS;
		}
		return true;
	case DUMPS: /* coredump_wait() */
		if (others(t, RUNS, DUMPS))
			return false;
		group_code |= dumps ? CODE_CORE : 0;
		do_group_exit(t, p->arg);
		return true;
	case EXITS: /* coredump_task_exit() */
		if (others(t, DUMPS, DUMPS))
			return false;
		show(0, t, 0, 0);
		p->stage = DEAD;
		return true;
	default:
		return false;
	}
}

/* What all threads that end for themselves leave: is it known for certain? */
static bool
is_same(int last)
{
	bool r = true;

	for (int i = 1; i < count; i++)
		r &= th[i].code == th[0].code;
	return plain && (r || (last == 0 && !racy));
}

/* Run a random program, to the end of its last thread. */
static void
run(void)
{
	int left, last = 0;

	memset(th, 0, sizeof th);
	quick = left = count;
	nitems = sends = 0;
	group = signalled = false;
	calm = plain = true;
	while (left > 0) {
		int t = (int)rnd((unsigned)count);
		enum stage before = th[t].stage;

		step(t);
		/* Nobody comes in between, until others have to end too. */
		while (!racy && th[t].stage != before &&
		    (th[t].stage == CALLED || th[t].stage == FATAL ||
			(th[t].stage == EXITS && !th[t].grouped)))
			if (!step(t))
				break;
		if (th[t].stage == DEAD && before != DEAD) {
			left--;
			last = t;
		}
	}
	truth = group ? group_code : th[0].code;
	same = is_same(last);
}

/* ---- what is seen ---- */

static bool
is_code(int got, int want)
{
	if (got != CODE_UNKNOWN && (got & CODE_CORE_ANY))
		return (got & 0x7f) == (want & 0x7f) && (want & 0x7f);
	return got == want;
}

static struct {
	long known, wrong, thread_wrong, grouped_wrong;
} sum;

static void
say(const char *what, int sources, int got, int want)
{
	static const char *const names[] = { "end", "CODE", "GROUP", "EXIT",
		"EXIT_GROUP", "SENT", "DELIVERED", "HANDLED" };

	printf("# %s: got %#x, want %#x; %d threads, %s:", what,
	    (unsigned)got, (unsigned)want, count, newer ? "6.0+" : "before 6.0");
	for (int i = 0; i < nitems; i++)
		if (!items[i].source || (items[i].source & sources))
			printf(" %d:%s(%#x)", items[i].t, names[items[i].hint],
			    (unsigned)(items[i].source ? items[i].code :
			    th[items[i].t].code));
	printf("\n");
}

static int
see(int sources)
{
	struct status s[THREADS];
	bool groups = sources & PROBE_GROUP;
	int last = 0;

	for (int i = 0; i < count; i++)
		status_init(&s[i]);
	s[0].many = count > 1;
	for (int i = 0; i < nitems; i++) {
		struct item *it = &items[i];
		struct event e = { .type = EVENT_STATUS, .status.hint = it->hint,
			.status.code = it->code };

		if (it->source & sources)
			exit_hint(&s[it->t], &s[0], &e.status, groups);
		if (it->source)
			continue;
		e = (struct event){ .type = EVENT_EXIT, .exit.code = CODE_UNKNOWN,
			.exit.grouped = -1, .exit.stats_code = CODE_UNKNOWN };
		if (sources & STATS)
			e.exit.stats_code = it->t ? 0 : th[0].code;
		last = it->t;
		status_exit(&s[last], &s[0], &e, last == 0);
		if (e.task.code != CODE_UNKNOWN && !is_code(e.task.code, th[last].code) &&
		    sum.thread_wrong++ == 0)
			say("thread", sources, e.task.code, th[last].code);
		sum.grouped_wrong += e.task.grouped >= 0 &&
		    e.task.grouped != th[last].grouped;
	}
	return status_end(&s[0], last == 0);
}

/*
 * A wrong status?  Where no hint shows whose a code is, and threads end at the
 * same time, that of the first thread is all that can be asked for.
 */
static bool
is_wrong(int sources, int got)
{
	bool weak = !(sources & (PROBE_GROUP | CALLS));

	if (got == CODE_UNKNOWN || is_code(got, truth))
		return false;
	return !(racy && weak && count > 1 && got == th[0].code &&
	    !is_core(got));
}

/* Must the status be known?  What the header promises. */
static bool
is_promised(int sources)
{
	/* A signal may have been first: its code is the process's alone. */
	if (count == 1 && (sources & (PROBE | STATS)))
		return !plain || sends == 0 || !(sources & CALLS);
	if ((sources & PROBE) && (sources & PROBE_GROUP))
		return !plain || same;
	if (sources & CALLS)
		return !racy && ((sends == 0 && (!plain || same)) ||
		    (sends == 1 && calm && count == 1));
	return false;
}

static void
check(int sources, const char *name)
{
	int programs = tap_rounds(PROGRAMS);
	long missing = 0;

	memset(&sum, 0, sizeof sum);
	seed = 1;
	for (int i = 0; i < programs; i++) {
		int got;

		count = 1 + (int)rnd(THREADS);
		newer = rnd(2);
		dumps = rnd(2);
		run();
		got = see(sources);
		sum.known += got != CODE_UNKNOWN;
		if (is_wrong(sources, got) && sum.wrong++ < 2)
			say("wrong", sources, got, truth);
		if (got == CODE_UNKNOWN && is_promised(sources) &&
		    missing++ == 0)
			say("missing", sources, got, truth);
	}
	tap_is_int(sum.wrong, 0, "%s%s: never a wrong status (%ld%% known)",
	    name, racy ? ", races" : "", sum.known * 100 / programs);
	tap_is_int(sum.thread_wrong, 0, "%s: nor of a thread", name);
	tap_is_int(sum.grouped_wrong, 0, "%s: nor whose it is", name);
	tap_is_int(missing, 0, "%s: known where it can be", name);
}

int
main(void)
{
	for (int i = 0; i < 2; i++) {
		racy = i == 1;
		check(PROBE | PROBE_GROUP, "probes");
		check(PROBE, "do_exit alone");
		check(PROBE | PROBE_GROUP | STATS, "probes, taskstats");
		check(STATS, "taskstats");
		check(CALLS, "calls");
		check(CALLS | STATS, "calls, taskstats");
	}
	return tap_done();
}
