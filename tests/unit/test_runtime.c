/*
 * runtime: what the scheduler adds to the CPU time of tasks, summed until their
 * exits, and when that is not certain.
 */
#include <string.h>

#include "events/runtime.h"
#include "events/usage.h"
#include "tap.h"

#define US 1000u

static struct runtime r;
static struct event e;

static void
begin(void)
{
	runtime_free(&r);
	r.since = 100;
}

/* Exit of a task, of which taskstats had so much. */
static uint64_t
exits_with(int tid, uint64_t ts, uint64_t left, uint64_t had)
{
	e = (struct event){ .type = EVENT_EXIT, .ts = ts, .tid = tid,
		.usage = { .known = true, .cpu_min = had },
		.exit.left = left };
	if (runtime_exit(&r, &e) != 0)
		tap_ok(0, "memory");
	return e.exit.counted;
}

static uint64_t
exits(int tid, uint64_t ts, uint64_t left)
{
	return exits_with(tid, ts, left, 0);
}

static void
add(int tid, uint64_t ts, uint64_t ns)
{
	if (runtime_add(&r, tid, ts, ns) != 0)
		tap_ok(0, "memory");
}

static int
tasks(void)
{
	int n = 0;

	for (int i = 0; i < RUNTIME_BUCKETS; i++)
		for (struct runtime_task *t = r.bucket[i]; t; t = t->next)
			n++;
	return n;
}

static void
test_sum(void)
{
	begin();
	add(7, 200, 30);
	add(7 + RUNTIME_BUCKETS, 210, 1000);
	add(7, 300, 50);
	add(7, 420, 5);
	tap_is_int(exits_with(7, 400, 420, 80), 85, "the sum of a life");
	tap_is_int(e.exit.counted_since, 100, "and since when it is whole");
	tap_is_int(exits(7, 500, 510), 0, "once");
	add(7 + RUNTIME_BUCKETS, 600, 1);
	tap_is_int(exits(7 + RUNTIME_BUCKETS, 590, 601), 1001,
	    "another one in the same bucket");
	tap_is_int(tasks(), 0, "nothing is left");
}

static void
test_missing(void)
{
	begin();
	add(7, 200, 30);
	tap_is_int(exits(7, 300, 310), 0, "nothing after the exit: no sum");
	add(8, 200, 30);
	add(8, 305, 5);
	tap_is_int(exits_with(8, 300, 310, 31), 0,
	    "less than taskstats had: no sum");
	add(8, 400, 30);
	add(8, 505, 5);
	tap_is_int(exits_with(8, 500, 510, 30), 35, "the next one has one");
	tap_is_int(exits(9, 300, 310), 0, "one that is not known");
	add(10, 99, 30);
	tap_is_int(tasks(), 0, "nothing from before");
}

/* It may be told before the dead task has left its CPU. */
static void
test_spoiled(void)
{
	begin();
	add(7, 200, 30);
	tap_is_int(exits(7, 300, 0), 0, "left is not known: no sum");
	add(7, 350, 9); /* the rest of it */
	add(7, 400, 30);
	add(7, 505, 5);
	tap_is_int(exits(7, 500, 510), 0, "nor for the next one");
	add(7, 600, 30);
	add(7, 705, 5);
	tap_is_int(exits(7, 700, 710), 35, "but for the one after it");
	tap_is_int(exits(11, 800, 0), 0, "one of which nothing was added");
	add(11, 850, 9);
	tap_is_int(exits(11, 840, 851), 0, "spoils the next one, too");
	tap_is_int(tasks(), 0, "and is forgotten");
}

/* Two tasks of one number are read before the exit of the first is. */
static void
test_reuse(void)
{
	begin();
	add(7, 200, 30);
	add(7, 305, 5);
	add(7, 400, 100);
	add(7, 505, 7);
	tap_is_int(exits(7, 300, 310), 35, "reuse: the first");
	tap_is_int(exits(7, 500, 510), 107, "reuse: the second");
	add(7, 600, 30);
	add(7, 610, 5);
	for (int i = 0; i < RUNTIME_PARTS; i++)
		add(7, 700 + i, 1);
	tap_is_int(exits(7, 605, 612), 0, "reuse: too much of the second");
	tap_is_int(exits(7, 714, 715), 0, "then that is not certain either");
}

static void
test_many(void)
{
	uint64_t sum = 0;

	begin();
	for (int i = 1; i <= 1000; i++) {
		add(7, 1000 + 10 * (uint64_t)(i ^ 1), (uint64_t)i);
		sum += (uint64_t)i;
	}
	add(7, 20010, 1);
	tap_is_int(exits_with(7, 20000, 20010, sum), (long long)sum + 1,
	    "a thousand, each two in the other order");
	for (int i = 0; i < RUNTIME_PARTS + 1; i++)
		add(7, 30001 + i, 1);
	tap_is_int(exits(7, 30000, 30100), 0,
	    "too many after the exit: not divided, no sum");
}

static void
test_forget(void)
{
	begin();
	add(7, 200, 30);
	add(8, 200, 30);
	add(8, 400, 10);
	for (int i = 0; i <= RUNTIME_PARTS; i++)
		add(9, 290 + 4 * i, 1);
	runtime_forget(&r, 300);
	add(7, 299, 1);
	add(7, 505, 5);
	add(8, 505, 5);
	add(9, 505, 5);
	tap_is_int(exits(7, 500, 510), 5, "a gap: what came after it");
	tap_is_int(e.exit.counted_since, 300, "which is whole since then");
	tap_is_int(exits(8, 500, 510), 15, "what was read after it is kept");
	tap_is_int(exits(9, 500, 510), 0, "what cannot be divided is not");
	add(7, 600, 30);
	add(7, 605, 30);
	runtime_drop(&r, 7);
	runtime_drop(&r, 12);
	tap_is_int(exits(7, 604, 606), 0, "dropped");
}

/* How it becomes the CPU time of a task that began at start. */
static void
test_bound(void)
{
	struct event_exit x = { .left = 900 * US, .elapsed = 800 * US,
		.counted = 345678, .counted_since = 50 * US, .stolen = true };
	struct usage u = { .known = true, .nvcsw = 3, .cpu_min = 5 };

	usage_bound(&u, &x, 890 * US, 60 * US, false);
	tap_ok(!u.no_cpu && !u.unbounded && u.cpu == 345678 &&
	    u.cpu_min == 345678 && u.cpu_max == 345678 && u.life == 840 * US,
	    "counted: exact");
	u = (struct usage){ .known = true, .nvcsw = 3, .cpu_min = 5 };
	usage_bound(&u, &x, 890 * US, 49 * US, false);
	tap_ok(u.no_cpu && u.cpu_min == 5, "it began before: a bound");
	u = (struct usage){ .known = true, .nvcsw = 3, .cpu_min = 5 };
	usage_bound(&u, &x, 890 * US, 60 * US, true);
	tap_ok(u.no_cpu && u.cpu_min == 5, "it may have begun before: a bound");
}

int
main(void)
{
	test_sum();
	test_missing();
	test_spoiled();
	test_reuse();
	test_many();
	test_forget();
	test_bound();
	runtime_free(&r);
	return tap_done();
}
