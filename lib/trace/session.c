/* Opening and closing.  What to record is chosen above: arm.h. */
#include "trace/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/proc.h"
#include "kernel/quirks.h"
#include "kernel/helper.h"
#include "kernel/tracefs.h"
#include "trace/probe_define.h"
#include "trace/probe_event.h"
#include "trace/finding.h"

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
		.watch = { .settings = { .instance = &s->instance,
			       .keep = opt->no_repair },
		    .changes.say = opt->warn,
		    .reader = &s->reader,
		    .ending = opt->ending,
		    .notify.fd = -1 },
		.stats.fd = -1,
		.cpu_time.instance.dir = -1,
		.cgroups = CGROUPS_NOT_ASKED };
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

void
session_stop(struct session *s)
{
	session_look_at_changes(s, true);
	watch_stop(&s->watch);
	buffer_write(&s->instance, "0", "tracing_on");
	s->stopped = true;
}

int
session_close(struct session *s)
{
	int r;

	watch_stop(&s->watch);
	exec_alarm_close(&s->alarm);
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
	cgroup_close(&s->cgroups);
	if (s->tracefs >= 0)
		close(s->tracefs);
	s->tracefs = -1;
	return r;
}
