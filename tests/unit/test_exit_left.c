/*
 * exits: the record of one waits until its task has left its CPU.
 */
#include "feed.h"

#define MS 1000000ull

static struct event e;

static void
leaves(int tid, uint64_t ts)
{
	feed((struct raw_event){ .kind = RAW_LEFT, .ts = ts, .tid = tid,
	    .pid = tid });
}

static bool
comes(uint64_t until, int tid, uint64_t left)
{
	return exec_next(&j, until, &e) == 1 && e.type == EVENT_EXIT &&
	    e.tid == tid && e.exit.left == left;
}

int
main(void)
{
	int wrong = 0;

	begin(EXEC_PATH_LAST, 8, true);
	exits(10, 100);
	tap_ok(comes(100, 10, 0), "nothing shows it: at once");
	j.awaits_left = true;
	exits(10, 1 * MS);
	exits(11, 2 * MS);
	tap_ok(exec_next(&j, 3 * MS, &e) == 0 && exec_pending(&j),
	    "it waits, and what follows with it");
	leaves(11, 4 * MS);
	tap_ok(exec_next(&j, 4 * MS, &e) == 0, "until it left itself");
	leaves(10, 5 * MS);
	tap_ok(comes(5 * MS, 10, 5 * MS) && comes(5 * MS, 11, 4 * MS),
	    "then all come");
	exits(10, 30 * MS);
	tap_ok(exec_next(&j, 229 * MS, &e) == 0 && comes(231 * MS, 10, 0),
	    "not for ever");
	leaves(10, 252 * MS);
	exits(10, 260 * MS); /* the number again */
	leaves(10, 261 * MS);
	leaves(10, 262 * MS);
	tap_ok(comes(262 * MS, 10, 261 * MS), "too late: not of the next one");
	exits(10, 270 * MS);
	exits(10, 271 * MS);
	leaves(10, 272 * MS);
	tap_ok(comes(480 * MS, 10, 0) && comes(480 * MS, 10, 272 * MS),
	    "the number twice: of the last");
	exits(10, 490 * MS);
	lost(491 * MS, 5);
	tap_ok(comes(699 * MS, 10, 0), "it may be lost");
	exec_next(&j, 699 * MS, &e);
	for (int i = 0; i < 5000; i++)
		exits(100 + i, (700 + i) * MS);
	for (int i = 4999; i >= 0; i--)
		leaves(100 + i, (6000 - i) * MS);
	for (int i = 0; i < 5000; i++)
		wrong += !comes(6000 * MS, 100 + i, (6000 - i) * MS);
	tap_is_int(wrong, 0, "thousands that wait");
	exec_free(&j);
	return tap_done();
}
