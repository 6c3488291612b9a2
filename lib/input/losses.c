/* Lost events are counted by every source, live or replayed, the same way. */
#include "input/losses.h"

void
losses_count(struct losses *l, const struct event *e)
{
	if (e->type != EVENT_LOST)
		return;
	l->events += e->lost.count;
	if (!e->lost.count && !event_closes_gap(e))
		l->uncounted = true;
	l->gap = l->last = e->ts;
}
