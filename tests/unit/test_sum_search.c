/* sum_search: the place of the CPU time in the bytes of tasks. */
#include "events/sum_search.h"

#include "tap.h"

#define US 1000u

static unsigned char task[SUM_BYTES];

static void
put(size_t at, uint64_t value)
{
	memcpy(task + at, &value, sizeof value);
}

/* A task that ends, as the probe shows it. */
static void
sample(struct sum_search *s, size_t step, uint64_t ns)
{
	s->tid = 10;
	s->seen = false;
	sum_take(s, 10, task, sizeof task);
	sum_compare(s, step, ns);
}

static void
test_found(void)
{
	struct sum_search s = { .tid = 0 };
	size_t at = 0;

	tap_is_int(sum_places(&s, 8, &at), 0, "no sample: no place");
	put(192, 400 * US);
	put(200, 123456);
	put(208, 123457);
	put(216, 100 * US);
	sample(&s, 8, 123456);
	tap_is_int(sum_places(&s, 8, &at), 1, "one sample: one place");
	tap_is_int(at, 200, "its offset");
	put(200, 234567);
	put(208, 123456);
	sample(&s, 8, 234567);
	tap_is_int(sum_places(&s, 8, &at), 1, "another: the same place");
	sample(&s, 8, 999999);
	tap_is_int(sum_places(&s, 8, &at), 0, "one that is not there: none");
}

static void
test_alike(void)
{
	struct sum_search s = { .tid = 0 };
	size_t at = 0;

	memset(task, 0, sizeof task);
	put(64, 4000 * US);
	put(600, 4000 * US);
	sample(&s, 8, 4000 * US);
	tap_is_int(sum_places(&s, 8, &at), 2, "two places with one value");
	tap_is_int(at, 64, "the first of them");
	put(600, 8000 * US);
	sample(&s, 8, 8000 * US);
	tap_is_int(sum_places(&s, 8, &at), 1, "another child: one of them");
	tap_is_int(at, 600, "which one");
}

/* Where words have 4 bytes; and the end of the window. */
static void
test_edges(void)
{
	struct sum_search s = { .tid = 0 };
	size_t at = 0;

	memset(task, 0, sizeof task);
	put(172, 55555);
	sample(&s, 8, 55555);
	tap_is_int(sum_places(&s, 8, &at), 0, "not at a multiple of 8");
	s = (struct sum_search){ .tid = 0 };
	sample(&s, 4, 55555);
	tap_is_int(sum_places(&s, 4, &at), 1, "but of 4");
	tap_is_int(at, 172, "there");
	memset(task, 0, sizeof task);
	put(SUM_BYTES - 8, 66666);
	s = (struct sum_search){ .tid = 0 };
	sample(&s, 4, 66666);
	tap_is_int(sum_places(&s, 4, &at), 1, "the last word");
	s = (struct sum_search){ .tid = 10 };
	sum_take(&s, 10, task, SUM_BYTES - 4);
	sum_compare(&s, 4, 66666);
	tap_is_int(sum_places(&s, 4, &at), 0, "half a word is none");
}

static void
test_others(void)
{
	struct sum_search s = { .tid = 10 };
	size_t at = 0;

	memset(task, 0, sizeof task);
	put(8, 77777);
	sum_take(&s, 11, task, sizeof task);
	tap_ok(!s.seen, "another task is not looked at");
	sum_compare(&s, 8, 77777);
	tap_is_int(s.samples, 0, "and is no sample");
	s.tid = 0;
	sum_take(&s, 0, task, sizeof task);
	tap_ok(!s.seen, "nor is task 0");
	tap_is_int(sum_places(&s, 8, &at), 0, "no place");
}

int
main(void)
{
	test_found();
	test_alike();
	test_edges();
	test_others();
	return tap_done();
}
