/*
 * exec: a CPU of a virtual machine stands still between any two parts of an
 * exec, while another one reads what is there already.
 */
#include "feed.h"

#define MS    1000000ull
#define PARTS 7

static void
part(int i, uint64_t ts)
{
	switch (i) {
	case 0:
		renames(10, ts, "prog");
		break;
	case 1:
		args(10, ts, 5, 4, "b c", NULL);
		break;
	case 2:
		args(10, ts, 5, 2, "n", "a");
		break;
	case 3:
		args(10, ts, 5, 0, "./prog", "TAG");
		break;
	case 4:
		stack(10, ts, 5);
		break;
	case 5:
		path(10, ts, "./prog");
		break;
	default:
		exits(10, ts);
	}
}

/* All parts, in that order; after each all is read for as long as a digit of
 * stalls says.  Returns how many of the records are not the exec as it was. */
static int
run(const int order[PARTS], int stalls, int *execs)
{
	static const uint64_t gaps[] = { 0, 1, 99 * MS, 101 * MS, 198 * MS };
	uint64_t ts = 1000;
	struct event e;
	int wrong = 0;

	*execs = 0;
	for (int i = 0; i < PARTS; i++, stalls /= 5) {
		uint64_t until = i < PARTS - 1 ? ts + gaps[stalls % 5] : END;

		part(order[i], ts);
		while (until > ts && exec_next(&j, until, &e) == 1) {
			if (e.type != EVENT_EXEC)
				continue;
			++*execs;
			wrong += !e.path || e.args.count != 5;
		}
		ts = i < PARTS - 1 ? until + 1000 : ts;
	}
	return wrong;
}

/* Six gaps of up to 198 ms: 15,625 ways to stand still for up to 1.2 s, of
 * which those before the stack may be 990 ms. */
static void
test_path_last(void)
{
	static const int orders[][PARTS] = { { 0, 1, 2, 3, 4, 5, 6 },
		{ 0, 4, 3, 2, 1, 5, 6 } };
	int wrong = 0, not_one = 0, execs;

	begin(EXEC_PATH_LAST, 8, true);
	j.fetch = 8;
	for (int order = 0; order < 2; order++)
		for (int stalls = 0; stalls < 15625; stalls++) {
			wrong += run(orders[order], stalls, &execs);
			not_one += execs != 1;
		}
	tap_is_int(wrong, 0, "probes first: records that are not whole");
	tap_is_int(not_one, 0, "probes first: execs without one record");
}

/* The handler of a uprobe may be preempted. */
static void
test_path_first(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	j.fetch = 8;
	path(10, 100, "/x");
	args(10, 200, 5, 0, "a", "b");
	is_records(200 + 60 * MS, "", "ldso: waits for the rest");
	args(10, 200 + 61 * MS, 5, 2, "c", "d");
	args(10, 200 + 62 * MS, 5, 4, "e", NULL);
	is_records(END, "exec 10 @100 /x all 5: a|b|c|d|e|", "ldso: whole");
}

/* The path that a record did not wait for is not that of the next exec. */
static void
test_owed(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "a");
	is_records(100 + 1000 * MS, "exec 10 @100 - all 1: a|", "no path");
	lost(3000 * MS, 3);
	path(10, 3001 * MS, "/next");
	is_records(END,
	    "lost 3 @3000000000; exec 10 @3001000000 /next none -1: ",
	    "after a gap it may be of another exec");
}

int
main(void)
{
	test_path_last();
	test_path_first();
	test_owed();
	exec_free(&j);
	return tap_done();
}
