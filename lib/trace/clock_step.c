/* Some clocks advance by a tick at once, and no system call says so. */
#include "trace/clock_step.h"

#include "kernel/clock.h"

#define STEP_COARSE 500000u /* ns */
#define STEP_READS  1000000 /* at most, of a clock that stands still */

/* One step that is short is enough; a long one may be a pause of ours. */
bool
steps_add(struct steps *s, uint64_t now)
{
	uint64_t step = now - s->last;

	if (s->last && step) {
		if (!s->least || step < s->least)
			s->least = step;
		s->count++;
	}
	s->last = now;
	return s->count == STEP_CHANGES || (s->least && s->least < STEP_COARSE);
}

uint64_t
steps_coarse(const struct steps *s)
{
	if (!s->least) /* it stood still */
		return STEP_UNKNOWN;
	return s->least < STEP_COARSE ? 0 : s->least;
}

/* clock_getres(2) says what timers can do, not what
 * the clocksource can. */
uint64_t
steps_of_boot(void)
{
	struct steps steps = { 0 };
	int reads = STEP_READS;

	while (!steps_add(&steps, clock_boot()) && --reads)
		;
	return steps_coarse(&steps);
}
