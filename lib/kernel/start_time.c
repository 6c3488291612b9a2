/* When tasks began: /proc has it in ticks, by the clock of a time namespace. */
#include "kernel/start_time.h"

#include <sys/auxv.h>

#include "kernel/clock.h"
#include "base/units.h"

bool
proc_same_start(uint64_t a, uint64_t b)
{
	return a + 2 * USER_TICK_NS >= b && a <= b + 2 * USER_TICK_NS;
}

uint64_t
proc_start_ns(uint64_t ticks)
{
	static uint64_t hz;
	uint64_t ns;

	if (!hz)
		hz = (uint64_t)getauxval(AT_CLKTCK);
	ns = clock_of_events(
	    ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz);
	return ns - ns % USER_TICK_NS;
}

/* What is cut to a tick of our time namespace is cut once more to one of the
 * first. */
uint64_t
proc_start_error(void)
{
	return clock_ahead() % USER_TICK_NS ? 2 * USER_TICK_NS : USER_TICK_NS;
}
