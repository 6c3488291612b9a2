/*
 * status: how a process of several threads ended, by hand: all at once, the
 * first thread first or last, calls and signals that race, and threads that
 * end each for itself.
 */
#include "exit_hints.h"

static void
test_group(void)
{
	for (int n = 1; n < THREADS; n++)
		for (int place = 0; place < n; place++) {
			begin(true);
			for (int i = 0; i < n; i++)
				probe(i, true, CODE(5));
			tap_is_int(all_end(n, place), CODE(5),
			    "probes: %d threads, the first is %d", n, place);
			for (int by = 0; by < n; by++) {
				begin(false);
				hint(by, HINT_EXIT_GROUP, CODE(5));
				for (int i = 0; i < n; i++)
					if (i != by)
						hint(i, HINT_DELIVERED, SIGKILL);
				tap_is_int(all_end(n, place), CODE(5),
				    "calls: %d threads, by %d, first %d", n, by,
				    place);
			}
			begin(false);
			hint(0, HINT_SENT, SIGTERM);
			for (int i = 0; i < n; i++)
				hint(i, HINT_DELIVERED, SIGKILL);
			tap_is_int(all_end(n, place), SIGTERM,
			    "SIGTERM: %d threads, first %d", n, place);
			begin(false);
			hint(n - 1, HINT_DELIVERED, SIGSEGV);
			for (int i = 0; i < n - 1; i++)
				hint(i, HINT_DELIVERED, SIGKILL);
			tap_is_int(all_end(n, place), SIGSEGV | ANY,
			    "SIGSEGV: %d threads, first %d", n, place);
		}
}

/* The thread that dumps core ends after the others, with a code of its own. */
static void
test_cores(void)
{
	for (int by = 0; by < 3; by++)
		for (int place = 0; place < 3; place++) {
			begin(true);
			for (int i = 0; i < 3; i++)
				probe(i, true, SIGSEGV | (i == by ? CODE_CORE :
				    0));
			tap_is_int(all_end(3, place), SIGSEGV | CODE_CORE,
			    "core dumped by %d, the first is %d", by, place);
		}
	begin(false);
	ends(1);
	ends_with(0, SIGSEGV);
	tap_ok(status() != SIGSEGV,
	    "taskstats: another thread may have dumped core");
}

static void
test_races(void)
{
	begin(false);
	hint(1, HINT_EXIT_GROUP, CODE(1));
	hint(2, HINT_EXIT_GROUP, CODE(2));
	hint(0, HINT_DELIVERED, SIGKILL);
	tap_is_int(all_end(3, 1), CODE_UNKNOWN, "two exit_group, two codes");
	begin(false);
	hint(1, HINT_EXIT_GROUP, CODE(1));
	hint(2, HINT_EXIT_GROUP, CODE(1));
	hint(0, HINT_DELIVERED, SIGKILL);
	tap_is_int(all_end(3, 1), CODE(1), "two exit_group, one code");
	begin(false);
	hint(1, HINT_EXIT_GROUP, CODE(1));
	hint(0, HINT_EXIT_GROUP, CODE(2));
	ends_with(0, CODE(1));
	ends(1);
	tap_is_int(status(), CODE(1), "two codes, and taskstats knows");
	begin(false);
	hint(1, HINT_DELIVERED, SIGSEGV);
	hint(0, HINT_EXIT_GROUP, CODE(2));
	tap_is_int(all_end(2, 1), CODE_UNKNOWN, "a core, then exit_group");
	begin(false);
	hint(0, HINT_EXIT_GROUP, CODE(2));
	hint(1, HINT_DELIVERED, SIGSEGV);
	tap_is_int(all_end(2, 1), CODE_UNKNOWN, "exit_group, then a core");
	begin(false);
	hint(0, HINT_EXIT_GROUP, CODE(2));
	hint(0, HINT_SENT, SIGTERM);
	hint(1, HINT_DELIVERED, SIGKILL);
	tap_is_int(all_end(2, 0), CODE_UNKNOWN,
	    "exit_group, then a signal that was not dropped");
	begin(false);
	hint(1, HINT_EXIT, CODE(3));
	ends(1);
	hint(0, HINT_EXIT_GROUP, CODE(4));
	ends(0);
	tap_is_int(status(), CODE(4), "exit, then exit_group");
	begin(true);
	probe(0, false, CODE(3));
	ends(0);
	probe(1, true, CODE(4));
	ends(1);
	tap_is_int(status(), CODE(4), "the first for itself, the last for all");
}

/* Each thread for itself: two rules, by kernel. */
static void
test_plain(void)
{
	for (int how = 0; how < 2; how++) {
		const char *name = how ? "exit" : "probes";

		for (int place = 0; place < 3; place++) {
			begin(!how);
			for (int i = 0; i < 3; i++)
				hint(i, how ? HINT_EXIT : HINT_CODE, CODE(2));
			tap_is_int(all_end(3, place), CODE(2),
			    "%s: one code, the first is %d", name, place);
		}
		begin(!how);
		hint(0, how ? HINT_EXIT : HINT_CODE, CODE(2));
		ends(0);
		hint(1, how ? HINT_EXIT : HINT_CODE, CODE(3));
		ends(1);
		tap_is_int(status(), CODE_UNKNOWN, "%s: differ", name);
		begin(!how);
		hint(1, how ? HINT_EXIT : HINT_CODE, CODE(3));
		ends(1);
		hint(0, how ? HINT_EXIT : HINT_CODE, CODE(2));
		ends(0);
		tap_is_int(status(), CODE(2), "%s: the first last", name);
		begin(!how);
		hint(0, how ? HINT_EXIT : HINT_CODE, CODE(2));
		hint(1, how ? HINT_EXIT : HINT_CODE, CODE(3));
		ends(1);
		ends(0);
		tap_is_int(status(), CODE_UNKNOWN,
		    "%s: the first began first and ended last", name);
	}
	begin(false);
	ends_with(0, CODE(2));
	ends(1);
	tap_is_int(status(), CODE_UNKNOWN, "taskstats: the first, not last");
	begin(false);
	ends(1);
	ends_with(0, CODE(2));
	tap_is_int(status(), CODE(2), "taskstats: the first, last");
	begin(false);
	hint(1, HINT_EXIT, CODE(2));
	hint(0, HINT_EXIT, CODE(2));
	ends_with(0, CODE(2));
	ends_with(1, 0);
	tap_is_int(status(), CODE(2), "taskstats and calls agree");
}

int
main(void)
{
	test_group();
	test_cores();
	test_races();
	test_plain();
	return tap_done();
}
