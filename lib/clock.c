#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session.h"

#define NS_PER_S 1000000000

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
	    !(p = strstr(stats, key)))
		return -1;
	*ns = strtoull(p + strlen(key), &dot, 10) * NS_PER_S;
	if (*dot != '.')
		return -1;
	*ns += strtoull(dot + 1, NULL, 10) * 1000;
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
	uint64_t before, now, after;

	if (file_write(s->instance.dir, "trace_clock", "boot") == 0) {
		session_say(s, "clock: boot");
		return 0;
	}
	if (file_write(s->instance.dir, "trace_clock", "mono") == 0) {
		s->clock_offset = (int64_t)(clock_boot() -
		    now_of(CLOCK_MONOTONIC));
		s->clock_slack = 1000;
		session_say(s, "clock: mono (this kernel has no boot clock)");
		return 0;
	}
	if (file_write(s->instance.dir, "trace_clock", "global") != 0)
		return why_set(s->why, "trace_clock: %s", strerror(errno));
	before = clock_boot();
	if (trace_now(s, &now) != 0)
		return why_set(s->why,
		    "per_cpu/cpu0/stats: cannot calibrate the "
		    "global clock");
	after = clock_boot();
	s->clock_offset = (int64_t)(before + (after - before) / 2 - now);
	s->clock_slack = after - before + 2000000;
	session_say(s, "clock: global (this kernel has neither boot nor mono)");
	return 0;
}
