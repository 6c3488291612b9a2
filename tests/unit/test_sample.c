/*
 * exec: a sample of /proc/PID/cmdline fills in arguments that no probe captured,
 * only if it is certainly of this exec.
 */
#include "feed.h"

#define MS 1000000ull

/* What a sweep reads at once, when it sees the event. */
static struct cmdline_sample *
note(const char *bytes, size_t len, uint64_t taken)
{
	proc.bytes = bytes;
	proc.len = len;
	proc.cut = false;
	proc.taken = taken;
	return read_sample(NULL, 0);
}

#define NOTE(s, taken) note(s, sizeof s - 1, taken)

static void
test_last(void)
{
	begin_sample(EXEC_PATH_LAST, 8, false);
	proc_says("a\0b\0", 500);
	stack(10, 100, 2);
	args(10, 101, 2, 0, "a", "b");
	path(10, 102, "/x");
	is_records(102, "exec 10 @100 /x all 2: a|b|", "complete");
	tap_is_int(proc.asked, 0, "/proc was not asked");
	stack(10, 200, 2);
	path(10, 202, "/x");
	tap_ok(proc.asked == 1 && proc.pid == 10, "asked when it is not");
	is_records(499, "", "waits until all up to then has come");
	is_records(500, "exec 10 @200 /x proc 2: a|b|", "from /proc");
	stack(10, 600, 3);
	path(10, 602, "/x");
	is_records(END, "exec 10 @600 /x none 3: ", "another number: no");
	stack(10, 700, 2);
	args(10, 701, 2, 0, "x", NULL);
	path(10, 702, "/x");
	is_records(END, "exec 10 @700 /x proc 2: a|b|",
	    "an argument that may be cut does not count");
	proc.cut = true;
	stack(10, 800, 3);
	path(10, 802, "/x");
	is_records(END, "exec 10 @800 /x cut 3: a|b|", "not all of it");
	proc.bytes = NULL;
	proc.asked = 0;
	stack(10, 900, 2);
	path(10, 902, "/x");
	is_records(902, "exec 10 @900 /x none 2: ", "gone: does not wait");
	tap_is_int(proc.asked, 1, "asked once");
}

/* Something happened to this pid; is what /proc said believed? */
static void
is_used(bool used, const char *why)
{
	records(END);
	tap_ok(!strstr(shown, used ? "/x none" : "/x proc") &&
	    strstr(shown, used ? "/x proc 1: a|" : "/x none"), "%s: %s",
	    used ? "used" : "discarded", why);
}

static void
begin_last(void)
{
	begin_sample(EXEC_PATH_LAST, 8, true);
	proc_says("a\0", 500);
	stack(10, 100, 1);
	path(10, 102, "/x");
	proc.bytes = NULL;
}

static void
test_spoiled(void)
{
	begin_last();
	path(10, 400, "/y");
	is_used(false, "an exec before it was read");
	begin_last();
	path(10, 500, "/y");
	is_used(false, "an exec at that time");
	begin_last();
	path(10, 501, "/y");
	is_used(true, "an exec after it was read");
	begin_last();
	path_note(10, 12, 400, "/y", NULL);
	is_used(false, "an exec by another thread");
	begin_last();
	path(11, 400, "/y");
	is_used(true, "an exec of another process");
	begin_last();
	path(10 + EXEC_BUCKETS, 400, "/y");
	is_used(true, "an exec of another in the bucket");
	begin_last();
	exits(10, 400);
	is_used(true, "its end");
	begin_last();
	newtask(10, 400, 11, 0);
	is_used(true, "its fork");
	begin_last();
	stack(10, 400, 1);
	args(10, 401, 1, 0, "y");
	is_used(false, "an exec whose path event was dropped");
}

/* An exec begins with a rename; but who only wants another name does not. */
static void
test_renamed(void)
{
	begin_last();
	renames(10, 400, "y");
	is_used(false, "a rename before it was read");
	begin_last();
	renames(10, 501, "y");
	is_used(true, "a rename after it was read");
	begin_last();
	renames(10, 400, "y");
	path(10, 600, "/y");
	is_used(false, "a rename before, its exec after it was read");
	begin_last();
	renames(10, 400, "y");
	newtask(10, 401, 11, 0);
	is_used(true, "a rename, then a fork (task_newtask)");
	begin_last();
	renames(10, 400, "y");
	forks(10, 401, 10, 11);
	is_used(true, "a rename, then a fork (sched_process_fork)");
	begin_last();
	renames(10, 400, "y");
	newtask(10, 401, 11, 0);
	path(10, 499, "/y");
	is_used(false, "a rename, a fork, an exec before it was read");
	begin_last();
	renames(10, 400, "y");
	renames(10, 501, "z");
	is_used(true, "a rename, and another after it was read");
	begin_last();
	renames(10, 400, "y");
	newtask(10, 401, 11, 0);
	renames(10, 402, "z");
	is_used(false, "a rename, a fork, a rename before it was read");
	begin_last();
	renames(10, 400, "y");
	exits(10, 401);
	is_used(false, "a rename, then its end: an exec may fail that late");
	begin_last();
	feed((struct raw_event){ .kind = RAW_RENAME, .ts = 400, .tid = 10,
	    .pid = 11, .text = "y", .text_len = 1 });
	is_used(true, "another task renamed by it");
	begin_last();
	renames(10 + EXEC_BUCKETS, 400, "y");
	is_used(true, "a rename of another in the bucket");
}

/* How long it waits for proof that the rename was none of an exec. */
static void
test_doubt(void)
{
	begin_last();
	renames(10, 400, "y");
	is_records(500 + 100 * MS - 1, "", "suspect: waits");
	is_records(500 + 100 * MS, "exec 10 @100 /x none 1: ",
	    "suspect: not believed");
	begin_last();
	renames(10, 400, "y");
	newtask(10, 600, 11, 0);
	is_records(600, "exec 10 @100 /x proc 1: a|; fork 11 by 10 @600",
	    "no longer suspect: does not wait");
}

static void
test_reused(void)
{
	begin_last();
	exits(10, 300);
	newtask(1, 400, 10, 0);
	is_used(false, "its number reused (task_newtask)");
	begin_last();
	exits(10, 300);
	forks(1, 400, 1, 10);
	is_used(false, "its number reused (sched_process_fork)");
	begin_last();
	newtask(1, 501, 10, 0);
	is_used(true, "reused after it was read");
	/* Its exit was lost; the record is still open when the number is
	 * reused, and closes later. */
	begin_sample(EXEC_PATH_FIRST, 8, false);
	path(10, 100, "/x");
	newtask(1, 200, 10, 0);
	proc_says("successor\0", 300);
	is_records(END, "exec 10 @100 /x none -1: ; fork 10 by 1 @200",
	    "reused while the record was open");
}

/* A gap may hide an exec, or the end of the process and its successor. */
static void
test_gap(void)
{
	begin_last();
	lost(400, 5);
	is_used(false, "a gap before it was read");
	begin_sample(EXEC_PATH_FIRST, 8, true);
	path(10, 100, "/x");
	proc_says("other\0", 300);
	lost(200, 5);
	is_records(END, "exec 10 @100 /x none -1: ; lost 5 @200",
	    "not read after a gap");
	begin_sample(EXEC_PATH_ONLY, 8, false);
	path_note(10, 10, 100, "/x", NOTE("other\0", 300));
	lost(200, 5);
	is_records(END, "exec 10 @100 /x none -1: ; lost 5 @200",
	    "read after a gap that is seen later");
}

/* Row 3: read as soon as the event was seen, before it was sorted. */
static void
test_first(void)
{
	struct raw_event k = { .kind = RAW_EXEC, .tid = 10, .pid = 10,
		.text = "/x", .text_len = 2 };

	begin_sample(EXEC_PATH_FIRST, 8, true);
	tap_ok(exec_wants_sample(&j, &k), "an unknown program: wanted");
	path_note(10, 10, 100, "/x", NOTE("a\0", 150));
	returns(10, 110, 0);
	exits(10, 160);
	is_records(170, "exec 10 @100 /x proc 1: a|; exit 10 @160",
	    "used when no probe was hit");
	tap_ok(exec_wants_sample(&j, &k), "a static program: wanted");
	proc.asked = 0;
	path_note(10, 10, 180, "/z", NOTE("z\0", 190));
	is_records(END, "exec 10 @180 /z proc 1: z|", "late");
	tap_is_int(proc.asked, 1, "what was read is not asked for again");
	path_note(10, 10, 200, "/x", NOTE("a\0b\0", 250));
	stack(10, 210, 2);
	args(10, 211, 2, 0, "a", NULL);
	is_records(END, "exec 10 @200 /x proc 2: a|b|",
	    "its own probe events leave it");
	tap_ok(!exec_wants_sample(&j, &k), "a dynamic program: not wanted");
	path_note(10, 10, 300, "/x", NOTE("b\0", 450));
	returns(10, 310, 0);
	path_note(10, 10, 400, "/y", NOTE("b\0", 460));
	is_records(END, "exec 10 @300 /x none -1: ; "
	    "exec 10 @400 /y proc 1: b|", "a later exec spoils it");
	path_note(10, 10, 500, "/x", NOTE("b\0", 650));
	returns(10, 510, 0);
	returns(10, 610, 0);
	records(END);
	tap_ok(
	    strstr(shown, "/x none -1: ;") == shown + strlen("exec 10 @500 "),
	    "a later exec whose path event was dropped spoils it");
	k.kind = RAW_EXIT;
	tap_ok(!exec_wants_sample(&j, &k), "only for an exec");
	begin_sample(EXEC_PATH_LAST, 8, true);
	k.kind = RAW_EXEC;
	tap_ok(!exec_wants_sample(&j, &k), "path last: not before");
	begin(EXEC_PATH_ONLY, 8, true);
	tap_ok(!exec_wants_sample(&j, &k), "no /proc: never");
}

static void
test_only(void)
{
	struct raw_event k = { .kind = RAW_EXEC, .tid = 10, .pid = 10,
		.text = "/x", .text_len = 2 };

	begin_sample(EXEC_PATH_ONLY, 8, false);
	tap_ok(exec_wants_sample(&j, &k), "path only: wanted");
	path_note(10, 10, 100, "/x", NOTE("a\0b\0", 150));
	is_records(149, "", "path only: waits");
	is_records(150, "exec 10 @100 /x proc 2: a|b|", "path only: used");
	proc.bytes = NULL;
	path_note(10, 10, 200, "/x", NULL);
	exits(10, 201);
	is_records(201, "exec 10 @200 /x none -1: ; exit 10 @201",
	    "path only: nothing read");
	path_note(10, 10, 300, "/x", NOTE("a\0", 450));
	exits(10, 310);
	newtask(1, 320, 10, 0);
	path_note(10, 10, 330, "/y", NOTE("b\0", 460));
	is_records(END, "exec 10 @300 /x none -1: ; exit 10 @310; "
	    "fork 10 by 1 @320; exec 10 @330 /y proc 1: b|",
	    "path only: the number reused");
	path_note(10, 10, 500, "/x", NOTE("unused\0", 550));
}

int
main(void)
{
	test_last();
	test_spoiled();
	test_renamed();
	test_doubt();
	test_reused();
	test_gap();
	test_first();
	test_only();
	tap_ok(held > 0, "what was not used is held");
	exec_free(&j);
	tap_is_int((long)held, 0, "nothing is held that is not there");
	return tap_done();
}
