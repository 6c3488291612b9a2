#include "clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "find.h"
#include "fmt.h"
#include "number.h"
#include "session.h"

#define NS_PER_S     1000000000
#define UNCERTAIN    2000000u /* ns, of a clock that drifts */
#define STATS_STEP   1000u    /* ns: stats are in us */
#define MONO_SLACK   1000u /* ns */
#define MONO_TRIES   100
#define MARK_MAX     1000000u
#define MARK_LOST    1000000000u
#define CALIBRATIONS 50
#define MARK_EVERY   500000000u

static uint64_t
now_of(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t
clock_boot(void)
{
	return now_of(CLOCK_BOOTTIME);
}

int64_t
clock_wall_offset(void)
{
	uint64_t before = clock_boot(), wall = now_of(CLOCK_REALTIME);

	return (int64_t)(wall - before / 2 - clock_boot() / 2);
}

/* The trace clock now, in ns: "now ts:" of per_cpu/cpuN/stats. */
static int
trace_now(const struct session *s, uint64_t *ns)
{
	static const char key[] = "now ts:";
	char stats[1024], *p, *dot;

	if (file_read(s->instance.dir, "per_cpu/cpu0/stats", stats,
		sizeof stats) < 0 ||
	    !(p = find_text(stats, key)))
		return -1;
	*ns = number_unsigned(p + strlen(key), &dot, 10) * NS_PER_S;
	if (*dot != '.')
		return -1;
	*ns += number_unsigned(dot + 1, NULL, 10) * 1000;
	return 0;
}

/*
 * Never local: it may order a child's exec before its fork.  boot is the
 * clock of /proc and of recordings; mono lacks the time asleep; global has a
 * zero of its own (Documentation/trace/ftrace.rst, trace_clock).
 */
int
clock_choose(struct session *s)
{
	int tries = MONO_TRIES;

	if (instance_write(&s->instance, "boot", "trace_clock") == 0) {
		session_say(s, "clock: boot");
		return 0;
	}
	if (instance_write(&s->instance, "mono", "trace_clock") == 0) {
		uint64_t before, boot, after;

		do { /* nothing came between them */
			before = now_of(CLOCK_MONOTONIC);
			boot = clock_boot();
			after = now_of(CLOCK_MONOTONIC);
		} while (after - before > MONO_SLACK && --tries);
		s->clock_offset = (int64_t)(boot - before);
		s->clock_slack = MONO_SLACK;
		session_say(s, "clock: mono (this kernel has no boot clock)");
		return 0;
	}
	if (instance_write(&s->instance, "global", "trace_clock") != 0)
		return why_set(s->why, "trace_clock: %m");
	s->clock_slack = UNCERTAIN;
	s->clock_drifts = true;
	session_say(s, "clock: global (this kernel has neither boot nor mono)");
	return 0;
}

/*
 * The clock that has a zero of its own also runs at its own speed: the offset
 * follows it.  Not by less than what is uncertain: after - before.
 */
static void
adjust(struct session *s, uint64_t before, uint64_t now, uint64_t after)
{
	int64_t offset = (int64_t)(before + (after - before) / 2 - now);
	int64_t change = offset - s->clock_offset;

	if ((change < 0 ? -change : change) > (int64_t)(after - before))
		s->clock_offset = offset;
	s->clock_set = after;
}

/* A word into the buffer, whose time is read there: the stats of 2.6.32 have
 * no "now ts:". */
static void
mark(struct session *s)
{
	fmt_print(s->clock_word, sizeof s->clock_word, "%s-%u",
	    s->instance.name, ++s->clock_marks);
	s->clock_mark = clock_boot();
	if (file_write(s->instance.tracefs, "trace_marker", s->clock_word) != 0)
		s->clock_mark = 0;
}

void
clock_marked(struct session *s, const struct ring_record *r)
{
	uint64_t after = clock_boot();

	if (!s->clock_mark ||
	    !find_bytes(r->data, r->len, s->clock_word, strlen(s->clock_word)))
		return;
	/* It may have waited to be read. */
	if (after - s->clock_mark < MARK_MAX)
		adjust(s, s->clock_mark, r->ts, after);
	s->clock_mark = 0;
}

uint64_t
clock_session(struct session *s)
{
	uint64_t before = clock_boot(), now;

	if (!s->clock_drifts)
		return before - s->clock_slack;
	if (trace_now(s, &now) == 0) {
		adjust(s, before, now, clock_boot());
		return now + (uint64_t)s->clock_offset - STATS_STEP;
	}
	if (before > s->clock_set + MARK_EVERY &&
	    before > s->clock_mark + MARK_LOST)
		mark(s); /* the sweep that follows reads it */
	return before - s->clock_slack;
}

int
clock_calibrate(struct session *s)
{
	const struct reader_record *r;
	uint64_t now;

	if (!s->clock_drifts)
		return 0;
	if (trace_now(s, &now) == 0) {
		clock_session(s);
		session_say(s, "clock: follows per_cpu/cpu0/stats");
		return 0;
	}
	for (int i = 0; i < CALIBRATIONS && !s->clock_set; i++) {
		mark(s);
		if (reader_sweep(&s->reader) < 0)
			return why_set(s->why, "trace_pipe_raw: %m");
	}
	while (reader_next(&s->reader, true, &r))
		;
	if (!s->clock_set)
		return why_set(
		    s->why, "trace_marker: cannot calibrate the global clock");
	session_say(s, "clock: follows trace_marker");
	return 0;
}
