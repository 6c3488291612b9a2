/* Resource usage, summed and divided. */
#include "events/usage.h"

#include "base/number.h"

#define ERROR_MIN 100000u

void
usage_add(struct usage *sum, const struct usage *u)
{
	sum->known &= u->known;
	sum->no_cpu |= u->no_cpu || !u->known;
	sum->unbounded |= u->unbounded || !u->known;
	sum->no_wait |= u->no_wait;
	sum->no_delays |= u->no_delays;
	sum->user += u->user;
	sum->system += u->system;
	sum->cpu += u->cpu;
	sum->cpu_min += u->cpu_min;
	sum->cpu_max += u->cpu_max;
	sum->life += u->life;
	sum->wait += u->wait;
	sum->blkio += u->blkio;
	sum->swap += u->swap;
	sum->reclaim += u->reclaim;
	sum->nvcsw += u->nvcsw;
	sum->nivcsw += u->nivcsw;
	sum->majflt += u->majflt;
	sum->read += u->read;
	sum->write += u->write;
	if (u->maxrss > sum->maxrss)
		sum->maxrss = u->maxrss;
}

uint64_t
usage_error(uint64_t cpu)
{
	return cpu / 20 > ERROR_MIN ? cpu / 20 : ERROR_MIN;
}

/* It is known if the bounds are near each other.  It mostly is the upper one:
 * that counts what comes after the kernel has counted. */
static void
choose_cpu(struct usage *u, uint64_t least, uint64_t most)
{
	uint64_t error = usage_error(most), width = most - least;

	u->cpu = 0;
	u->no_cpu = width > 2 * error;
	if (!u->no_cpu)
		u->cpu = width <= error ? most : most - width / 2;
}

void
usage_bound(struct usage *u, const struct event_exit *x, uint64_t ts,
    uint64_t start, bool rough)
{
	uint64_t until = x->left + x->slack, life = until - start, ran, least;
	uint64_t most, tick = u->cpu_max;

	if (!u->known)
		return;
	u->no_cpu = u->unbounded = true;
	u->cpu_max = 0;
	if (!x->left || !start || until <= start)
		return;
	u->unbounded = false;
	u->life = life;
	if (x->counted && !rough && start >= x->counted_since) {
		u->cpu = u->cpu_min = u->cpu_max = x->counted;
		u->no_cpu = false;
		return;
	}
	most = life > u->wait ? life - u->wait : 0;
	/* What a tick bounds, and what came after it was counted. */
	if (tick && life > x->elapsed)
		tick += life - x->elapsed;
	if (tick && tick < most)
		most = tick;
	if (most < u->cpu_min)
		most = u->cpu_min;
	least = u->cpu_min;
	/* elapsed may have begun before the fork was over. */
	ran = ts - start < x->elapsed ? ts - start : x->elapsed;
	if (!u->nvcsw && !u->no_wait && !x->stolen && !rough && !x->slack &&
	    ts > start && ran > u->wait && ran - u->wait > least)
		least = ran - u->wait < most ? ran - u->wait : most;
	u->cpu_max = most;
	choose_cpu(u, least, most);
	/* Interrupts may not be counted. */
	if (least > usage_error(least) &&
	    least - usage_error(least) > u->cpu_min)
		u->cpu_min = least - usage_error(least);
}

bool
usage_split(const struct usage *u, uint64_t *user, uint64_t *system)
{
	*user = *system = 0;
	if (!u->known || u->no_cpu || !(u->user + u->system))
		return false;
	*system = number_share(u->cpu, u->system, u->user + u->system);
	*user = u->cpu - *system;
	return true;
}

bool
usage_blocked(const struct usage *u, uint64_t *ns)
{
	*ns = 0;
	if (!u->known || u->no_cpu || u->no_wait || !u->life)
		return false;
	if (u->life > u->cpu + u->wait)
		*ns = u->life - u->cpu - u->wait;
	return true;
}
