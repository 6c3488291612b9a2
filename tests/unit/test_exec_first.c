/*
 * exec: the joiner where the path comes before the probes (row 3, a uprobe
 * in the loader) or where there are none (row 5).  Only what the kernel does
 * begins a record: a program can jump to its loader whenever it likes.
 */
#include "feed.h"

#define MS 1000000ull

static void
test_plain(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	path(10, 100, "/x");
	returns(10, 101, 0);
	is_records(101, "", "the path alone waits");
	stack(10, 102, 3);
	args(10, 103, 3, 0, "a", "b");
	is_records(103, "", "for all chunks");
	args(10, 104, 3, 2, "c", "HOME=/");
	is_records(104, "exec 10 @100 /x all 3: a|b|c|", "then at once");
	path(10, 200, "/x");
	stack(10, 201, 1);
	args(10, 202, 1, 0, "b");
	is_records(202, "exec 10 @200 /x all 1: b|", "no return value");
	path(10, 300, "/x");
	stack(10, 301, 0);
	is_records(301, "exec 10 @300 /x all 0: ", "no arguments");
}

/* A hit of the probe that no exec explains. */
static void
test_nowhere(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "forged");
	is_records(END, "", "out of nowhere");
	tap_ok(!exec_pending(&j), "begins nothing");
	path(10, 200, "/x");
	stack(10, 201, 1);
	args(10, 202, 1, 0, "real");
	is_records(202, "exec 10 @200 /x all 1: real|", "the real one");
	stack(10, 203, 1);
	args(10, 204, 1, 0, "forged");
	is_records(END, "", "after it: begins nothing");
	path(10, 300, "/x");
	stack(10, 301, 2);
	args(10, 302, 2, 0, "real", "b");
	stack(10, 303, 1);
	args(10, 304, 1, 0, "forged");
	is_records(END, "exec 10 @300 /x all 2: real|b|", "while it waits");
	path(10, 400, "/x");
	stack(10, 401, 3);
	args(10, 402, 3, 0, "real", NULL);
	stack(10, 403, 1);
	args(10, 404, 1, 0, "forged");
	is_records(END, "exec 10 @400 /x none 3: ", "while one is missing");
	path(10, 500, "/x");
	newtask(10, 501, 11, 0);
	stack(10, 502, 1);
	args(10, 503, 1, 0, "forged");
	is_records(END, "exec 10 @500 /x none -1: ; fork 11 by 10 @501",
	    "a static program that went on");
	stack(11, 600, 1);
	path(10, 601, "/x");
	args(11, 602, 1, 0, "forged");
	is_records(END, "exec 10 @601 /x none -1: ", "another thread's");
}

/* The path event was dropped for its size: the return value begins. */
static void
test_no_path(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	returns(10, 100, 0);
	stack(10, 101, 1);
	args(10, 102, 1, 0, "a");
	is_records(102, "", "it might be missing parts");
	is_records(END, "exec 10 @100 - all 1: a|", "the return value begins");
	path(10, 200, "/x");
	stack(10, 201, 1);
	args(10, 202, 1, 0, "a");
	is_records(202, "exec 10 @200 /x all 1: a|", "a whole exec");
	returns(10, 203, 0);
	is_records(END, "", "its own return value, late, begins nothing");
	returns(10, 204, 0);
	is_records(END, "exec 10 @204 - none -1: ", "the next one does");
	path(10, 300, "/x");
	exits(10, 301);
	newtask(1, 302, 10, 0);
	returns(10, 303, 0);
	is_records(END, "exec 10 @300 /x none -1: ; exit 10 @301; "
	    "fork 10 by 1 @302; exec 10 @303 - none -1: ",
	    "a reused pid owes nothing");
	path(10, 400, "/x");
	returns(10, 401, 0);
	returns(10, 402, 0);
	stack(10, 403, 1);
	args(10, 404, 1, 0, "b");
	is_records(END, "exec 10 @400 /x none -1: ; exec 10 @402 - all 1: b|",
	    "a second one begins another");
	begin(EXEC_PATH_FIRST, 8, false);
	returns(10, 100, 0);
	is_records(END, "", "not when no return values were asked for");
}

static void
test_waits(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	path(10, 100, "/new");
	is_records(100 + 49 * MS, "", "unknown: waits");
	is_records(100 + 51 * MS, "exec 10 @100 /new none -1: ",
	    "unknown: not for ever");
	path(10, 100, "/new");
	is_records(100 + 1 * MS, "", "static: waits a little");
	is_records(100 + 3 * MS, "exec 10 @100 /new none -1: ",
	    "static: not long");
	path(10, 100, "/dyn");
	stack(10, 101, 1);
	args(10, 102, 1, 0, "a");
	records(102);
	path(10, 200, "/dyn");
	is_records(200 + 999 * MS, "", "dynamic: waits for a slow disk");
	is_records(200 + 1001 * MS, "exec 10 @200 /dyn none -1: ",
	    "dynamic: not for ever");
	path(10, 100, "/x");
	stack(10, 200, 3);
	is_records(200 + 99 * MS, "", "chunks: waits a little");
	is_records(200 + 1000 * MS, "exec 10 @100 /x none 3: ",
	    "chunks: not for ever");
	path(10, 100, "/new");
	exits(10, 101);
	is_records(101, "exec 10 @100 /new none -1: ; exit 10 @101",
	    "ended: at once");
	path(10, 100, "/new");
	path(10, 200, "/new");
	exits(10, 201);
	is_records(201, "exec 10 @100 /new none -1: ; "
	    "exec 10 @200 /new none -1: ; exit 10 @201",
	    "it execs again: at once");
	path(10, 300, "/dyn");
	path(11, 301, "/dyn");
	stack(11, 302, 0);
	is_records(302, "", "behind another that waits");
	stack(10, 303, 0);
	is_records(303, "exec 10 @300 /dyn all 0: ; exec 11 @301 /dyn all 0: ",
	    "in the order of time");
}

static void
test_path_only(void)
{
	begin(EXEC_PATH_ONLY, 8, false);
	path(10, 100, "/x");
	is_records(100, "exec 10 @100 /x none -1: ", "path only: at once");
	path_note(10, 12, 200, "/x", NULL);
	is_records(200, "exec 10 @200 /x none -1:  old=12", "of a thread");
	stack(10, 300, 1);
	args(10, 301, 1, 0, "a");
	is_records(END, "", "no probes begin anything");
	begin(EXEC_PATH_ONLY, 8, true);
	path(10, 100, "/x");
	returns(10, 200, 0);
	is_records(100 + 3 * MS, "exec 10 @100 /x none -1: ",
	    "with its return value");
	returns(10, 300, 0);
	is_records(END, "exec 10 @300 - none -1: ",
	    "only the return value: an exec without a path");
	path(10, 400, "/x");
	returns(10, 401, 0);
	path(10, 402, "/y");
	is_records(END, "exec 10 @400 /x none -1: ; exec 10 @402 /y none -1: ",
	    "twice");
}

int
main(void)
{
	test_plain();
	test_nowhere();
	test_no_path();
	test_waits();
	test_path_only();
	exec_free(&j);
	return tap_done();
}
