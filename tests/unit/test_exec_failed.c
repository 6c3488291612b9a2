/*
 * exec_call: calls of execve that fail, from the probes at their entry and
 * their return value.
 */
#include <errno.h>

#include "feed.h"

static void
test_plain(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	entry(10, 100, ARGV, "/no", 1, 2, 0);
	fetched(10, 100, ARGV, 0, "no", "x");
	is_records(END, "", "a call alone");
	returns(10, 102, -ENOENT);
	is_records(102, "fail 10 error 2 @102 /no all 2: no|x|", "it fails");
	returns(10, 200, -EACCES);
	is_records(200, "fail 10 error 13 @200 - none -1: ",
	    "only the return value");
	fetched(10, 300, ARGV, 2, "c", NULL);
	fetched(10, 300, ARGV, 0, "a", "b");
	entry(10, 300, ARGV, "/no", 1, 2, 3, 0);
	returns(10, 301, -ENOEXEC);
	is_records(301, "fail 10 error 8 @301 /no all 3: a|b|c|",
	    "parts in another order");
	entry(10, 400, ARGV, "/no", 1, 2, 3, 4);
	fetched(10, 400, ARGV, 0, "a", "b");
	returns(10, 401, -ENOENT);
	is_records(401, "fail 10 error 2 @401 /no cut -1: a|b|",
	    "no end among the pointers");
	entry(10, 500, ARGV, NULL, 1, 0);
	fetched(10, 500, ARGV, 0, "a", NULL);
	returns(10, 501, -EFAULT);
	is_records(501, "fail 10 error 14 @501 - all 1: a|",
	    "a path that cannot be read");
	entry(10, 600, ARGV, "/no", 1, 2, 0);
	fetched(10, 600, ARGV, 0, "a", NULL);
	returns(10, 601, -ENOENT);
	is_records(601, "fail 10 error 2 @601 /no cut 2: a|",
	    "an argument that cannot be read");
}

/* A signal in the middle of a call: it begins again, or the thread ends. */
static void
test_restarted(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	j.confirms = true;
	entry(10, 100, ARGV, "/no", 1, 0);
	fetched(10, 100, ARGV, 0, "no");
	enters_with(10, 101, ARGV, 0);
	returns(10, 102, -513);
	is_records(102, "", "a call that is interrupted");
	enters_with(10, 103, ARGV, 0);
	returns(10, 104, -ENOENT);
	is_records(104, "fail 10 error 2 @104 /no all 1: no|",
	    "it begins again, and fails");
	enters_with(11, 200, ARGV, 0);
	returns(11, 201, -514);
	is_records(201, "", "a thread that is ended in a call");
}

/* The entry is that of a library, which the program may have changed. */
static void
test_confirmed(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	j.confirms = true;
	entry(10, 100, ARGV, "/no", 1, 0);
	fetched(10, 100, ARGV, 0, "no");
	enters_with(10, 101, ARGV, 0);
	returns(10, 102, -ENOENT);
	is_records(102, "fail 10 error 2 @102 /no all 1: no|", "it is called");
	entry(10, 200, ARGV, "/forged", 1, 0);
	fetched(10, 200, ARGV, 0, "forged");
	enters_with(10, 201, ARGV + 8, 0);
	returns(10, 202, -ENOENT);
	is_records(202, "fail 10 error 2 @202 - none -1: ", "another argv");
	entry(10, 300, ARGV, "/forged", 1, 0);
	enters_with(10, 301, ARGV, 8);
	returns(10, 302, -ENOENT);
	is_records(302, "fail 10 error 2 @302 - none -1: ", "another path");
	entry(10, 400, ARGV, "/forged", 1, 0);
	returns(10, 401, -ENOENT);
	is_records(401, "fail 10 error 2 @401 - none -1: ", "no call");
	entry(10, 500, ARGV, "/no", 1, 0);
	enters_with(10, 501, ARGV, 0);
	enters_with(10, 502, ARGV, 0);
	returns(10, 503, -ENOENT);
	is_records(503, "fail 10 error 2 @503 - none -1: ", "a second call");
	enters_with(10, 600, ARGV, 0);
	returns(10, 601, -ENOENT);
	is_records(601, "fail 10 error 2 @601 - none -1: ", "no entry");
}

static void
test_count(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	entry(10, 100, ARGV, "/no", 1, 0);
	fetched(10, 100, ARGV, 0, NULL, NULL);
	returns(10, 101, -ENOENT);
	is_records(END, "fail 10 error 2 @101 /no none -1: ",
	    "the page of argv was not there: its numbers mean nothing");
	entry(10, 200, ARGV + 4096 - 8, "/no", 1, 2, 0);
	fetched(10, 200, ARGV + 4096 - 8, 0, "a", "b");
	returns(10, 201, -ENOENT);
	is_records(END, "fail 10 error 2 @201 /no cut -1: a|b|",
	    "the end is in the next page, which may not be there");
	entry(10, 300, ARGV + 4096 - 16, "/no", 1, 0);
	fetched(10, 300, ARGV + 4096 - 16, 0, "a", NULL);
	returns(10, 301, -ENOENT);
	is_records(END, "fail 10 error 2 @301 /no all 1: a|",
	    "the end is the last of its page");
	slot = 4;
	entry(10, 310, ARGV + 4096 - 12, "/no", 1, 2, 0);
	fetched(10, 310, ARGV + 4096 - 12, 0, "a", "b");
	returns(10, 311, -ENOENT);
	is_records(END, "fail 10 error 2 @311 /no all 2: a|b|",
	    "the same of a 32-bit kernel");
	entry(10, 320, ARGV + 4096 - 8, "/no", 1, 2, 0);
	fetched(10, 320, ARGV + 4096 - 8, 0, "a", "b");
	returns(10, 321, -ENOENT);
	is_records(END, "fail 10 error 2 @321 /no cut -1: a|b|",
	    "there the end is in the next page, too");
	slot = 8;
	entry(10, 400, ARGV, "/no", 1, 2, 0);
	fetched(10, 400, ARGV, 0, "a", "b");
	fetched(10, 400, ARGV, 2, "behind", "the end");
	returns(10, 401, -ENOENT);
	is_records(END, "fail 10 error 2 @401 /no all 2: a|b|",
	    "nothing after the end");
	begin(EXEC_PATH_LAST, 1, true);
	entry(10, 500, ARGV, "/no", 1, 2, 0);
	fetched(10, 500, ARGV, 0, "a", "b");
	returns(10, 501, -ENOENT);
	is_records(
	    END, "fail 10 error 2 @501 /no cut 2: a|", "only one wanted");
}

/* A search along PATH, then success. */
static void
test_search(enum exec_order order)
{
	begin(order, 8, true);
	entry(10, 100, ARGV, "/usr/bin/x", 1, 0);
	fetched(10, 100, ARGV, 0, "x", NULL);
	returns(10, 101, -ENOENT);
	entry(10, 102, ARGV, "/bin/x", 1, 0);
	fetched(10, 102, ARGV, 0, "x", NULL);
	path(10, 103, "/bin/x");
	returns(10, 104, 0);
	returns(10, 200, -ENOENT);
	exits(10, 201);
	is_records(END, "fail 10 error 2 @101 /usr/bin/x all 1: x|; "
	    "exec 10 @103 /bin/x none -1: ; "
	    "fail 10 error 2 @200 - none -1: ; exit 10 @201",
	    "a search, order %d", (int)order);
	entry(12, 300, ARGV, "/bin/x", 1, 0);
	fetched(12, 300, ARGV, 0, "x", NULL);
	path_note(10, 12, 301, "/bin/x", NULL);
	returns(10, 302, 0);
	returns(12, 400, -ENOENT);
	is_records(END, "exec 10 @301 /bin/x none -1:  old=12; "
	    "fail 12 error 2 @400 - none -1: ",
	    "by a thread: its number may be reused, order %d", (int)order);
}

static void
test_forgotten(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	entry(10, 100, ARGV, "/a", 1, 0);
	fetched(10, 100, ARGV, 0, "a", NULL);
	exits(10, 101);
	newtask(1, 102, 10, 0);
	returns(10, 103, -ENOENT);
	is_records(END, "exit 10 @101; fork 10 by 1 @102; "
	    "fail 10 error 2 @103 - none -1: ", "the thread ended");
	entry(10, 200, ARGV, "/a", 1, 0);
	fetched(10, 200, ARGV, 0, "a", NULL);
	fetched(10, 300, ARGV + 64, 0, "b", NULL);
	returns(10, 301, -ENOENT);
	is_records(END, "fail 10 error 2 @301 - cut -1: b|", "another argv");
	entry(10, 350, ARGV, "/a", 1, 0);
	fetched(10, 351, ARGV + 64, 0, "b", NULL);
	returns(10, 352, -ENOENT);
	is_records(END, "fail 10 error 2 @352 - cut -1: b|",
	    "another argv, the rest of the first missing");
	entry(10, 360, ARGV, "/a", 1, 0);
	fetched(10, 2000000000, ARGV, 0, "b", NULL);
	returns(10, 2000000001, -ENOENT);
	is_records(END, "fail 10 error 2 @2000000001 - cut -1: b|",
	    "the same argv, much later");
	entry(10, 2000000100, ARGV, "/a", 1, 0);
	returns(10, 2000000101, 0);
	returns(10, 2000000102, -ENOENT);
	records(END);
	tap_ok(strstr(shown, "fail 10 error 2 @2000000102 - none -1: "),
	    "the call succeeded");
	entry(10, 3000000000, ARGV, "/a", 1, 0);
	fetched(10, 3000000000, ARGV, 0, "a", NULL);
	entry(10, 5400000000, ARGV, "/b", 1, 0);
	returns(10, 5400000001, -ENOENT);
	is_records(END, "fail 10 error 2 @5400000001 /b none -1: ",
	    "a call that never returned");
	entry(10, 6000000000, ARGV, "/a", 1, 2, 0);
	fetched(10, 6000000000, ARGV, 0, "a", "old");
	entry(10, 6000000100, ARGV, "/b", 1, 2, 0);
	fetched(10, 6000000100, ARGV, 0, "b", NULL);
	returns(10, 6000000101, -ENOENT);
	is_records(END, "fail 10 error 2 @6000000101 /b cut 2: b|",
	    "an argument of a call whose return was lost");
	entry(10, 7000000000, ARGV, "/a", 1, 0);
	entry(10 + EXEC_BUCKETS, 7000000001, ARGV, "/b", 1, 0);
	returns(10, 7000000002, -ENOENT);
	returns(10 + EXEC_BUCKETS, 7000000003, -ENOENT);
	is_records(END, "fail 10 error 2 @7000000002 /a none -1: ; "
	    "fail 1034 error 2 @7000000003 /b none -1: ",
	    "two of one bucket");
	entry(10, 8000000000, ARGV, "/left", 1, 0);
}

static void
test_order(void)
{
	begin(EXEC_PATH_FIRST, 8, true);
	path(11, 100, "/x");
	entry(10, 101, ARGV, "/no", 1, 0);
	fetched(10, 101, ARGV, 0, "no", NULL);
	returns(10, 102, -ENOENT);
	is_records(102, "", "waits after an exec");
	stack(11, 103, 0);
	is_records(103, "exec 11 @100 /x all 0: ; "
	    "fail 10 error 2 @102 /no all 1: no|", "in the order of time");
}

int
main(void)
{
	test_plain();
	test_restarted();
	test_confirmed();
	test_count();
	test_search(EXEC_PATH_LAST);
	test_search(EXEC_PATH_FIRST);
	test_search(EXEC_PATH_ONLY);
	test_forgotten();
	test_order();
	exec_free(&j);
	return tap_done();
}
