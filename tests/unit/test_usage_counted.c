/* usage: what the kernel counted to the very end is the CPU time. */
#include "events/usage.h"

#include "tap.h"

#define MS 1000000u

static struct usage
bounded(struct usage u, const struct event_exit *x, uint64_t start)
{
	usage_bound(&u, x, 100 * MS, start, false);
	return u;
}

static bool
is_exact(const struct usage *u, uint64_t ns)
{
	return !u->no_cpu && !u->unbounded && u->cpu == ns &&
	    u->cpu_min == ns && u->cpu_max == ns;
}

int
main(void)
{
	struct usage seen = { .known = true, .cpu_min = MS, .nvcsw = 3 }, u;
	struct event_exit x = EXIT_UNKNOWN;

	x.left = 101 * MS;
	u = bounded(seen, &x, 80 * MS);
	tap_ok(u.no_cpu && !u.unbounded && u.cpu_min == MS &&
	    u.cpu_max == 21 * MS, "by its life only");
	x.counted = 7 * MS + 1;
	u = bounded(seen, &x, 80 * MS);
	tap_ok(is_exact(&u, 7 * MS + 1), "counted: exact");
	tap_is_int(u.life, 21 * MS, "its life is known, too");
	u = bounded(seen, &x, 0);
	tap_ok(is_exact(&u, 7 * MS + 1), "also without a start");
	x.left = 0;
	u = bounded(seen, &x, 80 * MS);
	tap_ok(is_exact(&u, 7 * MS + 1), "also without the last switch");
	u = bounded((struct usage){ .known = false }, &x, 80 * MS);
	tap_ok(!u.known && !u.cpu && !u.cpu_max, "not without the rest");
	return tap_done();
}
