/* Which clock the kernel stamps events with, and what that is in ns since boot.
 */
#include "trace/trace_clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/buffer.h"
#include "base/file.h"
#include "ring/format.h"
#include "trace/clock_step.h"
#include "base/units.h"
#include "base/number.h"
#include "base/scan.h"

#define UNCERTAIN     2000000u /* ns, of a clock that drifts */
#define STATS_STEP    1000u    /* ns: stats are in us */
#define MONO_SLACK    1000u    /* ns */
#define MONO_TRIES    100
#define MARK_MAX      1000000u
#define MARK_LATER    4000000u /* added, when none of */
#define MARKS_AT_ONCE 100u     /* marks was read within MARK_MAX */
#define MARK_LOST     1000000000u
#define CALIBRATIONS  400
#define MARK_EVERY    500000000u
#define AWAIT_READS   1000000 /* at most, of a clock that stands still */
#define AHEAD_TRIES   50
#define AHEAD_SLACK   1000000u /* ns, of an offset that is measured */

void
trace_clock_await_step(const struct trace_clock *c)
{
	uint64_t now = clock_boot();
	int reads = c->boot_step ? AWAIT_READS : 0;

	while (reads-- && clock_boot() == now)
		;
}

/* The trace clock now, in ns: "now ts:" of per_cpu/cpuN/stats. */
static int
trace_now(const struct trace_clock *c, uint64_t *ns)
{
	static const char key[] = "now ts:";
	char stats[1024], *p, *dot;

	if (file_read(c->instance->dir, "per_cpu/cpu0/stats", stats,
		sizeof stats) < 0 ||
	    !(p = strstr(stats, key)))
		return -1;
	*ns = number_parse(p + strlen(key), &dot) * NS_PER_S;
	if (*dot != '.')
		return -1;
	*ns += number_parse(dot + 1, NULL) * 1000;
	return 0;
}

/* By how much the trace clock that is set now advances at once, as far as the
 * stats show; 0: not much. */
static uint64_t
step_of_trace(const struct trace_clock *c)
{
	uint64_t end = clock_boot() + STEP_CHANGES * STEP_UNKNOWN, now;
	struct steps steps = { 0 };

	do {
		if (trace_now(c, &now) != 0)
			return 0;
	} while (!steps_add(&steps, now) && clock_boot() < end);
	return steps_coarse(&steps);
}

/* ---- the choice ---- */

static const char *
clocksource(void)
{
	static char name[32];
	ssize_t n = file_read_line(AT_FDCWD,
	    "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	    name, sizeof name);

	return n <= 0 ? "?" : name;
}

static bool
set_clock(const struct trace_clock *c, const char *name)
{
	return buffer_write(c->instance, name, "trace_clock") == 0;
}

static void
set_offset(struct trace_clock *c)
{
	uint64_t before, boot, after;
	int tries = MONO_TRIES;

	do { /* nothing came between them */
		before = clock_now(CLOCK_MONOTONIC);
		boot = clock_boot();
		after = clock_now(CLOCK_MONOTONIC);
	} while (after - before > MONO_SLACK && --tries);
	c->offset = (int64_t)(boot - before);
	c->slack = MONO_SLACK;
}

static void
use_global(struct trace_clock *c)
{
	c->slack = UNCERTAIN + c->late + c->boot_step + c->trace_step;
	c->drifts = true;
}

/*
 * Where the clocksource advances by a tick at once (jiffies), so do boot and
 * mono.  global is made of sched_clock(), which may have a better source, and
 * is kept in order on all CPUs (trace_clock_global(),
 * kernel/trace/trace_clock.c).
 */
static bool
choose_finer(struct trace_clock *c)
{
	if (!c->boot_step || !set_clock(c, "global") || step_of_trace(c))
		return false;
	use_global(c);
	finding_add(c->findings, "clock", NULL,
	    "global (clocksource %s: boot and mono advance by %u us "
	    "at once)",
	    clocksource(), (unsigned)(c->boot_step / NS_PER_US));
	return true;
}

/* The offset of our time namespace, where /proc does not show it: against the
 * trace clock boot.  Returns 0, or -1 with an error. */
static int
measure_ahead(struct trace_clock *c, struct error *error)
{
	uint64_t before, now, after, least = UINT64_MAX;
	bool boot = set_clock(c, "boot");
	int64_t ahead = 0;

	for (int i = 0; i < AHEAD_TRIES; i++) {
		before = clock_now(CLOCK_BOOTTIME);
		if (!boot || trace_now(c, &now) != 0)
			return error_set(error,
			    "the offset of this time namespace is not known");
		after = clock_now(CLOCK_BOOTTIME);
		if (after - before >= least)
			continue;
		least = after - before;
		ahead = (int64_t)(before + least / 2 - now);
	}
	clock_set_ahead(ahead);
	c->slack = AHEAD_SLACK + c->boot_step;
	return 0;
}

static void
say_ahead(const struct trace_clock *c)
{
	long long ns = clock_ahead();

	if (ns)
		finding_add(c->findings, "boot clock", NULL,
		    "that of the first time namespace, %lld."
		    "%09lld s %s this one's",
		    llabs(ns) / NS_PER_S, llabs(ns) % NS_PER_S,
		    ns > 0 ? "behind" : "ahead of");
}

/*
 * Never local: it may order a child's exec before its fork.  boot is the
 * clock of /proc and of recordings; mono lacks the time asleep; global has a
 * zero of its own (Documentation/trace/ftrace.rst, trace_clock).
 */
int
trace_clock_choose(struct trace_clock *c, struct error *error)
{
	c->boot_step = steps_of_boot();
	if (!clock_knows_ahead() && measure_ahead(c, error) != 0)
		return -1;
	say_ahead(c);
	if (choose_finer(c))
		return 0;
	c->trace_step = c->boot_step;
	if (set_clock(c, "boot")) {
		finding_add(c->findings, "clock", NULL, "boot");
		return 0;
	}
	if (set_clock(c, "mono")) {
		set_offset(c);
		finding_add(c->findings, "clock", NULL,
		    "mono (this kernel has no boot clock)");
		return 0;
	}
	if (!set_clock(c, "global"))
		return error_set(error, "trace_clock: %m");
	c->trace_step = step_of_trace(c);
	use_global(c);
	finding_add(c->findings, "clock", NULL,
	    "global (this kernel has neither boot nor mono)");
	return 0;
}

/*
 * The clock that has a zero of its own also runs at its own speed: the offset
 * follows it.  Not by less than what is uncertain: after - before, and by how
 * much each clock is behind, which is less than its step.
 */
static void
offset_adjust(
    struct trace_clock *c, uint64_t before, uint64_t now, uint64_t after)
{
	int64_t offset = (int64_t)(before + (after - before) / 2 - now);
	int64_t change = offset - c->offset;
	int64_t least = (int64_t)(after - before);

	if (change > least + (int64_t)c->trace_step ||
	    change < -least - (int64_t)c->boot_step)
		c->offset = offset;
	c->set = after;
}

/*
 * A word into the buffer: its event has the time, which the stats of 2.6.32 do
 * not have ("now ts:"), and our PID.
 */
static void
mark_write(struct trace_clock *c)
{
	snprintf(
	    c->word, sizeof c->word, "%s-%u", c->instance->name, ++c->marks);
	c->mark = clock_boot();
	if (file_write(c->instance->dir, "trace_marker", c->word) == 0)
		return;
	if (!c->instance->top) /* the instance has it from the top level */
		file_write(c->instance->dir, "options/markers", "1");
	c->mark = 0;
}

/* The task that wrote a record, as in every event. */
static int
writer_of(const struct trace_clock *c, const struct ring_record *r)
{
	char text[4096];
	struct format f;
	const struct field *pid;

	if (file_read(c->instance->tracefs,
		"events/sched/sched_process_exit/format", text,
		sizeof text) < 0 ||
	    format_parse(&f, text) != 0 ||
	    !(pid = format_field(&f, "common_pid")))
		return 0;
	return (int)field_int(pid, r->data, r->len);
}

void
trace_clock_marked(struct trace_clock *c, const struct ring_record *r)
{
	uint64_t after = clock_boot();
	struct span data = { (const char *)r->data,
		(const char *)r->data + r->len };

	if (!c->mark || !span_find(&data, c->word))
		return;
	c->read = r->ts;
	/* It may have waited to be read. */
	if (c->drifts && after - c->mark < MARK_MAX + c->late)
		offset_adjust(c, c->mark, r->ts, after);
	if (!c->writer)
		c->writer = writer_of(c, r);
	c->mark = 0;
}

uint64_t
trace_clock_now(struct trace_clock *c)
{
	uint64_t before = clock_boot(), now;

	if (!c->drifts)
		return before - c->slack;
	if (trace_now(c, &now) == 0) {
		offset_adjust(c, before, now, clock_boot());
		return now + (uint64_t)c->offset - STATS_STEP;
	}
	if (before > c->set + MARK_EVERY && before > c->mark + MARK_LOST)
		mark_write(c); /* the sweep that follows reads it */
	return before - c->slack;
}

/* By marks.  They also show whether the clock has steps. */
static int
calibrate_marks(struct trace_clock *c, struct error *error)
{
	const struct reader_record *r;
	struct steps steps = { 0 };
	bool known = false;

	for (unsigned i = 0; i < CALIBRATIONS && !(c->set && known); i++) {
		if (!c->set)
			c->late = i / MARKS_AT_ONCE * (uint64_t)MARK_LATER;
		mark_write(c);
		if (reader_sweep(c->reader) < 0)
			return error_set(error, "trace_pipe_raw: %m");
		if (!c->mark)
			known = steps_add(&steps, c->read);
	}
	while (reader_next(c->reader, true, &r))
		;
	if (!c->set)
		return error_set(
		    error, "trace_marker: cannot calibrate the global clock");
	c->trace_step = steps_coarse(&steps);
	use_global(c);
	finding_add(c->findings, "clock", NULL, "follows trace_marker");
	return 0;
}

int
trace_clock_calibrate(struct trace_clock *c, struct error *error)
{
	uint64_t now;
	int r = 0;

	if (c->drifts && trace_now(c, &now) == 0) {
		trace_clock_await_step(c);
		trace_clock_now(c);
		finding_add(
		    c->findings, "clock", NULL, "follows per_cpu/cpu0/stats");
	} else if (c->drifts)
		r = calibrate_marks(c, error);
	if (r == 0 && c->trace_step)
		finding_add(c->findings, "clock step", NULL,
		    "%u us (clocksource %s): the order of events "
		    "on several CPUs within a step is inferred",
		    (unsigned)(c->trace_step / NS_PER_US), clocksource());
	return r;
}

int
trace_clock_find_writer(struct trace_clock *c, struct error *error)
{
	const struct reader_record *r;

	for (int i = 0; i < CALIBRATIONS && !c->writer; i++) {
		mark_write(c);
		if (reader_sweep(c->reader) < 0)
			return error_set(error, "trace_pipe_raw: %m");
	}
	while (reader_next(c->reader, true, &r))
		;
	if (c->writer)
		return c->writer;
	return error_set(
	    error, "trace_marker: cannot learn the PID of this tool");
}
