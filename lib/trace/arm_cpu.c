/*
 * The scheduler's own sum, se.sum_exec_runtime of struct task_struct, is
 * brought up to date for the last time when a dead task is dequeued, in its
 * last schedule(): what is read after that is what it used, in ns.  The offset
 * is not known: children of this tool end, and the clock of a process that was
 * not waited for yet gives that very sum (thread_group_cputime(),
 * kernel/sched/cputime.c), to the ns.
 */
#include "trace/arm_cpu.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/count.h"
#include "base/units.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/clock.h"
#include "kernel/quirks.h"
#include "trace/finding.h"
#include "trace/probe_event.h"

/*
 * Functions that finish_task_switch() (kernel/sched/core.c) calls with a dead
 * task, by that order: for each one, since Linux 4.9, where the stack is not a
 * part of thread_info (x86, arm64, powerpc, s390, riscv); for those that the
 * fair scheduler ran, since 4.3.
 */
static const char *const functions[] = { "put_task_stack", "task_dead_fair" };

/* The sum is near the beginning, unless the layout was randomized.  Each window
 * begins in the one before: where words have 4 bytes, a u64 may cross the end.
 */
#define WINDOWS	    4
#define WINDOW_STEP (SUM_BYTES - 8)
/* A child runs twice as long as the one before: the scheduler's clock may
 * advance by a tick (sched_clock_local(), kernel/sched/clock.c). */
#define BURN_NS	    100000u
#define CHILDREN    8
#define SAMPLES	    3 /* enough if they leave one place */
#define WAIT_NS	    1000000000u
#define QUIET	    3 /* sweeps without an event, after its end */

struct child {
	pid_t pid;
	bool ended;	  /* its record came */
	uint64_t counted; /* in the record */
};

/* ---- children ---- */

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void
burn(uint64_t ns)
{
	uint64_t end = now() + ns;

	while (now() < end)
		;
}

/* Child number i, which runs, sleeps, runs again and ends.  Returns 0, or -1.
 */
static int
child_start(struct child *c, int i)
{
	static const struct timespec nap = { 0, BURN_NS };

	*c = (struct child){ .pid = fork() };
	if (c->pid != 0)
		return c->pid > 0 ? 0 : -1;
	burn((uint64_t)BURN_NS << i);
	nanosleep(&nap, NULL);
	burn(BURN_NS / 2);
	_exit(0);
}

/* The CPU time of one that ends, ns.  Returns 0, or -1 with errno. */
static int
child_time(const struct child *c, uint64_t *ns)
{
	struct timespec t;
	siginfo_t info;
	clockid_t id;
	int r;

	do
		r = waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT);
	while (r != 0 && errno == EINTR);
	if (r == 0)
		errno = clock_getcpuclockid(c->pid, &id);
	if (r != 0 || errno || clock_gettime(id, &t) != 0)
		return -1;
	*ns = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
	return 0;
}

static void
child_reap(struct child *c)
{
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void
take_records(struct session *s, struct child *c)
{
	struct event e;

	while (session_next(s, &e)) {
		s->seen(s->seen_arg, &e);
		if (e.type == EVENT_EXIT && e.tid == c->pid) {
			c->ended = true;
			c->counted = e.exit.counted;
		}
	}
}

/* Sweep until the record of the child's end came and nothing more comes, or
 * its bytes did.  Returns 0, or -1 with an error. */
static int
child_await(struct session *s, struct child *c)
{
	const struct sum_search *search = s->assembler.search;
	uint64_t end = clock_boot() + WAIT_NS;
	int quiet = 0;

	while (quiet < QUIET && !(search && search->seen) &&
	    !(!search && c->ended)) {
		long n = session_sweep(s);

		if (n < 0)
			return -1;
		take_records(s, c);
		if (clock_boot() > end || session_is_ending(s))
			return error_set(&s->error, "own exit not seen");
		quiet = c->ended && n == 0 ? quiet + 1 : 0;
		if (n == 0)
			reader_wait(&s->reader, SESSION_STEP_NS, NULL);
	}
	return 0;
}

/* Run child number i to its end; ns is its CPU time.  Returns 0, or -1 with an
 * error. */
static int
child_run(struct session *s, struct child *c, int i, uint64_t *ns)
{
	int r;

	if (child_start(c, i) != 0)
		return error_set(&s->error, "fork: %m");
	if (s->assembler.search) {
		s->assembler.search->tid = c->pid;
		s->assembler.search->seen = false;
	}
	r = child_await(s, c);
	if (r == 0 && child_time(c, ns) != 0)
		r = error_set(&s->error, "clock of a child: %m");
	child_reap(c);
	return r;
}

/* ---- where the sum is ---- */

/* Probe the words of a window, from byte first on. */
static int
window_arm(
    struct session *s, const char *name, const char *function, size_t first)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = name, .kind = RAW_TASK
	};

	return probe_event_words(&e, function, first, SUM_WORDS, &s->instance,
	    &s->events, &s->error);
}

/* Run children until no place is left, or one that is certain.  Returns how
 * many places there are in the window, or -1 with an error. */
static int
window_search(struct session *s, size_t first, size_t *offset)
{
	size_t step = (size_t)arch_word_size();
	struct sum_search search = { .tid = 0 };
	int places = 0, r = 0;
	struct child c;
	uint64_t ns;

	s->assembler.search = &search;
	for (int i = 0; i < CHILDREN && r == 0; i++) {
		r = child_run(s, &c, i, &ns);
		if (r == 0 && ns)
			sum_compare(&search, step, ns);
		places = sum_places(&search, step, offset);
		if (search.samples && !places)
			break;
		if (search.samples >= SAMPLES && places == 1)
			break;
	}
	s->assembler.search = NULL;
	if (r == 0 && !search.samples)
		return error_set(&s->error, "not hit at the end of a task");
	*offset += first;
	return r == 0 ? places : -1;
}

/* One window after the other.  Its event is disabled at once, and deleted with
 * the session: to delete it takes long (synchronize_rcu(), kernel/kprobes.c).
 */
static int
find_offset(struct session *s, int which, size_t *offset)
{
	int known = s->events.count, places = 0;
	char name[16];

	for (int w = 0; w < WINDOWS && places == 0; w++) {
		size_t first = (size_t)w * WINDOW_STEP;

		snprintf(name, sizeof name, "task%d_%d", which, w);
		if (window_arm(s, name, functions[which], first) != 0)
			places = -1;
		else
			places = window_search(s, first, offset);
		buffer_write(&s->instance, "0", "events/%s/%s/enable",
		    s->instance.group, name);
		raw_event_forget(&s->events, known);
	}
	if (places > 1)
		return error_set(
		    &s->error, "%d places look like the CPU time", places);
	if (places == 0)
		return error_set(&s->error, "no place of the CPU time found");
	return places < 0 ? -1 : 0;
}

/* ---- the probe ---- */

static int
selftest_sum(struct session *s)
{
	struct child c;
	uint64_t ns;

	for (int i = 0; i < CHILDREN; i++) {
		if (child_run(s, &c, i, &ns) != 0)
			return -1;
		if (ns && c.counted)
			return c.counted == ns ?
			    0 :
			    error_set(&s->error,
				"self-test failed: another CPU time");
	}
	return error_set(&s->error, "self-test failed: CPU time not seen");
}

static int
arm_sum(struct session *s, const char *function, size_t offset)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = "sum", .kind = RAW_SUM
	};
	int known = s->events.count;
	char text[80];

	snprintf(text, sizeof text, "%s sum=+%zu(%s):u64", function, offset,
	    arch_first_argument());
	e.text = text;
	s->assembler.awaits_sum = true;
	if (probe_event_arm(&e, &s->instance, &s->events, &s->error) == 0 &&
	    selftest_sum(s) == 0)
		return 0;
	s->assembler.awaits_sum = false;
	probe_event_forget(&s->instance, e.name);
	raw_event_forget(&s->events, known);
	return -1;
}

void
arm_cpu(struct session *s)
{
	struct findings *f = &s->opt.findings;
	struct error error;
	size_t offset = 0;

	if (!quirk_kprobes_usable(s->tracefs, &error)) {
		finding_add(f, "cpu time", NULL, "kprobe: %s", error.text);
		return;
	}
	if (!arch_first_argument()) {
		finding_add(f, "cpu time", NULL,
		    "kprobe: no registers known on %s", arch_name());
		return;
	}
	for (size_t i = 0; i < COUNT(functions) && !session_is_ending(s); i++) {
		if (find_offset(s, (int)i, &offset) == 0 &&
		    arm_sum(s, functions[i], offset) == 0) {
			finding_add(f, "cpu time", NULL,
			    "kprobe %s: in use (byte %zu of a task), self-test "
			    "passed",
			    functions[i], offset);
			return;
		}
		finding_add(f, "cpu time", NULL, "kprobe %s: %s", functions[i],
		    s->error.text);
	}
}
