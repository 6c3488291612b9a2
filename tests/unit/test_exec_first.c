/*
 * exec: the assembler where the path comes before the probes (ldso, a uprobe
 * in the loader) or where there are none (proc).  Only what the kernel does
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

/* A hit that is not the exec's own: the program jumped to the loader. */
static void
test_jump(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	path(10, 100, "/x");
	maps(10, 101);
	stack(10, 102, 1);
	args(10, 103, 1, 0, "forged");
	is_records(103, "exec 10 @100 /x none -1: ",
	    "a file is mapped before: not of the exec, and nothing is waited for");
	path(10, 200, "/x");
	stack(10, 201, 2);
	args(10, 202, 2, 0, "real");
	stack(10, 203, 2);
	args(10, 204, 2, 1, "forged");
	is_records(END, "exec 10 @200 /x cut 2: real|",
	    "what is missing of the first hit is not in the second");
	path(10, 300, "/x");
	args(10, 301, 1, 0, "real");
	stack(10, 302, 1);
	is_records(302, "exec 10 @300 /x all 1: real|", "the stack comes last");
	path(10, 400, "/x");
	stack(10, 401, 1);
	args(10, 402, 1, 0, "forged");
	stack(10, 403, 1);
	is_records(END, "exec 10 @400 /x none 1: ",
	    "as it does always: nothing of that hit follows");
	begin(EXEC_PATH_FIRST, 8, true);
	path(10, 100, "/x");
	stack(10, 101, 1);
	args(10, 102, 2, 0, "forged");
	args(10, 103, 1, 0, "forged");
	is_records(END, "exec 10 @100 /x none 1: ", "another number of them");
	begin(EXEC_PATH_FIRST, 8, true);
	j.since[0] = 150;
	path(10, 100, "/x");
	stack(10, 160, 1);
	args(10, 161, 1, 0, "forged");
	path(11, 162, "/x");
	stack(11, 163, 1);
	args(11, 164, 1, 0, "real");
	is_records(END, "exec 10 @100 /x none -1: ; exec 11 @162 /x all 1: real|",
	    "the probe is younger than the exec");
}

/* A path that is too long, and a tracer that gives the return another
 * number. */
static void
test_hidden(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	enters(10, 100);
	renames(10, 101, "x");
	path(10, 102, "/x");
	returns(10, 103, 0);
	stack(10, 104, 1);
	args(10, 105, 1, 0, "a");
	is_records(105, "exec 10 @102 /x all 1: a| comm=x", "not hidden");
	enters(10, 200);
	renames(10, 201, "x");
	stack(10, 202, 1);
	args(10, 203, 1, 0, "a");
	exits(10, 204);
	is_records(204, "exec 10 @201 - all 1: a| old=0 comm=x; exit 10 @204",
	    "hidden: it begins with the rename");
	enters(10, 300);
	renames(10, 301, "x");
	is_records(301, "", "the path may come");
	maps(10, 302);
	is_records(302, "exec 10 @301 - none -1:  old=0 comm=x",
	    "a static program, which goes on");
	enters(10, 400);
	renames(10, 401, "x");
	is_records(401 + 999 * MS, "", "the path may come late");
	is_records(401 + 1001 * MS, "exec 10 @401 - none -1:  old=0 comm=x",
	    "it is not waited for for ever");
	path(10, 402 + 1001 * MS, "/x");
	returns(10, 403 + 1001 * MS, 0);
	is_records(END, "", "and is no second exec");
	enters(10, 10000 * MS);
	returns(10, 10001 * MS, -2);
	renames(10, 10002 * MS, "y");
	is_records(END, "fail 10 error 2 @10001000000 - none -1: ",
	    "a call that failed, and a rename");
	begin(EXEC_PATH_LAST, 8, true);
	enters(10, 100);
	renames(10, 101, "x");
	stack(10, 102, 0);
	path(10, 103, "/x");
	is_records(END, "exec 10 @102 /x all 0:  comm=x",
	    "not where a probe shows each exec");
}

/* What else renames a task. */
static void
test_renames(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	j.succeeded = true;
	enters(10, 10003 * MS);
	renames(10, 10004 * MS, "x");
	returns(10, 10005 * MS, -12);
	exits(10, 10006 * MS);
	is_records(END, "exit 10 @10006000000", "an exec that fails late");
	renames(10, 10007 * MS, "x");
	path_note(10, 12, 10008 * MS, "/x", NULL);
	is_records(END, "exec 10 @10008000000 /x none -1:  old=12 comm=x",
	    "a thread takes over");
	exits(10, 10009 * MS);
	renames(10, 10010 * MS, "z");
	maps(10, 10011 * MS);
	is_records(END, "exit 10 @10009000000; "
	    "exec 10 @10010000000 - none -1:  old=0 comm=z", "and is hidden");
	exits(10, 10012 * MS);
	newtask(1, 10013 * MS, 10, 0);
	renames(10, 10014 * MS, "y");
	is_records(END, "exit 10 @10012000000; fork 10 by 1 @10013000000",
	    "a reused number");
	enters(10, 10015 * MS);
	renames(10, 10016 * MS, "z");
	lost(10017 * MS, 1);
	is_records(END, "lost 1 @10017000000", "not across a gap");
	exits(10, 10018 * MS);
	renames(10, 10019 * MS, "y"); /* a reused number, whose fork is lost */
	maps(10, 10020 * MS);
	lost(10021 * MS, 1);
	is_records(END, "exit 10 @10018000000; lost 1 @10021000000",
	    "nor one that is complete");
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
	is_records(302, "", "after another that waits");
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
	test_jump();
	test_hidden();
	test_renames();
	test_no_path();
	test_waits();
	test_path_only();
	exec_free(&j);
	return tap_done();
}
