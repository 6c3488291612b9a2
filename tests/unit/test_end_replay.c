/*
 * tasks: random lives of processes, from every source of statuses.  Each
 * process ends once, and a recording, which has what was found out but not
 * the signs of it, tells the same ends.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/recording.h"
#include "../../lib/tasks.h"
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
	bool begun[THREADS];	/* to end: its signs were shown */
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
		tasks_tell(&live, &e, &raw);
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
sign(int source, int p, int t, enum status_sign what, int code)
{
	if (sources & source)
		apply((struct event){ .type = EVENT_STATUS, .sign = what,
		    .tid = tid_of(p, t), .code = code });
}

static void
forks(int p, int t)
{
	uint64_t flags = t ? FLAG_THREAD : 0;

	apply((struct event){ .type = EVENT_FORK, .tid = tid_of(p, t),
	    .ppid = t ? tid_of(p, 0) : 1, .flags = flags, .comm = "c" });
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
		sign(GROUP, p, t, SIGN_GROUP, CODE_UNKNOWN);
	sign(PROBE, p, t, SIGN_CODE, code);
	proc[p].begun[t] = true;
	proc[p].grouped[t] = grouped;
	proc[p].code[t] = code;
}

static void
ends_thread(int p, int t)
{
	struct event e = { .type = EVENT_EXIT, .tid = tid_of(p, t),
		.comm = "e", .code = CODE_UNKNOWN, .grouped = -1,
		.stats_code = CODE_UNKNOWN };

	e.group_dead = rnd(8) ? -1 : proc[p].left == 1;
	if (sources & STATS) {
		e.stats_code = t ? 0 : proc[p].code[t];
		if (rnd(16))
			e.usage = (struct usage){ true, rnd(9), rnd(9), rnd(9),
				rnd(9), rnd(9), rnd(9) };
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
		sign(CALLS, p, t, SIGN_DELIVERED, SIGKILL);
		begins(p, t, *killed, true);
	} else if (rnd(3) == 0) {
		sign(CALLS, p, t, SIGN_EXIT, code);
		begins(p, t, code, false);
	} else if (rnd(2)) {
		sign(CALLS, p, t, SIGN_EXIT_GROUP, code);
		begins(p, t, *killed = code, true);
	} else if (rnd(2)) {
		sign(CALLS, p, t, SIGN_SENT, sig);
		sign(CALLS, p, t, SIGN_DELIVERED, SIGKILL);
		begins(p, t, *killed = sig, true);
	} else {
		sign(CALLS, p, t, SIGN_DELIVERED, SIGSEGV);
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
		apply((struct event){ .type = EVENT_LOST, .lost = rnd(2) });
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
		    .pid = tid_of(p, t), .old_tid = tid_of(p, t), .comm = "x",
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

	return a->pid == b->pid && a->ppid == b->ppid && a->ts == b->ts &&
	    a->start == b->start && a->code == b->code &&
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
	live.groups = sources & GROUP;
	now = 0;
	apply((struct event){ .type = EVENT_TASK, .tid = 1, .pid = 1,
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
			known += a->code != CODE_UNKNOWN;
			if (!ok && codes == 1)
				printf("# pid %d at %llu: live %#x, replay "
				    "%#x\n", a->pid, (unsigned long long)a->ts,
				    (unsigned)a->code, (unsigned)b->code);
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
