/*
 * tasks: random lives of processes, from every source of statuses.  Each
 * process ends once, and a recording, which has what was found out but not
 * the hints of it, has the same ends.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "events/recording.h"
#include "task/table.h"
#include "tap.h"

#define PROCESSES 6
#define THREADS	  4
#define STEPS	  120
#define ROUNDS	  20000
#define ENDS	  256

/* Sources of statuses; bits. */
enum { PROBE = 1, GROUP = 2, STATS = 4, CALLS = 8 };

static struct {
	bool alive[THREADS];
	bool begun[THREADS];	/* to end: its hints were shown */
	bool grouped[THREADS];
	int code[THREADS];
	int killed;		/* the code of a group exit, or -1 */
	int left;
} proc[PROCESSES];

static struct tasks live, replay;
static struct recording recording;
static struct buf line;
static struct event ends[2][ENDS];
static int count[2], real, sources, losses;
static uint64_t now;
static uint32_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
note(const struct tasks *t, int which)
{
	if (t->end.type == EVENT_END && count[which] < ENDS)
		ends[which][count[which]++] = t->end;
}

/* As live.c: what was found out goes into the recording. */
static void
apply(struct event e)
{
	struct event raw, again;

	e.ts = now += 1000;
	raw = e;
	if (tasks_apply(&live, &e) != 0)
		tap_ok(0, "memory");
	note(&live, 0);
	if (e.type == EVENT_STATUS)
		return;
	if (e.type == EVENT_EXIT)
		tasks_conclude(&live, &e, &raw);
	line.len = 0;
	recording_write(&line, &raw);
	line.data[line.len - 1] = '\0';
	if (recording_parse(&recording, line.data, line.len - 1, &again) != 1 ||
	    tasks_apply(&replay, &again) != 0)
		tap_ok(0, "recording: %s", recording.why);
	note(&replay, 1);
}

/* ---- lives ---- */

static int
tid_of(int p, int t)
{
	return 100 + p * THREADS + t;
}

static void
hint(int source, int p, int t, enum exit_hint what, int code)
{
	if (sources & source)
		apply((struct event){ .type = EVENT_STATUS, .status.hint = what,
		    .tid = tid_of(p, t), .status.code = code });
}

static void
forks(int p, int t)
{
	uint64_t flags = t ? FLAG_THREAD : 0;

	apply((struct event){ .type = EVENT_FORK, .tid = tid_of(p, t),
	    .fork.parent = t ? tid_of(p, 0) : 1, .fork.flags = flags, .comm = "c" });
	if (!t) {
		memset(&proc[p], 0, sizeof proc[p]);
		proc[p].killed = -1;
	}
	proc[p].alive[t] = true;
	proc[p].begun[t] = false;
	proc[p].left++;
}

static void
begins(int p, int t, int code, bool grouped)
{
	if (grouped)
		hint(GROUP, p, t, HINT_GROUP, CODE_UNKNOWN);
	hint(PROBE, p, t, HINT_CODE, code);
	proc[p].begun[t] = true;
	proc[p].grouped[t] = grouped;
	proc[p].code[t] = code;
}

static void
ends_thread(int p, int t)
{
	struct event e = { .type = EVENT_EXIT, .tid = tid_of(p, t),
		.comm = "e", .exit.code = CODE_UNKNOWN, .exit.grouped = -1,
		.exit.stats_code = CODE_UNKNOWN };

	e.exit.group_dead = rnd(8) ? -1 : proc[p].left == 1;
	if (sources & STATS) {
		e.exit.stats_code = t ? 0 : proc[p].code[t];
		if (rnd(16))
			e.usage = (struct usage){ .known = true,
				.user = rnd(9), .system = rnd(9),
				.cpu_min = rnd(9), .cpu_max = rnd(9),
				.wait = rnd(9), .maxrss = rnd(9) };
	}
	proc[p].alive[t] = false;
	real += --proc[p].left == 0;
	apply(e);
}

/* A thread begins to end, in one of the ways there are. */
static void
dies(int p, int t)
{
	static const int sigs[] = { SIGTERM, SIGKILL, SIGINT };
	int code = (int)rnd(3) << 8, sig = sigs[rnd(3)];
	int *killed = &proc[p].killed;

	if (*killed >= 0) {
		hint(CALLS, p, t, HINT_DELIVERED, SIGKILL);
		begins(p, t, *killed, true);
	} else if (rnd(3) == 0) {
		hint(CALLS, p, t, HINT_EXIT, code);
		begins(p, t, code, false);
	} else if (rnd(2)) {
		hint(CALLS, p, t, HINT_EXIT_GROUP, code);
		begins(p, t, *killed = code, true);
	} else if (rnd(2)) {
		hint(CALLS, p, t, HINT_SENT, sig);
		hint(CALLS, p, t, HINT_DELIVERED, SIGKILL);
		begins(p, t, *killed = sig, true);
	} else {
		hint(CALLS, p, t, HINT_DELIVERED, SIGSEGV);
		begins(p, t, (*killed = SIGSEGV) | (rnd(2) ? CODE_CORE : 0),
		    true);
	}
}

static void
step(void)
{
	int p = (int)rnd(PROCESSES), t = (int)rnd(THREADS);
	bool *alive = proc[p].alive;

	if (losses && rnd(64) == 0) {
		apply((struct event){ .type = EVENT_LOST, .lost.count = rnd(2) });
	} else if (proc[p].left == 0) {
		forks(p, 0);
	} else if (!alive[t]) {
		if (alive[0] && !proc[p].begun[0] && t && rnd(2) &&
		    proc[p].killed < 0)
			forks(p, t);
	} else if (proc[p].begun[t]) {
		ends_thread(p, t);
	} else if (t == 0 && proc[p].left == 1 && rnd(8) == 0) {
		apply((struct event){ .type = EVENT_EXEC, .tid = tid_of(p, t),
		    .exec.old_tid = tid_of(p, t), .comm = "x",
		    .path = "/x", .args.argc = 0, .args.state = ARGS_ALL });
	} else if (rnd(3)) {
		dies(p, t);
		if (rnd(2))
			ends_thread(p, t);
	}
}

static bool
same(const struct event *a, const struct event *b)
{
	const struct usage *u = &a->usage, *v = &b->usage;

	return a->task.pid == b->task.pid && a->task.ppid == b->task.ppid && a->ts == b->ts &&
	    a->task.start == b->task.start && a->task.code == b->task.code &&
	    strcmp(a->comm, b->comm) == 0 && u->known == v->known &&
	    (!u->known || memcmp(u, v, sizeof *u) == 0);
}

static void
round_(void)
{
	memset(proc, 0, sizeof proc);
	count[0] = count[1] = real = 0;
	tasks_free(&live);
	tasks_free(&replay);
	live.have_group_exit = sources & GROUP;
	now = 0;
	apply((struct event){ .type = EVENT_TASK, .tid = 1, .found.pid = 1,
	    .args.argc = -1 });
	for (int i = 0; i < STEPS; i++)
		step();
}

static void
check(int from, const char *name)
{
	int differ = 0, missing = 0, codes = 0, known = 0;

	sources = from;
	for (int i = 0; i < tap_rounds(ROUNDS / 20); i++) {
		round_();
		missing += losses ? count[0] > real : count[0] != real;
		differ += count[0] != count[1];
		for (int n = 0; n < count[0] && n < count[1]; n++) {
			struct event *a = &ends[0][n], *b = &ends[1][n];
			bool ok = same(a, b);

			codes += !ok;
			known += a->task.code != CODE_UNKNOWN;
			if (!ok && codes == 1)
				printf("# pid %d at %llu: live %#x, replay "
				    "%#x\n", a->task.pid, (unsigned long long)a->ts,
				    (unsigned)a->task.code, (unsigned)b->task.code);
		}
	}
	tap_is_int(missing, 0, "%s%s: one end for each process", name,
	    losses ? ", losses" : "");
	tap_is_int(differ, 0, "%s: as many in the recording", name);
	tap_is_int(codes, 0, "%s: and they are the same (%d known)", name,
	    known);
}

int
main(void)
{
	for (losses = 0; losses < 2; losses++) {
		check(0, "nothing");
		check(PROBE | GROUP, "probes");
		check(PROBE, "do_exit alone");
		check(PROBE | GROUP | STATS, "probes, taskstats");
		check(STATS, "taskstats");
		check(CALLS, "calls");
		check(CALLS | STATS, "calls, taskstats");
	}
	tasks_free(&live);
	tasks_free(&replay);
	buf_free(&line);
	return tap_done();
}
