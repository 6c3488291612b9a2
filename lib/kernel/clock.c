/* The clocks of the system, shifted where this time namespace has an offset. */
#include "kernel/clock.h"

#include <string.h>

#include "kernel/proc.h"
#include "base/number.h"
#include "base/units.h"

static int64_t ahead;
static bool ahead_unknown;

uint64_t
clock_now(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t
clock_of_events(uint64_t ns)
{
	return ns - (uint64_t)ahead;
}

uint64_t
clock_boot(void)
{
	return clock_of_events(clock_now(CLOCK_BOOTTIME));
}

int64_t
clock_wall_offset(void)
{
	uint64_t before = clock_boot(), wall = clock_now(CLOCK_REALTIME);

	return (int64_t)(wall - before / 2 - clock_boot() / 2);
}

/* "boottime SECONDS NANOSECONDS" of a time namespace; timens_offsets is that
 * of our children (proc_timens_show_offsets(), kernel/time/namespace.c). */
static int
read_ahead(int64_t *ns)
{
	char text[256], *p, *end;
	int64_t sec;

	if (proc_namespace("time") != proc_namespace("time_for_children") ||
	    proc_read(PROC_SELF, "timens_offsets", text, sizeof text) < 0 ||
	    !(p = strstr(text, "boottime")))
		return -1;
	p += strlen("boottime");
	sec = number_parse(p, &end);
	if (*end != ' ')
		return -1;
	*ns = sec * NS_PER_S + number_parse(end, NULL);
	return 0;
}

void
clock_begin(void)
{
	unsigned ns = proc_namespace("time");

	ahead = 0;
	ahead_unknown = ns && ns != PROC_FIRST_TIME && read_ahead(&ahead) != 0;
}

int64_t
clock_ahead(void)
{
	return ahead;
}

bool
clock_knows_ahead(void)
{
	return !ahead_unknown;
}

void
clock_set_ahead(int64_t ns)
{
	ahead = ns;
	ahead_unknown = false;
}
