/* Opening, reading and closing.  What to record is chosen above: arm.h. */
#include "trace/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/proc.h"
#include "kernel/quirks.h"
#include "kernel/remote.h"
#include "kernel/tracefs.h"
#include "trace/probe_define.h"
#include "trace/probe_event.h"
#include "trace/finding.h"

/* Events of a window of time from which on they are left to gather, and for
 * how long; a line is to be readable within 50 ms. */
#define WINDOW_NS     50000000u
#define GATHER_EVENTS 8
#define GATHER_NS     20000000u
#define HURRY_EVENTS  100 /* where /proc is looked at */
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
		p->events = 0;
		p->begin = now;
	}
	p->events += events;
}

int
session_enable(struct session *s, enum raw_event_kind kind, const char *name,
    const char *filter)
{
	if (session_is_ending(s) ||
	    tracepoint_arm(&s->instance, &s->events, kind, name, filter) == 0)
		return 0;
	finding_add(&s->opt.findings, NULL, name, "%m");
	return error_set(&s->error, "events/%s: %m", name);
}

void
session_probe(struct session *s, enum raw_event_kind kind, const char *name,
    const char *function, const char *format)
{
	const char *first = arch_first_argument();
	struct error error;
	char text[128];
	struct probe_event e = { .file = "kprobe_events",
		.name = name,
		.kind = kind,
		.text = text };
	int r, n = snprintf(text, sizeof text, "%s ", function);

	if (!first || session_is_ending(s) ||
	    !quirk_kprobes_usable(s->tracefs, &error))
		return;
	snprintf(text + n, sizeof text - (size_t)n, format, first,
	    8 * arch_word_size());
	r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	finding_add(&s->opt.findings, "kprobe", function, "%s",
	    r == 0 ? "in use" : s->error.text);
}

/* A window takes about 4 KB, ten times as much as strings do. */
static bool
expects_windows(const struct session *s)
{
	struct error error;

	return s->opt.execs && !s->opt.bare && quirk_strings_unsafe() &&
	    !quirk_kprobes_usable(s->tracefs, &error);
}

/* An instance, or the buffer of the top level. */
static int
open_buffer(struct session *s)
{
	const char *reason;
	unsigned flags = 0;

	if (s->opt.toplevel)
		flags |= BUFFER_GLOBAL;
	if (s->opt.force)
		flags |= BUFFER_FORCE;
	if (buffer_open(&s->instance, s->tracefs, s->opt.tool, flags, &reason,
		&s->error) != 0)
		return -1;
	if (reason)
		finding_add(&s->opt.findings, "buffer", NULL,
		    "that of the top level (%s)", reason);
	return 0;
}

static int
size_buffer(struct session *s)
{
	struct buffer_size *b = &s->buffer;

	if (buffer_size_set(b, &s->instance, s->opt.kb,
		s->opt.large || expects_windows(s), &s->error) != 0)
		return -1;
	/* Wake us for the first event, not when the buffer is half full
	 * (5.0+; before, the poller is always woken at once). */
	buffer_write(&s->instance, "0", "buffer_percent");
	if (b->top_kb)
		finding_add(&s->opt.findings, "top-level buffer", NULL,
		    "expanded to %u KB per CPU, %llu KB in "
		    "total (any first trace since boot does that)",
		    b->top_kb, (unsigned long long)b->top_kb * b->cpus);
	if (b->refused_kb)
		finding_add(&s->opt.findings, NULL, NULL,
		    "no memory for a buffer of %u KB per CPU", b->refused_kb);
	finding_add(&s->opt.findings, "buffer", NULL,
	    "%u KB per CPU, %llu KB in total", b->kb,
	    (unsigned long long)b->kb * b->cpus);
	return 0;
}

/* exec_assembler's peek: /proc/PID/cmdline as it is now. */
static struct cmdline_sample *
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

/* The reader's hook: a short-lived program is gone when the sweep is. */
static void *
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

/* The reader's, for records of one time. */
static void
session_settle(void *arg, struct reader_record *r, size_t count)
{
	struct session *s = arg;

	s->ties.path_first = s->assembler.order == EXEC_PATH_FIRST;
	ties_sort(&s->ties, &s->events, s->reader.data.data, r, count);
}

/* Our PIDs, and those of /proc, against those of events.  Where /proc does not
 * have our own, an event shows it: clock_calibrate. */
static void
find_self(struct session *s)
{
	s->nested = !proc_is_first();
	s->proc = proc_has_kernel_pids();
	s->self = s->proc ? proc_self() : 0;
}

static int
open_reader(struct session *s)
{
	struct reader *r = &s->reader;

	if (reader_open(r, s->instance.dir, s->buffer.kb) != 0)
		return error_set(&s->error, "per_cpu/cpu*/trace_pipe_raw: %m");
	r->skip_unread_cpus = s->instance.top;
	/* Wakes us when a CPU comes online (4.7+), and says nothing else. */
	r->cpu_events = buffer_write(&s->instance, "1",
			    "events/cpuhp/cpuhp_enter/enable") == 0;
	r->hook = session_look_early;
	r->hook_arg = s;
	r->settle = session_settle;
	return 0;
}

/* Returns 0; or -1 with an error: the clock cannot be followed, or no event
 * shows our own PID. */
static int
open_clock(struct session *s)
{
	if (trace_clock_calibrate(&s->clock, &s->error) != 0)
		return -1;
	s->clock.writer = s->self;
	s->self = trace_clock_find_writer(&s->clock, &s->error);
	if (s->self < 0)
		return -1;
	if (s->nested)
		finding_add(&s->opt.findings, "pids", NULL,
		    "those of the first pid namespace, where this tool "
		    "is %d",
		    s->self);
	return 0;
}

static int
open_assembler(struct session *s)
{
	struct exec_assembler *a = &s->assembler;

	if ((s->clock.boot_step || s->clock.trace_step) &&
	    ties_init(&s->ties) != 0)
		return error_memory(&s->error);
	a->order = EXEC_PATH_ONLY;
	a->want = s->opt.args;
	a->read_sample = s->opt.execs && s->proc ? session_peek : NULL;
	a->arg = s;
	a->blank = quirk_reads_blank();
	a->returns = s->opt.execs;
	a->succeeded = !s->opt.failed;
	return exec_init(a) == 0 ? 0 : error_memory(&s->error);
}

int
session_open(struct session *s, const struct session_options *opt)
{
	int swept;

	*s = (struct session){ .opt = *opt,
		.tracefs = -1,
		.instance = { .dir = -1 },
		.clock = { .instance = &s->instance,
		    .reader = &s->reader,
		    .findings = &s->opt.findings },
		.watch = { .instance = &s->instance,
		    .reader = &s->reader,
		    .say = opt->warn,
		    .keep = opt->no_repair,
		    .notify.fd = -1 },
		.stats.fd = -1,
		.cpu_time.instance.dir = -1 };
	if (proc_forks_once())
		return error_set(&s->error,
		    "fork: a pid namespace that has no process yet "
		    "(unshare -p: add -f)");
	find_self(s);
	s->tracefs = tracefs_open(&s->error);
	if (s->tracefs < 0)
		return -1;
	if ((swept = buffer_sweep(s->tracefs)))
		finding_add(&s->opt.findings, NULL, NULL,
		    "removed %d left behind by other tools", swept);
	if (open_buffer(s) != 0 ||
	    trace_clock_choose(&s->clock, &s->error) != 0 ||
	    size_buffer(s) != 0 || open_reader(s) != 0 || open_clock(s) != 0)
		return -1;
	return open_assembler(s);
}

bool
session_is_child(const struct session *s, const struct event *e)
{
	return e->type == EVENT_FORK && e->task.forker == s->self;
}

bool
session_is_helper(const struct session *s, const struct event *e)
{
	return helper_is(e->tid) && e->found.ppid == s->self;
}

bool
session_is_ending(const struct session *s)
{
	return s->opt.ending && s->opt.ending();
}

void
session_armed(struct session *s)
{
	trace_clock_await_step(&s->clock);
	s->armed = trace_clock_now(&s->clock);
	s->missed = probe_returns_missed(&s->instance);
	if (s->clock.drifts && s->fed < s->armed)
		s->fed = s->armed; /* though the offset may change */
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

void
session_watch(struct session *s)
{
	notify_open(&s->watch.notify);
	s->watch.filtered = s->filtered;
	watch_begin(&s->watch);
	finding_add(&s->opt.findings, "changes by other programs", NULL, "%s",
	    s->watch.notify.fd < 0 ? "looked for once a second (no inotify)" :
				     "seen by inotify");
}

/* What another program has changed makes a gap.  Returns 1, 0 if there is
 * none, or -1 with an error. */
static int
look_at_changes(struct session *s, bool now)
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
	n = reader_sweep(&s->reader);
	if (n < 0)
		return error_set(&s->error, "trace_pipe_raw: %m");
	if (cpu_time_sweep(&s->cpu_time) != 0)
		return error_set(&s->error, "CPU time: %m");
	changed = look_at_changes(s, false);
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

/*
 * How long to let events gather, in ns, so that they are read in one go.  Not
 * while little happens; less where /proc has to be looked at before a program
 * ends; and not when the buffer fills up meanwhile.
 */
static uint64_t
gather_ns(const struct session *s)
{
	bool hurry = s->opt.execs && s->method != METHOD_START_THREAD &&
	    s->method != METHOD_FINALIZE_EXEC;
	long few = hurry ? HURRY_EVENTS : GATHER_EVENTS;

	if (s->reader.rounds > 2 + s->reader.pages / 8)
		return 0;
	if (s->pace.events < few && s->pace.last < few)
		return hurry && s->pace.execs ? LOADING_NS : 0;
	return hurry ? HURRY_NS : GATHER_NS;
}

void
session_wait(struct session *s, uint64_t ns, const sigset_t *mask)
{
	uint64_t gather = gather_ns(s), patience = watch_patience(&s->watch);
	struct timespec t = { 0, 0 };

	if (exec_pending(&s->assembler) && ns > SESSION_STEP_NS)
		ns = SESSION_STEP_NS;
	if (patience < ns)
		ns = patience;
	/* Its events wake nobody. */
	if (s->cpu_time.instance.dir >= 0 && ns > CPU_TIME_NS)
		ns = CPU_TIME_NS;
	if (gather == 0) {
		reader_wait(&s->reader, ns, mask);
		return;
	}
	t.tv_nsec = (long)(ns < gather ? ns : gather);
	ppoll(NULL, 0, &t, mask);
}

uint64_t
session_taken(const struct session *s)
{
	uint64_t since = exec_waits_since(&s->assembler);

	return since < s->until ? since : s->until;
}

void
session_stop(struct session *s)
{
	look_at_changes(s, true);
	watch_stop(&s->watch);
	buffer_write(&s->instance, "0", "tracing_on");
	s->stopped = true;
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

int
session_close(struct session *s)
{
	int r;

	watch_stop(&s->watch);
	reader_free(&s->reader);
	cpu_time_stop(&s->cpu_time);
	exec_free(&s->assembler);
	ties_free(&s->ties);
	taskstats_close(&s->stats);
	cpu_time_close(&s->cpu_time);
	r = buffer_close(&s->instance);
	if (r > 0)
		error_set(&s->error,
		    "%s: left to the next tool that starts or ends: %s",
		    s->instance.name,
		    errno == EDEADLK ?
			"to remove uprobes would stop all forks, while the "
			"memory of a process cannot be read" :
			"another program has a trace pipe open");
	else if (r < 0)
		error_set(&s->error,
		    "%s: could not be removed: %m (the next start tries again)",
		    s->instance.name);
	helper_end();
	watch_close(&s->watch);
	if (s->tracefs >= 0)
		close(s->tracefs);
	s->tracefs = -1;
	return r;
}
