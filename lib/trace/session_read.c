/* What a session reads: records of the ring buffer to typed ones, in order, and
 * the wait for more. */
#include "trace/session_read.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/remote.h"
#include "trace/probe_define.h"

/* Events of a window of time from which on they are left to gather, and for
 * how long; a line is to be readable within 50 ms. */
#define WINDOW_NS     50000000u
#define GATHER_EVENTS 8
#define GATHER_NS     20000000u
#define ALARM_NS      30000000u /* where an alarm ends it */
#define ALARMS_MAX    16	/* of a window; above it, hurry */
#define HURRY_EVENTS  100	/* where /proc is looked at without an alarm */
#define HURRY_NS      4000000u
#define LOADING_NS    2000000u /* what comes just after an exec */

#define SAMPLES_MAX   (4 << 20) /* of all that wait */
#define STEP_MAX      (5u * SESSION_STEP_NS)
#define FUTURE_NS     100000000u /* no trace clock is ahead by that */

/* Count the events of a sweep. */
static void
pace_count(struct pace *p, long events)
{
	uint64_t now = clock_boot(), age = now - p->begin;

	if (age >= WINDOW_NS) {
		p->last = age < 2 * WINDOW_NS ? p->events : 0;
		p->events = p->alarms = 0;
		p->begin = now;
	}
	p->events += events;
	p->alarms += p->rung;
	p->found = events > 0;
}

struct cmdline_sample *
session_peek(void *arg, int pid)
{
	struct session *s = arg;
	struct cmdline_sample *p;
	const char *bytes;
	long len;

	if (!s->proc || s->sampled > SAMPLES_MAX)
		return NULL;
	len = remote_cmdline(pid, &bytes, HELPER_BYTES);
	if (len < 0)
		len = 0;
	p = malloc(sizeof *p + (size_t)len);
	if (!p)
		return NULL;
	p->held = &s->sampled;
	s->sampled += (size_t)len;
	p->taken = clock_boot() + s->clock.slack;
	p->whole = len < HELPER_BYTES;
	p->len = (size_t)len;
	if (len > 0)
		memcpy(p->bytes, bytes, p->len);
	return p;
}

void *
session_look_early(void *arg, const struct ring_record *r)
{
	struct session *s = arg;
	struct raw_event k;

	enum raw_event_kind kind = raw_event_kind_of(&s->events, r);

	if (!kind)
		trace_clock_marked(&s->clock, r);
	if (kind == RAW_EXEC)
		s->pace.execs = true;
	if ((kind != RAW_EXEC && kind != RAW_STACK && kind != RAW_WINDOW &&
		(kind != RAW_RETURN || !s->no_exec_event)) ||
	    !raw_event_decode(&s->events, r, 0, &k) ||
	    !exec_wants_sample(&s->assembler, &k))
		return NULL;
	return session_peek(s, k.pid);
}

void
session_settle(void *arg, struct reader_record *r, size_t count)
{
	struct session *s = arg;

	s->ties.path_first = s->assembler.order == EXEC_PATH_FIRST;
	ties_sort(&s->ties, &s->events, s->reader.data.data, r, count);
}

/* Feed what is in order. */
static int
session_feed(struct session *s, bool all)
{
	const struct reader_record *r;
	struct raw_event k;

	while (reader_next(&s->reader, all, &r)) {
		struct ring_record rec = { .ts = r->ts,
			.len = r->len,
			.data = s->reader.data.data + r->offset };
		struct cmdline_sample *note = reader_take_note(&s->reader);

		if (r->len == 0)
			k = (struct raw_event){ .kind = RAW_LOST,
				.ts = r->ts,
				.cpu = r->cpu,
				.lost = r->lost,
				.until = r->until + (uint64_t)s->clock.offset };
		else if (!raw_event_decode(&s->events, &rec, r->cpu, &k)) {
			cmdline_sample_free(
			    note); /* an event that was given up */
			continue;
		}
		k.ts += (uint64_t)s->clock.offset;
		if (k.ts < s->fed) /* the offset has changed, or it is late */
			k.ts = s->fed;
		if (k.ts == s->fed && s->ties.last) /* in order all the same */
			k.ts++;
		if (r->ts < r->until && k.until <= k.ts) /* not the end */
			k.until = k.ts + 1;
		s->fed = k.ts;
		ties_note(&s->ties, &k);
		if (exec_feed(&s->assembler, &k, note) != 0)
			return error_memory(&s->error);
	}
	return 0;
}

int
session_look_at_changes(struct session *s, bool now)
{
	uint64_t offset = (uint64_t)s->clock.offset, since = s->fed, until;
	struct watch *w = &s->watch;
	struct reader *r = &s->reader;
	unsigned found = 0;
	bool future = r->newest + offset > clock_boot() + FUTURE_NS;
	uint64_t stolen = w->stolen;

	if (now || future || watch_is_due(w, r->looked))
		found = watch_look(w, &since);
	if (future)
		found |= WATCH_CLOCK;
	if (!found)
		return 0;
	until = clock_boot() - offset;
	if (found & WATCH_CLOCK)
		reader_discard(r, until);
	stolen = found == WATCH_STOLEN ? w->stolen - stolen : 0;
	if (reader_gap(r, since - offset, stolen, until) != 0)
		return error_memory(&s->error);
	return 1;
}

long
session_sweep(struct session *s)
{
	const struct reader *r = &s->reader;
	int changed;
	uint64_t begin = trace_clock_now(&s->clock), most;
	long n;

	s->pace.execs = false;
	s->pace.rung = exec_alarm_rang(&s->alarm);
	n = reader_sweep(&s->reader);
	if (n < 0)
		return error_set(&s->error, "trace_pipe_raw: %m");
	if (cpu_time_sweep(&s->cpu_time) != 0)
		return error_set(&s->error, "CPU time: %m");
	changed = session_look_at_changes(s, false);
	if (changed < 0 || session_feed(s, r->quiet) != 0)
		return -1;
	n += changed;
	if (n > 0 && !s->clock.drifts)
		begin = r->looked - s->clock.slack;
	/* What waits is not given up only because all of us stood still. */
	most = (s->until > s->fed ? s->until : s->fed) + STEP_MAX;
	if (exec_pending(&s->assembler) && begin > most)
		begin = most;
	if (n == 0 && s->stopped)
		s->until = UINT64_MAX;
	else if (r->quiet)
		s->until = begin;
	else if (r->before)
		s->until = r->before - 1 + (uint64_t)s->clock.offset;
	pace_count(&s->pace, n);
	return n;
}

/* The events of a helper are not of what is traced.  Its PID may be of another
 * process later, and the helper itself was there before events were. */
static bool
is_of_helper(const struct session *s, const struct event *e)
{
	bool other = e->type == EVENT_FORK && e->fork.parent != s->self;

	if (!s->proc || e->type == EVENT_LOST || !helper_is(e->tid))
		return false;
	if (other || e->type == EVENT_EXIT)
		helper_forget(e->tid);
	return !other;
}

int
session_next(struct session *s, struct event *e)
{
	int r;

	do {
		r = exec_next(&s->assembler, s->until, e);
		if (r && e->type == EVENT_LOST) {
			s->lost += e->lost.count;
			taskstats_doubt(&s->stats);
		} else if (r && e->type == EVENT_EXIT)
			taskstats_join(&s->stats, e);
		if (r)
			cpu_time_join(&s->cpu_time, e);
	} while (r && is_of_helper(s, e));
	return r;
}

/* Does an alarm say when /proc has to be looked at before a program ends? */
static bool
is_alarmed(const struct session *s)
{
	return s->alarm.fd && s->pace.alarms <= ALARMS_MAX;
}

/*
 * How long to let events gather, in ns, so that they are read in one go.  Not
 * while little happens; less where /proc has to be looked at before a program
 * ends; and not when the buffer fills up meanwhile.
 */
static uint64_t
gather_ns(const struct session *s)
{
	bool alarm = is_alarmed(s);
	bool hurry = !alarm && s->opt.execs && s->method >= METHOD_LDSO;
	bool exec = alarm ? s->pace.found : hurry && s->pace.execs;
	long few = hurry ? HURRY_EVENTS : GATHER_EVENTS;

	if (s->reader.rounds > 2 + s->reader.pages / 8)
		return 0;
	if (alarm && s->pace.rung)
		return LOADING_NS;
	if (s->pace.events < few && s->pace.last < few)
		return exec ? LOADING_NS : 0;
	if (alarm)
		return ALARM_NS;
	return hurry ? HURRY_NS : GATHER_NS;
}

void
session_wait(struct session *s, uint64_t ns, const sigset_t *mask)
{
	uint64_t gather = gather_ns(s), patience = watch_patience(&s->watch);
	uint64_t step = SESSION_STEP_NS;
	struct timespec t = { 0, 0 };
	sigset_t set = *mask;

	/* An event ends the wait for it: then the next ones may gather. */
	if (exec_leaving(&s->assembler))
		step = STEP_MAX;
	if (exec_pending(&s->assembler) && ns > step)
		ns = step;
	if (patience < ns)
		ns = patience;
	/* Its events wake no reader. */
	if (s->cpu_time.instance.dir >= 0 && ns > CPU_TIME_NS)
		ns = CPU_TIME_NS;
	if (is_alarmed(s))
		exec_alarm_admit(&set);
	if (gather == 0) {
		reader_wait(&s->reader, ns, &set);
		return;
	}
	t.tv_nsec = (long)(ns < gather ? ns : gather);
	ppoll(NULL, 0, &t, &set);
}

uint64_t
session_taken(const struct session *s)
{
	uint64_t since = exec_waits_since(&s->assembler);

	return since < s->until ? since : s->until;
}

uint64_t
session_untold(struct session *s)
{
	uint64_t sum = reader_untold(&s->reader) + s->watch.stolen;
	int64_t foreign = reader_foreign(&s->reader) - s->watch.foreign;

	if (s->watch.counts && foreign > 0)
		sum += (uint64_t)foreign;
	sum = sum > s->lost ? sum - s->lost : 0;
	return sum + probe_returns_missed(&s->instance) - s->missed;
}
