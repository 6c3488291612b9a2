/*
 * usage: CPU time and its bounds, from what the kernel had counted and how long
 * a thread lived.
 */
#include "events/usage.h"
#include "tap.h"

#define US   1000u
#define MS   1000000u
#define TICK 5000000u
#define FORK 1000000000u /* when it began */

static struct usage u;
static struct event_exit x;

/* It ran so long, waited and slept, and then took tail to end. */
static void
lives(uint64_t ran, uint64_t wait, uint64_t slept, uint64_t tail)
{
	uint64_t life = ran + wait + slept;

	u = (struct usage){ .known = true, .wait = wait, .nvcsw = slept > 0 };
	x = (struct event_exit){ .elapsed = life + 3 * US,
		.left = FORK + life + tail };
}

static void
bound(void)
{
	usage_bound(&u, &x, FORK + x.elapsed - 3 * US, FORK, false);
}

static bool
holds(uint64_t cpu)
{
	return !u.unbounded && u.cpu_min <= cpu && cpu <= u.cpu_max;
}

static void
test_sleepless(void)
{
	lives(200 * US, 30 * US, 0, 40 * US);
	bound();
	tap_ok(!u.no_cpu && u.cpu == 240 * US && holds(240 * US),
	    "never slept: all but the waiting, and its end");
	tap_ok(u.life == 270 * US, "how long it lived");
	lives(200 * US, 30 * US, 0, 150 * US);
	bound();
	tap_ok(!u.no_cpu && u.cpu == 275 * US && holds(200 * US) &&
	    holds(350 * US), "an end that took longer: the middle");
	lives(200 * US, 30 * US, 0, 900 * US);
	bound();
	tap_ok(u.no_cpu && !u.cpu && holds(200 * US) && holds(1100 * US),
	    "much longer, it may have waited: bounds");
	lives(200 * US, 30 * US, 0, 40 * US);
	x.stolen = true;
	bound();
	tap_ok(u.no_cpu && u.cpu_min == 0 && u.cpu_max == 240 * US,
	    "a hypervisor takes time: at most");
	lives(200 * US, 30 * US, 0, 40 * US);
	u.no_wait = true;
	u.wait = 0;
	bound();
	tap_ok(u.no_cpu && u.cpu_min == 0 && u.cpu_max == 270 * US,
	    "it is not known how long it waited: at most its life");
	lives(200 * US, 30 * US, 0, 40 * US);
	x.slack = 4 * MS;
	bound();
	tap_ok(u.no_cpu && holds(240 * US) && u.cpu_max == 4240 * US,
	    "a clock that has only ticks");
	lives(200 * US, 0, 0, 40 * US);
	usage_bound(&u, &x, FORK + 200 * US, FORK - 10 * MS, true);
	tap_ok(u.no_cpu && holds(240 * US), "a rough start");
}

static void
test_ticks(void)
{
	lives(400 * MS, 3 * MS, 600 * MS, 40 * US);
	u.cpu_min = 398 * MS;
	u.cpu_max = u.cpu_min + TICK;
	bound();
	tap_ok(!u.no_cpu && holds(400 * MS) && u.cpu > 395 * MS &&
	    u.cpu < 405 * MS, "long: a tick is little");
	lives(8 * MS, 0, 600 * MS, 40 * US);
	u.cpu_min = 5 * MS;
	u.cpu_max = u.cpu_min + TICK;
	bound();
	tap_ok(u.no_cpu && u.cpu_min == 5 * MS && holds(8 * MS) &&
	    u.cpu_max < 11 * MS, "short, with sleeps: between ticks");
	lives(8 * MS, 0, 600 * MS, 40 * US);
	u.cpu_min = 5 * MS;
	bound();
	tap_ok(u.no_cpu && u.cpu_max == 608040 * US,
	    "no tick while one task runs: at most its life");
	lives(2 * MS, 0, 1 * MS, 30 * MS);
	u.cpu_min = 1 * MS;
	u.cpu_max = u.cpu_min + TICK;
	bound();
	tap_ok(holds(32 * MS), "much memory given back: counted by no tick");
}

static void
test_unknown(void)
{
	lives(1 * MS, 0, 0, 0);
	x.left = 0;
	u.cpu_min = 7;
	bound();
	tap_ok(u.no_cpu && u.unbounded && u.cpu_min == 7 && !u.cpu_max,
	    "the end was not seen: what was counted");
	lives(1 * MS, 0, 0, 0);
	usage_bound(&u, &x, FORK + MS, 0, false);
	tap_ok(u.no_cpu && u.unbounded, "nor the start");
	lives(1 * MS, 0, 0, 0);
	usage_bound(&u, &x, FORK + MS, FORK + 9 * MS, false);
	tap_ok(u.no_cpu && u.unbounded, "a start after the end");
	u = (struct usage){ 0 };
	bound();
	tap_ok(!u.known && !u.cpu_min && !u.cpu_max, "no taskstats");
}

static void
test_parts(void)
{
	uint64_t user, system, blocked;

	lives(300 * MS, 100 * MS, 600 * MS, 0);
	u.cpu_min = 299 * MS;
	u.cpu_max = u.cpu_min + 2 * MS;
	bound();
	tap_ok(usage_blocked(&u, &blocked) &&
	    u.cpu + u.wait + blocked == 1000 * MS, "run, wait, blocked: all");
	tap_ok(!usage_split(&u, &user, &system), "no tick: no split");
	u.user = 8 * MS;
	u.system = 24 * MS;
	tap_ok(usage_split(&u, &user, &system) && user + system == u.cpu &&
	    system / US == u.cpu * 3 / 4 / US, "as the ticks were");
	u.no_cpu = true;
	tap_ok(!usage_split(&u, &user, &system) && !usage_blocked(&u, &blocked),
	    "CPU time is not known: nor is what is made of it");
}

static void
test_sum(void)
{
	struct usage sum = { .known = true };

	for (int i = 0; i < 4; i++) {
		lives(2 * MS, 100 * US, 0, 10 * US);
		bound();
		usage_add(&sum, &u);
	}
	tap_ok(sum.known && !sum.no_cpu && sum.cpu == 8040 * US &&
	    sum.wait == 400 * US && sum.life == 8440 * US, "four threads");
	lives(2 * MS, 100 * US, 1 * MS, 10 * US);
	bound();
	usage_add(&sum, &u);
	tap_ok(sum.no_cpu && !sum.unbounded && sum.cpu_min > 7 * MS &&
	    sum.cpu_max > 10 * MS, "and one with bounds: bounds");
	u = (struct usage){ 0 };
	usage_add(&sum, &u);
	tap_ok(!sum.known && sum.unbounded && sum.cpu_min > 7 * MS,
	    "and one that is not known: a lower bound");
}

static struct usage
bounded(struct usage v, const struct event_exit *end, uint64_t start)
{
	usage_bound(&v, end, 100 * MS, start, false);
	return v;
}

static bool
is_exact(const struct usage *v, uint64_t ns)
{
	return !v->no_cpu && !v->unbounded && v->cpu == ns &&
	    v->cpu_min == ns && v->cpu_max == ns;
}

/* What the kernel counted to the very end is the CPU time. */
static void
test_counted(void)
{
	struct usage seen = { .known = true, .cpu_min = MS, .nvcsw = 3 }, v;
	struct event_exit end = EXIT_UNKNOWN;

	end.left = 101 * MS;
	v = bounded(seen, &end, 80 * MS);
	tap_ok(v.no_cpu && !v.unbounded && v.cpu_min == MS &&
	    v.cpu_max == 21 * MS, "by its life only");
	end.counted = 7 * MS + 1;
	v = bounded(seen, &end, 80 * MS);
	tap_ok(is_exact(&v, 7 * MS + 1), "counted: exact");
	tap_is_int(v.life, 21 * MS, "its life is known, too");
	v = bounded(seen, &end, 0);
	tap_ok(is_exact(&v, 7 * MS + 1), "also without a start");
	end.left = 0;
	v = bounded(seen, &end, 80 * MS);
	tap_ok(is_exact(&v, 7 * MS + 1), "also without the last switch");
	v = bounded((struct usage){ .known = false }, &end, 80 * MS);
	tap_ok(!v.known && !v.cpu && !v.cpu_max, "not without the rest");
}

int
main(void)
{
	test_sleepless();
	test_ticks();
	test_unknown();
	test_parts();
	test_sum();
	test_counted();
	return tap_done();
}
